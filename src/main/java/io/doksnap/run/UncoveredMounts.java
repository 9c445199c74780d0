package io.doksnap.run;

import io.doksnap.docker.Mount;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** What a workload keeps and nobody backs up: its mounts that no source of a policy for it reads. */
final class UncoveredMounts {
    /** Sockets, devices, and what the system itself keeps: nobody's data, however it is mounted. */
    private static final List<Path> OF_THE_SYSTEM =
            List.of(Path.of("/run"), Path.of("/var/run"), Path.of("/proc"), Path.of("/sys"), Path.of("/dev"));

    private UncoveredMounts() {}

    /**
     * They, in words. What is mounted read-only is somebody else's to write and to back up; where a database is dumped, its dump stands for its
     * files.
     *
     * @param sources of all policies for the target, with whole names
     */
    static List<String> of(Collection<Mount> mounts, List<Source> sources) {
        if (sources.stream().anyMatch(Source.Dump.class::isInstance)) {
            return List.of();
        }
        TreeSet<String> found = new TreeSet<>();
        for (Mount mount : mounts) {
            boolean isData = mount.type() == Mount.Type.VOLUME || mount.type() == Mount.Type.BIND;
            if (isData && !mount.readOnly() && !isOfTheSystem(mount)) {
                if (sources.stream().noneMatch(source -> covers(source, mount))) {
                    found.add(TargetMounts.shown(mount));
                }
            }
        }
        return new ArrayList<>(found);
    }

    private static boolean isOfTheSystem(Mount mount) {
        return mount.type() == Mount.Type.BIND && OF_THE_SYSTEM.stream().anyMatch(Path.of(mount.source())::startsWith);
    }

    private static boolean covers(Source source, Mount mount) {
        if (source instanceof Source.Volume volume) {
            return mount.type() == Mount.Type.VOLUME && mount.source().equals(volume.volume());
        }
        if (source instanceof Source.Mount at) {
            return mount.destination().equals(at.path());
        }
        // A directory inside of the mount may well be all of it that matters.
        return source instanceof Source.Directory directory
                && mount.type() == Mount.Type.BIND
                && (Path.of(mount.source()).startsWith(directory.directory())
                        || directory.directory().startsWith(mount.source()));
    }

    /** The sources of several policies, under the names that they have now. */
    static List<Source> settled(SourceTrees trees, Collection<Policy> policies) {
        return policies.stream()
                .flatMap(policy -> trees.settled(policy).stream())
                .toList();
    }
}
