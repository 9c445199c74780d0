package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.tar.Excludes;
import io.doksnap.policy.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of the files that this process sees is its own, and so is nobody's data: what it writes to, and in a container the file system of its image.
 *
 * @param inContainer whether it runs in a container, in which only what is mounted is the host's
 * @param places directories that it writes to
 */
public record OwnPlaces(boolean inContainer, List<OwnPlace> places) {
    /** Nothing is known to be. */
    public static final OwnPlaces NONE = new OwnPlaces(false, List.of());

    public OwnPlaces {
        places = List.copyOf(places);
    }

    /**
     * A directory that the program writes to.
     *
     * @param words what it is, such as {@code its own state (data_dir)}
     */
    public record OwnPlace(String words, Path directory) {}

    /** Where a run stores, on this host. */
    static OwnPlaces ofStores(List<BackupRun.Target> targets) {
        List<OwnPlace> stores = new ArrayList<>();
        for (BackupRun.Target target : targets) {
            target.store()
                    .directory()
                    .ifPresent(directory ->
                            stores.add(new OwnPlace("what the destination " + target.name() + " stores", directory)));
        }
        return new OwnPlaces(false, stores);
    }

    /**
     * Refuses a tree that has such a directory in it, unless the source leaves that out: its backups would hold one another, or change while they are read.
     *
     * @param root the directory that is read, whose links were followed
     */
    void check(Source source, Path root) throws RunException {
        check(source, root, MountTable.read());
    }

    void check(Source source, Path root, MountTable mounts) throws RunException {
        for (OwnPlace own : places) {
            Optional<Path> inside = within(root, own.directory(), mounts);
            if (inside.isPresent() && !isLeftOut(source, inside.get())) {
                throw refusal(source, root, own, inside.get());
            }
        }
    }

    private static boolean isLeftOut(Source source, Path inside) {
        if (inside.toString().isEmpty()) {
            return false;
        }
        Excludes excludes = Excludes.of(source.exclude());
        return excludes.leavesOut(inside) || excludes.leavesOut(inside.resolve("whatever lies in it"));
    }

    private static RunException refusal(Source source, Path root, OwnPlace own, Path inside) {
        String name = inside.toString();
        return new RunException(
                Reason.INVALID_SPEC,
                "the source " + source.name() + " reads " + root
                        + (name.isEmpty() ? ", which is where " : ", in which " + name + " is where ")
                        + "DokSnapShotter keeps " + own.words()
                        + ": each backup would hold what earlier ones have left. "
                        + (name.isEmpty()
                                ? "Name another directory or volume"
                                : "Add \"" + name + "/**\" to what the source excludes"));
    }

    /** Where in a tree a directory is, by whatever name; empty where it is not in it. */
    private static Optional<Path> within(Path root, Path directory, MountTable mounts) {
        Path real;
        try {
            real = directory.toRealPath();
        } catch (IOException e) {
            // What is not there yet is found when it is.
            return Optional.empty();
        }
        for (Path way = real; way != null; way = way.getParent()) {
            if (isSame(root, way)) {
                return Optional.of(way.relativize(real));
            }
        }
        Optional<MountTable.Place> place = mounts.place(real);
        return mounts.place(root).flatMap(tree -> place.flatMap(tree::relative));
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            return false;
        }
    }
}
