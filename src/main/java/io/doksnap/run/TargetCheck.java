package io.doksnap.run;

import io.doksnap.api.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks whether a directory could take a restore, and leaves no trace. */
final class TargetCheck {
    private TargetCheck() {}

    /**
     * Throws where it could not.
     *
     * @param directory may not exist yet
     * @param mayReplace whether it may hold anything
     * @param bytes how much is to go there, about
     */
    static void check(Path directory, boolean mayReplace, long bytes) throws RunException, IOException {
        Path there = directory;
        for (Path parent = there; parent != null && !Files.exists(there); parent = parent.getParent()) {
            there = parent;
        }
        if (!Files.isDirectory(there)) {
            throw unusable(there + " is a file; name a directory that is new or empty");
        }
        if (!Files.isWritable(there) || !Files.isExecutable(there)) {
            throw unusable("cannot write to " + there + " (permission denied); name another target");
        }
        if (there.equals(directory)
                && !mayReplace
                && !Promotion.userChildren(there).isEmpty()) {
            throw unusable(
                    there
                            + " is not empty; restore into a new or empty directory, or use --in-place to replace what is there");
        }
        long free = Files.getFileStore(there).getUsableSpace();
        if (free < bytes) {
            throw unusable(there + " has " + free + " bytes free, and the files take about " + bytes
                    + "; free some space there, or name another target");
        }
    }

    private static RunException unusable(String message) {
        return new RunException(Reason.TARGET_UNUSABLE, message);
    }
}
