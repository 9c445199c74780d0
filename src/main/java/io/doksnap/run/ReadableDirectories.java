package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.policy.AllowedPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The directories of this host: those that may be read, and whether one is this host's at all. */
final class ReadableDirectories {
    private final AllowedPaths allowed;
    private final boolean inContainer;

    ReadableDirectories(AllowedPaths allowed, boolean inContainer) {
        this.allowed = allowed;
        this.inContainer = inContainer;
    }

    /** Where a directory really is, after its links; it must lie under the allowed paths, before and after them. */
    Path find(Path directory) throws RunException {
        Path real = real(directory);
        Optional<String> refusal = allowed.check(real);
        if (refusal.isPresent()) {
            String led = real.equals(directory) ? "" : directory + " is a link: ";
            throw new RunException(Reason.INVALID_SPEC, led + refusal.get());
        }
        if (!Files.isDirectory(real)) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND, directory + " is a file, not a directory; name its directory");
        }
        if (inContainer && MountTable.read().isOfRoot(real)) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND,
                    directory + " is not the host's here, but that of the container in which DokSnapShotter runs; "
                            + mountIt(directory));
        }
        return real;
    }

    /** Refuses what would go with the container in which this runs; it need not exist yet. */
    void checkStays(Path directory) throws RunException, IOException {
        Path there = directory;
        for (Path parent = there; parent != null && !Files.exists(there); parent = parent.getParent()) {
            there = parent;
        }
        if (inContainer && MountTable.read().goesWithContainer(there.toRealPath())) {
            throw new RunException(
                    Reason.TARGET_UNUSABLE,
                    directory + " is not the host's here, but that of the container in which DokSnapShotter runs, and"
                            + " would go with it; mount it into the container (-v " + directory + ":" + directory
                            + "), or restore into a volume");
        }
    }

    private static String mountIt(Path directory) {
        return "mount it into the container: -v " + directory + ":" + directory + ":ro";
    }

    private Path real(Path path) throws RunException {
        Path real;
        try {
            real = path.toRealPath();
        } catch (NoSuchFileException e) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND,
                    "the directory " + path + " does not exist"
                            + (inContainer
                                    ? " in the container in which DokSnapShotter runs; correct the source, or "
                                            + mountIt(path)
                                    : "; correct the source, or create it"),
                    e);
        } catch (IOException e) {
            throw unreadable(path, Failures.describe(e), e);
        }
        if (!Files.isReadable(real)) {
            throw unreadable(path, "permission denied", null);
        }
        return real;
    }

    private static RunException unreadable(Path path, String why, @Nullable IOException cause) {
        return new RunException(
                Reason.READ_FAILED,
                "cannot read " + path + " (" + why + "); run as a user who may read it, usually root",
                cause);
    }
}
