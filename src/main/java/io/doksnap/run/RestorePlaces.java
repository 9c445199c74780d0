package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.policy.Source;
import io.doksnap.policy.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where a restore goes: what its target says, and in place the policy's sources as they are declared now. */
final class RestorePlaces {
    private final List<Source> declared;
    private final RestoreRun.Request request;
    private final SourceTrees trees;

    /** Creates it; no sources where the policy is declared no more. */
    RestorePlaces(List<Source> declared, RestoreRun.Request request, SourceTrees trees) {
        this.declared = List.copyOf(declared);
        this.request = request;
        this.trees = trees;
    }

    /** Where the archive of a source is to go. */
    DataPlace of(String source) throws RunException, IOException {
        if (request.target() instanceof RestoreTarget.EmptyDirectory into) {
            trees.checkStays(into.directory());
            return new DataPlace.Directory(into.directory());
        }
        if (request.target() instanceof RestoreTarget.EmptyVolume into) {
            return trees.placeToWrite(into.volume());
        }
        Optional<Source> place = declared(source);
        if (place.isEmpty()) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND,
                    "the configuration no longer has a source " + source
                            + ", so there is no place to restore it to; use --to-volume or --to-directory");
        }
        if (request.includes().isAll() && !place.get().exclude().isEmpty()) {
            // What is left out of a backup would be missing afterwards, and was never meant to go.
            throw new RunException(
                    Reason.TARGET_UNUSABLE,
                    "the source " + source
                            + " leaves files out (exclude), which a restore in place would remove;"
                            + " restore with --to-directory, and copy from there");
        }
        Optional<Target> user =
                request.target() instanceof RestoreTarget.InPlace inPlace ? inPlace.workload() : Optional.empty();
        return trees.placeOf(place.get(), user);
    }

    /** Makes sure that a directory is there, where it need not be. */
    TargetDirectory directory(Path place) throws RunException {
        return request.target() instanceof RestoreTarget.EmptyDirectory
                ? TargetDirectory.create(place)
                : TargetDirectory.existing(place);
    }

    /** Which files of a source are to be replaced, of what was unpacked; never none. */
    List<Path> toReplace(String source, Staging staging) throws IOException, RunException {
        List<Path> paths = staging.plan(request.includes());
        boolean leavesOut =
                declared(source).stream().anyMatch(place -> !place.exclude().isEmpty());
        for (Path path : paths) {
            if (leavesOut && staging.replacesDirectory(path)) {
                // What is left out of a backup would be missing afterwards, and was never meant to go.
                throw new RunException(
                        Reason.TARGET_UNUSABLE,
                        "the directory " + path + " would be replaced as a whole, and the source " + source
                                + " leaves files out (exclude) that would go with it; include the files in it instead,"
                                + " or restore with --to-directory, and copy from there");
            }
        }
        return paths;
    }

    /** The source of a name as it is declared now; empty where it is no more. */
    Optional<Source> declared(String source) {
        return declared.stream()
                .filter(candidate -> candidate.name().equals(source))
                .findFirst();
    }
}
