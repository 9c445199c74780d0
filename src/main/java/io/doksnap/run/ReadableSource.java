package io.doksnap.run;

import io.doksnap.policy.Source;
import io.doksnap.run.dump.DumpFormat;
import java.nio.file.Path;

/** One source as it can be read now, under the name that it has in the bucket. */
sealed interface ReadableSource {

    /** What it is of; where the policy names none, a volume of its target under its short name. */
    Source source();

    /** Where its data is, in words, such as a path. */
    String place();

    /** Names it within its policy, and its objects in a bucket. */
    default String name() {
        return source().name();
    }

    /** A directory tree of this host. */
    record Tree(Source source, Path path) implements ReadableSource {
        @Override
        public String place() {
            return path.toString();
        }
    }

    /** A volume whose directory cannot be reached, read through its engine. */
    record EngineVolume(Source source, String volume) implements ReadableSource {
        @Override
        public String place() {
            return "volume " + volume;
        }
    }

    /** What a command in the policy's target writes. */
    record Command(Source.Dump source) implements ReadableSource {
        /** What it prints. */
        DumpFormat format() {
            return DumpFormat.of(source.kind());
        }

        @Override
        public String place() {
            return "the output of its command";
        }
    }
}
