package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.Mount;
import io.doksnap.docker.Volume;
import io.doksnap.policy.AllowedPaths;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Source;
import io.doksnap.policy.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds where the data of a policy's sources is now. Nothing is remembered: a redeploy puts other containers, and maybe other volumes, in the
 * place of those that were there.
 */
public final class SourceTrees {
    private static final Logger LOG = LoggerFactory.getLogger(SourceTrees.class);

    private final DockerEngine docker;
    private final OwnPlaces own;
    private final ReadableDirectories directories;
    private final Volumes volumes;

    /**
     * Creates a finder.
     *
     * @param allowed under which directories must lie, also after their links were followed
     * @param own what is no source, as the program itself writes to it
     */
    public SourceTrees(DockerEngine docker, AllowedPaths allowed, OwnPlaces own) {
        this.docker = docker;
        this.own = own;
        this.directories = new ReadableDirectories(allowed, own.inContainer());
        this.volumes = new Volumes(docker);
    }

    /** Why a policy's sources cannot be found just now. */
    public record Problem(Reason reason, String message) {}

    /** Looks for everything that a backup of the policy would read; empty where all of it is there. Asks the engine. */
    public Optional<Problem> problem(Policy policy) {
        try {
            List<ReadableSource> ignored = resolve(policy);
            return Optional.empty();
        } catch (RunException e) {
            return Optional.of(new Problem(e.reason(), e.text()));
        }
    }

    /**
     * What makes the dumps of a policy.
     *
     * @param nonce nobody has seen it before: letters and digits
     */
    Dumps dumps(Policy policy, String nonce) {
        return new Dumps(docker, policy, nonce);
    }

    /**
     * What a policy backs up, as it can be read now.
     *
     * @throws RunException with the reason when one of its sources, or its target, is not to be found
     */
    List<ReadableSource> resolve(Policy policy) throws RunException {
        TargetSight sight = sight(policy.target());
        List<ReadableSource> found = new ArrayList<>();
        if (policy.sources().isEmpty()) {
            for (Map.Entry<String, String> volume : sight.mounts().named().entrySet()) {
                found.add(volume(
                        new Source.Volume(volume.getKey(), volume.getValue(), List.of()), volume.getValue(), sight));
            }
        }
        for (Source source : policy.sources()) {
            if (source instanceof Source.OtherVolumes rest) {
                for (Source.Volume volume : remaining(rest, policy, sight)) {
                    found.add(volume(volume, volume.volume(), sight));
                }
            } else {
                found.add(readable(source, sight));
            }
        }
        refuse(own, found);
        return found;
    }

    /** Refuses sources that have any of these in them, for what a run knows besides. */
    static void refuse(OwnPlaces own, List<ReadableSource> found) throws RunException {
        for (ReadableSource source : found) {
            if (source instanceof ReadableSource.Tree tree) {
                own.check(tree.source(), tree.path());
            }
        }
    }

    /**
     * The policy's sources under the names and paths that they have just now, so that they can be found without its target; what is not to be
     * found is as the policy has it.
     */
    public List<Source> settled(Policy policy) {
        List<Source> settled = new ArrayList<>();
        TargetSight sight = sight(policy.target());
        try {
            if (policy.sources().isEmpty()) {
                sight.mounts()
                        .named()
                        .forEach((name, volume) -> settled.add(new Source.Volume(name, volume, List.of())));
            }
        } catch (RunException e) {
            LOG.debug("the volumes of {} are not to be found: {}", policy.name(), e.text());
        }
        for (Source source : policy.sources()) {
            try {
                if (source instanceof Source.OtherVolumes rest) {
                    settled.addAll(remaining(rest, policy, sight));
                    continue;
                }
                settled.add(settled(source, sight));
            } catch (RunException e) {
                LOG.debug("the source {} of {} is not to be found: {}", source.name(), policy.name(), e.text());
                settled.add(source);
            }
        }
        return settled;
    }

    /**
     * What the target of policies mounts and none of them reads, in words. Asks the engine; empty where it does not answer.
     *
     * @param policies all of the same target
     */
    public List<String> uncovered(Target target, Collection<Policy> policies) {
        try {
            return UncoveredMounts.of(
                    new TargetLook(docker).mounts(target).all(), UncoveredMounts.settled(this, policies));
        } catch (RunException e) {
            LOG.debug("nobody knows what {} mounts: {}", target.summary(), e.text());
            return List.of();
        }
    }

    private static List<Source.Volume> remaining(Source.OtherVolumes rest, Policy policy, TargetSight sight)
            throws RunException {
        List<Source> others = new ArrayList<>();
        for (Source source : policy.sources()) {
            if (!source.equals(rest)) {
                others.add(settled(source, sight));
            }
        }
        return RemainingVolumes.of(rest, others, sight.mounts());
    }

    private static Source settled(Source source, TargetSight sight) throws RunException {
        if (source instanceof Source.Volume volume) {
            return new Source.Volume(volume.name(), sight.volume(volume.volume()), volume.exclude());
        }
        if (source instanceof Source.Mount at) {
            Mount mount = sight.mounts().at(at.path());
            return mount.type() == Mount.Type.BIND
                    ? new Source.Directory(at.name(), Path.of(mount.source()), at.exclude())
                    : new Source.Volume(at.name(), mount.source(), at.exclude());
        }
        return source;
    }

    /**
     * Where a source is that is to be replaced.
     *
     * @param source by its whole name, as {@link #settled} has it: in no target is it looked for
     * @param user the policy's target, which may have it on another node; empty where that is not known
     */
    DataPlace placeOf(Source source, Optional<Target> user) throws RunException {
        checkIsReplacedHere(source, sight(user));
        ReadableSource found = readable(source, sight(Optional.empty()));
        if (found instanceof ReadableSource.Tree tree) {
            return new DataPlace.Directory(tree.path());
        }
        if (found instanceof ReadableSource.EngineVolume volume) {
            return volumes.place(volume.volume());
        }
        throw new RunException(
                Reason.SOURCE_NOT_FOUND, "the source " + source.name() + " is neither a volume nor a directory");
    }

    /** Before it is looked for: that there is none here of that name says less. */
    private void checkIsReplacedHere(Source source, TargetSight user) throws RunException {
        if (source instanceof Source.Volume volume) {
            Optional<Volume> there = volumes.find(volume.volume());
            user.checkIsReplacedHere(
                    volume.volume(), () -> there.isEmpty() || there.get().isPlainDirectory());
        } else if (source instanceof Source.Directory at) {
            user.checkIsReplacedHere(at.directory().toString(), () -> LocalFiles.wouldBeIn(at.directory()));
        }
    }

    /** Removes what runs from this data directory that were cut off have left in the engine. Asks it, so it may take a while. */
    public void collectLeftovers(DataDirectory data, Instant now) {
        throughEngine().collectLeftovers(data, now);
    }

    /** Refuses a directory that would go with the container in which this runs. */
    void checkStays(Path directory) throws RunException, IOException {
        directories.checkStays(directory);
    }

    EngineVolumes throughEngine() {
        return new EngineVolumes(docker);
    }

    DockerEngine docker() {
        return docker;
    }

    boolean hasVolume(String name) throws RunException {
        return volumes.find(name).isPresent();
    }

    /** How a volume of exactly that name can be written to. */
    DataPlace placeToWrite(String volume) throws RunException {
        DataPlace place = volumes.place(volume);
        return place instanceof DataPlace.Directory directory && !Files.isWritable(directory.path())
                ? new DataPlace.ThroughEngine(volume, "its directory cannot be written to from here")
                : place;
    }

    private TargetSight sight(Optional<Target> target) {
        return new TargetSight(docker, target);
    }

    private ReadableSource readable(Source source, TargetSight sight) throws RunException {
        if (source instanceof Source.Volume volume) {
            return volume(source, sight.volume(volume.volume()), sight);
        }
        if (source instanceof Source.Directory directory) {
            return new ReadableSource.Tree(source, directories.find(directory.directory()));
        }
        if (source instanceof Source.Dump dump) {
            return new ReadableSource.Command(dump);
        }
        return mount(source, sight.mounts().at(((Source.Mount) source).path()), sight);
    }

    private ReadableSource mount(Source source, Mount mount, TargetSight sight) throws RunException {
        return switch (mount.type()) {
            case VOLUME -> volume(source, named(mount), sight);
            case BIND -> bind(source, mount, sight);
            default ->
                throw new RunException(
                        Reason.SOURCE_NOT_FOUND,
                        "what the target mounts at " + mount.destination() + " is neither a volume nor a directory");
        };
    }

    private static String named(Mount mount) throws RunException {
        if (mount.source().isEmpty()) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND,
                    "each task of the service has a volume of its own at " + mount.destination()
                            + ", which goes with it; give the volume a name in the service");
        }
        return mount.source();
    }

    private ReadableSource bind(Source source, Mount mount, TargetSight sight) throws RunException {
        try {
            if (!docker.sharesFiles()) {
                throw new RunException(
                        Reason.SOURCE_NOT_FOUND,
                        mount.source() + ", which the target mounts at " + mount.destination()
                                + ", is a directory of the engine's host, which cannot be reached from here; keep the"
                                + " data in a volume, or run DokSnapShotter on that host");
            }
        } catch (DockerException e) {
            throw Volumes.unavailable(e);
        }
        Path directory = Path.of(mount.source());
        sight.checkIsHere(mount.source(), () -> LocalFiles.wouldBeIn(directory));
        return new ReadableSource.Tree(source, directories.find(directory));
    }

    private ReadableSource volume(Source source, String name, TargetSight sight) throws RunException {
        Optional<Volume> volume = volumes.find(name);
        sight.checkIsHere(name, () -> volume.isEmpty() || volume.get().isPlainDirectory());
        DataPlace place = volumes.place(volume, name);
        return place instanceof DataPlace.Directory directory
                ? new ReadableSource.Tree(source, directory.path())
                : new ReadableSource.EngineVolume(source, name);
    }
}
