package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveReader;
import io.doksnap.archive.tar.Includes;
import io.doksnap.archive.tar.RawName;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.docker.Container;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.ExecOutcome;
import io.doksnap.policy.Source;
import io.doksnap.policy.Target;
import io.doksnap.run.dump.DatabaseContainer;
import io.doksnap.run.dump.DumpException;
import io.doksnap.run.dump.DumpFormat;
import io.doksnap.run.dump.DumpLoad;
import io.doksnap.run.dump.LoadInput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Loads a dump into a database server that runs.
 *
 * <p>It goes into new databases first. Only when all of it has been read and checked, and the server has taken all of it, do they take the place of the
 * old ones, in one step. Whatever fails before, the old ones are as they were and the new ones are dropped.
 */
final class DatabaseRestore {
    private final SnapshotArchive archive;
    private final DatabaseContainer inside;
    private final DumpLoad load;
    private Optional<String> left = Optional.empty();

    private DatabaseRestore(SnapshotArchive archive, DatabaseContainer inside, DumpLoad load) {
        this.archive = archive;
        this.inside = inside;
        this.load = load;
    }

    /** The restore of a dump into a database; empty where that is not what is asked for. */
    static Optional<DatabaseRestore> of(
            RestorableArchive archive, RestoreRun.Request request, RestorePlaces places, DockerEngine docker)
            throws RunException {
        if (!(archive instanceof SnapshotArchive dump) || !dump.entry().holdsDump()) {
            return Optional.empty();
        }
        Target workload;
        if (request.target() instanceof RestoreTarget.Database database) {
            workload = target(database.workload(), docker);
        } else if (request.target() instanceof RestoreTarget.InPlace place) {
            workload = place.workload()
                    .orElseThrow(() -> unusable("nothing says any more which database the dump " + archive.source()
                            + " was made of; name its container with --to-service"));
        } else {
            return Optional.empty();
        }
        DumpFormat format = DumpFormat.parse(dump.entry().dump())
                .orElseThrow(() -> unusable("the dump " + archive.source() + " is of the kind "
                        + dump.entry().dump() + ", which this version does not know"));
        Optional<String> user = places.declared(archive.source())
                .flatMap(source -> source instanceof Source.Dump made ? made.user() : Optional.empty());
        Includes includes = request.includes();
        if (format == DumpFormat.REDIS && !includes.isAll()) {
            throw unusable("a dump of redis is taken whole or not at all; leave out what is to be included");
        }
        try {
            DatabaseContainer inside = new DatabaseContainer(docker.containers(), container(workload, docker), user);
            DumpLoad load = DumpLoad.of(format, inside, name -> includes.take(RawName.of(name)), request.random());
            return Optional.of(new DatabaseRestore(dump, inside, load));
        } catch (DumpException e) {
            throw new RunException(Reason.TARGET_UNUSABLE, String.valueOf(e.getMessage()), e);
        }
    }

    private static Target target(String name, DockerEngine docker) throws RunException {
        int slash = name.indexOf('/');
        if (slash > 0) {
            return new Target.Compose(name.substring(0, slash), name.substring(slash + 1));
        }
        try {
            return docker.containers().find(name).isPresent() ? new Target.Container(name) : new Target.Service(name);
        } catch (DockerException e) {
            throw EngineVolumes.failure(e, Reason.TARGET_UNUSABLE);
        }
    }

    private static Container container(Target workload, DockerEngine docker) throws RunException {
        List<Container> all = new TargetContainers(docker).all(workload, Reason.TARGET_UNUSABLE);
        List<Container> running = all.stream().filter(Container::isUp).toList();
        if (running.isEmpty()) {
            throw unusable(
                    "the container " + all.get(0).name() + " does not run, so its database takes nothing; start it");
        }
        if (running.size() > 1) {
            throw unusable("several containers of the " + workload.summary() + " run ("
                    + running.stream().map(Container::name).collect(Collectors.joining(", "))
                    + "); name the one whose database it is with --to-service");
        }
        return running.get(0);
    }

    private static RunException unusable(String message) {
        return new RunException(Reason.TARGET_UNUSABLE, message);
    }

    /** Says where {@link #execute} would load it to, and throws where it would fail; changes nothing. */
    String preview() throws RunException, IOException {
        try {
            return load.look();
        } catch (DumpException e) {
            throw new RunException(Reason.TARGET_UNUSABLE, String.valueOf(e.getMessage()), e);
        }
    }

    /** What a restore that failed could not take away again, and what to do about it; empty where nothing is left. */
    Optional<String> left() {
        return left;
    }

    /** Loads it. The cancellation's door is closed before the new databases take the place of the old ones. */
    DumpLoad.Loaded execute(
            ArchiveReader reader, AtomicLong bytesRead, TreeStats.Collector progress, Cancellation cancellation)
            throws RunException, IOException {
        String ignored = preview();
        boolean done = false;
        try {
            feed(reader, bytesRead, progress, cancellation);
            cancellation.closeDoor();
            DumpLoad.Loaded loaded = load.swap();
            done = true;
            return loaded;
        } finally {
            if (!done) {
                undo();
            }
        }
    }

    private void feed(
            ArchiveReader reader, AtomicLong bytesRead, TreeStats.Collector progress, Cancellation cancellation)
            throws RunException, IOException {
        DumpFeed feed = new DumpFeed(inside, load.command());
        ExecOutcome outcome = feed.run(command -> {
            LoadInput input = load.input(command);
            archive.read(
                    stored -> {
                        try {
                            progress.bytes(reader.copy(stored, input).plainBytes());
                        } catch (IOException | RuntimeException e) {
                            cancellation.check();
                            if (feed.isOver() || e instanceof DumpException) {
                                // Nothing is wrong with what is stored, so nobody need look for what is.
                                throw new RunException(Reason.DUMP_FAILED, String.valueOf(e.getMessage()), e);
                            }
                            throw e;
                        }
                    },
                    bytesRead);
            progress.oneFile();
            input.finish();
        });
        cancellation.check();
        String purpose = "loading the dump of " + archive.source() + " into container " + inside.name();
        try {
            DatabaseContainer.check(purpose, outcome);
        } catch (DumpException e) {
            throw new DumpException(e.getMessage() + load.suspicion());
        }
        if (!feed.printed().contains(load.lastWord())) {
            throw new DumpException(purpose + " ended before all of it was there; is the container being stopped?");
        }
    }

    /** Also when the thread is interrupted. */
    private void undo() {
        boolean interrupted = Thread.interrupted();
        left = load.undo();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
