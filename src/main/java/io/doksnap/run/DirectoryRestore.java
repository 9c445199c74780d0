package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveReader;
import io.doksnap.archive.tar.NotIncludedException;
import io.doksnap.archive.tar.TreeStats;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Puts an archive into a directory: unpacks it into a staging folder inside, checks that it is whole, and only then moves it into place.
 */
final class DirectoryRestore {
    private static final long HARDLY_ANYTHING = 1 << 20;

    private final RestorePlaces places;
    private final Path place;
    private final RestoreRun.Request request;
    private final AtomicLong bytesRead;
    private final TreeStats.Collector progress;

    DirectoryRestore(
            RestorePlaces places,
            DataPlace.Directory place,
            RestoreRun.Request request,
            AtomicLong bytesRead,
            TreeStats.Collector progress) {
        this.places = places;
        this.place = place.path();
        this.request = request;
        this.bytesRead = bytesRead;
        this.progress = progress;
    }

    /**
     * What is in place now.
     *
     * @param notes what differs from what one would expect; each complete for a person to read
     */
    record Placed(Path directory, List<String> notes) {}

    /** Does it; the cancellation's door is closed before anything is moved into place. */
    Placed write(RestorableArchive archive, ArchiveReader reader, Cancellation cancellation)
            throws IOException, RunException {
        try (TargetDirectory target = places.directory(place)) {
            List<String> notes = new ArrayList<>();
            boolean mayReplace = request.target() instanceof RestoreTarget.InPlace;
            try (Staging staging = Staging.open(target.path(), request.random(), mayReplace)) {
                unpack(archive, reader, staging.folder(), cancellation);
                takeRoot(archive, staging).ifPresent(notes::add);
                List<Path> paths = mayReplace && !request.includes().isAll()
                        ? places.toReplace(archive.source(), staging)
                        : List.of();
                // From here on it is a matter of renames, which are not to be cut off half way.
                cancellation.closeDoor();
                if (paths.isEmpty()) {
                    staging.promote();
                } else {
                    staging.promote(paths);
                }
                target.keep();
            }
            archive.caveat().ifPresent(notes::add);
            return new Placed(target.path(), notes);
        }
    }

    private void unpack(RestorableArchive archive, ArchiveReader reader, Path folder, Cancellation cancellation)
            throws IOException, RunException {
        archive.read(
                stored -> {
                    try {
                        archive.extract(reader, stored, folder, request, progress);
                    } catch (NotIncludedException e) {
                        // Nothing is damaged, so nobody need look for what is.
                        throw Failures.of(e, Reason.READ_FAILED);
                    } catch (IOException | RuntimeException e) {
                        cancellation.check();
                        if (e instanceof IOException failure && isOfTheTarget(failure, folder)) {
                            throw new RunException(
                                    Reason.TARGET_UNUSABLE,
                                    "could not unpack into " + folder.getParent() + " (" + Failures.describe(failure)
                                            + "); free some space there or correct its permissions, or name another"
                                            + " target",
                                    failure);
                        }
                        throw e;
                    }
                },
                bytesRead);
        request.requireWhole(archive, progress.stats());
    }

    /** Takes off what the archive has around the source's own directory; returns what it was. */
    private static Optional<String> takeRoot(RestorableArchive archive, Staging staging) throws IOException {
        Optional<Path> root = archive.root(staging.folder());
        if (root.isEmpty()) {
            return Optional.empty();
        }
        Path around = staging.folder().relativize(root.get());
        staging.descend(root.get());
        return Optional.of("restored without the leading " + around + "/, which is no part of the source itself");
    }

    /** A write that found no room says so only in words, which depend on the locale; the room itself does not. */
    private static boolean isOfTheTarget(IOException failure, Path folder) throws IOException {
        boolean ofNobodyElse = Failures.of(failure, Reason.TARGET_UNUSABLE).reason() == Reason.TARGET_UNUSABLE;
        return ofNobodyElse
                && (failure instanceof FileSystemException
                        || Files.getFileStore(folder).getUsableSpace() < HARDLY_ANYTHING);
    }
}
