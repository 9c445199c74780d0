package io.doksnap.archive.tar;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * What went into an archive or came out of it.
 *
 * @param files everything that is no directory: regular files, links, pipes, devices
 * @param directories the root included
 * @param contentBytes content of regular files, in bytes
 * @param warnings what is worth a look, the first {@value #MAX_WARNINGS} of them
 */
public record TreeStats(long files, long directories, long contentBytes, List<String> warnings) {
    private static final int MAX_WARNINGS = 20;

    public TreeStats {
        warnings = List.copyOf(warnings);
    }

    /** Counts while one thread works and others look on. */
    public static final class Collector {
        private final LongAdder files = new LongAdder();
        private final LongAdder directories = new LongAdder();
        private final LongAdder contentBytes = new LongAdder();
        private final List<String> warnings = new ArrayList<>();
        private long unlisted;

        void file(long bytes) {
            files.increment();
            contentBytes.add(bytes);
        }

        /** Counts bytes of what is no tree. */
        public void bytes(long more) {
            contentBytes.add(more);
        }

        /** Counts a file that is no part of a tree, and whose bytes were counted. */
        public void oneFile() {
            files.increment();
        }

        void directory() {
            directories.increment();
        }

        synchronized void warn(String warning) {
            if (warnings.size() < MAX_WARNINGS) {
                warnings.add(warning);
            } else {
                unlisted++;
            }
        }

        /** The counts so far. */
        public synchronized TreeStats stats() {
            List<String> shown = new ArrayList<>(warnings);
            if (unlisted > 0) {
                shown.add("and " + unlisted + " more of the kind");
            }
            return new TreeStats(files.sum(), directories.sum(), contentBytes.sum(), shown);
        }
    }
}
