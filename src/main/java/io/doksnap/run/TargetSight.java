package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.Volume;
import io.doksnap.policy.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The target as one resolution sees it: asked for once, and only where a source needs it. */
final class TargetSight {
    private final DockerEngine docker;
    private final Volumes volumes;
    private final Optional<Target> target;
    private @Nullable TargetMounts mounts;

    TargetSight(DockerEngine docker, Optional<Target> target) {
        this.docker = docker;
        this.volumes = new Volumes(docker);
        this.target = target;
    }

    /** What it mounts; a target that is not there has nothing to be backed up. */
    TargetMounts mounts() throws RunException {
        if (mounts == null) {
            mounts = look();
        }
        return mounts;
    }

    private TargetMounts look() throws RunException {
        return new TargetLook(docker)
                .mounts(target.orElseThrow(() ->
                        new RunException(Reason.SOURCE_NOT_FOUND, "the policy has no target to take a mount of")));
    }

    /**
     * The whole name of a volume. The target's own comes first, also where it is not there just now, so that one that happens to have the
     * short name is never taken for it.
     */
    String volume(String name) throws RunException {
        if (target.isEmpty()) {
            return name;
        }
        Optional<RunException> gone = Optional.empty();
        try {
            Optional<String> known = mounts().volume(name);
            if (known.isPresent()) {
                return known.get();
            }
        } catch (RunException e) {
            // Volumes were looked for already: for directories an engine that is not there, after a crash of the host,
            // is in nobody's way.
            if (e.reason() != Reason.NO_MATCHING_TARGETS && e.reason() != Reason.DOCKER_UNAVAILABLE) {
                throw e;
            }
            gone = Optional.of(e);
        }
        List<String> likely = new ArrayList<>();
        if (gone.isPresent()) {
            likely.addAll(TargetMounts.likelyNames(target.get(), name));
        }
        likely.add(name);
        for (String candidate : likely) {
            if (Volume.isName(candidate) && volumes.find(candidate).isPresent()) {
                return candidate;
            }
        }
        if (gone.isPresent()) {
            throw gone.get();
        }
        throw new RunException(
                Reason.SOURCE_NOT_FOUND,
                "there is no volume " + name + ", neither in the target ("
                        + target.get().summary() + ", which mounts " + mounts().shown()
                        + ") nor elsewhere; `docker volume ls` lists them");
    }

    /**
     * Whatever the target mounts of that name has to be on this host, and no namesake of what its tasks on other nodes use.
     *
     * @param source the name of a volume, or a directory
     * @param local whether what has that name here is of this host alone
     */
    void checkIsHere(String source, BooleanSupplier local) throws RunException {
        Optional<String> nodes = Optional.ofNullable(mounts).flatMap(known -> known.elsewhere(source));
        if (nodes.isPresent() && local.getAsBoolean()) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND,
                    isElsewhere(source, nodes.get()) + ", and what may have that name here is not read; "
                            + ServiceNodes.KEEP_IT_HERE
                            + ", or run DokSnapShotter on that one, with a policy that names " + source
                            + " as a source");
        }
    }

    /** The same for what a restore is going to replace. Where nothing of the target is there, nothing tells otherwise. */
    void checkIsReplacedHere(String source, BooleanSupplier local) throws RunException {
        if (target.isEmpty()) {
            return;
        }
        Optional<String> nodes;
        try {
            nodes = mounts().elsewhere(source);
        } catch (RunException e) {
            if (e.reason() != Reason.NO_MATCHING_TARGETS) {
                throw e;
            }
            return;
        }
        if (nodes.isPresent() && local.getAsBoolean()) {
            throw new RunException(
                    Reason.TARGET_UNUSABLE,
                    isElsewhere(source, nodes.get()) + ", and what may have that name here is not replaced; "
                            + ServiceNodes.KEEP_IT_HERE
                            + " and restore then, or restore with a DokSnapShotter on that one");
        }
    }

    private static String isElsewhere(String source, String user) {
        return source + " is not on this node of the Swarm as it is of " + user;
    }
}
