package io.doksnap.declare;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The settings and variables that readers ask for, and what values they take: all that there are, once everything was read. */
final class KnownKeys {
    private final Map<String, Set<Kind>> kinds = new TreeMap<>();

    /** What a setting may hold; one that is asked for in several ways takes any of them. */
    enum Kind {
        TEXT("text"),
        NUMBER("a number"),
        FLAG("true or false"),
        /** Text, too. */
        PATH("text"),
        /** A variable that may also name a file. */
        SECRET("text"),
        LIST("a list"),
        SETTINGS("settings"),
        LIST_OF_SETTINGS("a list of settings");

        private final String expected;

        Kind(String expected) {
            this.expected = expected;
        }

        /** As it is said to somebody who wrote something else. */
        String expected() {
            return expected;
        }
    }

    void asked(Place setting, Kind kind) {
        kinds.computeIfAbsent(setting.path(), path -> EnumSet.noneOf(Kind.class))
                .add(kind);
    }

    /** By path, such as {@code apps[0].schedule}; of a variable, its name. */
    Map<String, Set<Kind>> kinds() {
        return Collections.unmodifiableMap(kinds);
    }
}
