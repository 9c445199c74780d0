package io.doksnap.declare;

import java.util.List;
import java.util.Map;

/** A value in a YAML file, with the line it stands in, counted from 1. */
sealed interface Value {
    int line();

    /** Names the kind of value for messages: {@code a list}. */
    String kind();

    /** Settings by key, in the order of the file. */
    record Mapping(int line, Map<String, Entry> entries) implements Value {
        @Override
        public String kind() {
            return "settings";
        }
    }

    /** A key's line and its value. */
    record Entry(int line, Value value) {}

    record Sequence(int line, List<Value> items) implements Value {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /** Text, exactly as it was written; a number is text that looks like one. */
    record Scalar(int line, String text, Look look) implements Value {
        @Override
        public String kind() {
            return switch (look) {
                case TEXT -> "text";
                case NUMBER -> "a number";
                case FLAG -> "true or false";
                case NOTHING -> "nothing";
            };
        }
    }

    /** What YAML takes a plain scalar for. */
    enum Look {
        TEXT,
        NUMBER,
        FLAG,
        NOTHING
    }
}
