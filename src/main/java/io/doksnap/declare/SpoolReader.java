package io.doksnap.declare;

import io.doksnap.policy.DataSize;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads {@code spool}. */
final class SpoolReader {
    /** Less holds up every upload, and is a slip of the pen. */
    private static final long LEAST = 1 << 20;

    private final Path directory;
    private final Problems problems;

    /**
     * Creates a reader.
     *
     * @param directory where relative paths of the file start
     */
    SpoolReader(Path directory, Problems problems) {
        this.directory = directory;
        this.problems = problems;
    }

    SpoolSettings read(Section spool) {
        SpoolSettings settings = new SpoolSettings(spool.path("directory", directory), max(spool));
        spool.reportUnknownKeys();
        return settings;
    }

    private OptionalLong max(Section spool) {
        Optional<String> written = spool.text("max");
        if (written.isEmpty()) {
            return OptionalLong.empty();
        }
        OptionalLong max = DataSize.parse(written.get());
        if (max.isEmpty()) {
            problems.add(
                    spool.place("max"),
                    "'" + written.get()
                            + "' is no amount of data; write one such as 500MiB or 20GiB, or 0 for no spool");
        } else if (max.getAsLong() > 0 && max.getAsLong() < LEAST) {
            problems.add(
                    spool.place("max"),
                    "is " + max.getAsLong()
                            + " bytes, which is too little to be of use; write 1MiB or more, such as 20GiB,"
                            + " or 0 for no spool");
        }
        return max;
    }
}
