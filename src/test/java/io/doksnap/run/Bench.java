package io.doksnap.run;

import io.doksnap.archive.Decryption;
import io.doksnap.archive.Encryption;
import io.doksnap.docker.DockerEngine;
import io.doksnap.policy.AllowedPaths;
import io.doksnap.policy.Compression;
import io.doksnap.policy.EncryptionChoice;
import io.doksnap.policy.Hooks;
import io.doksnap.policy.NoStopWindows;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Quiesce;
import io.doksnap.policy.Retention;
import io.doksnap.policy.Retry;
import io.doksnap.policy.Source;
import io.doksnap.policy.Target;
import io.doksnap.snapshot.Catalogue;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Identity;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreException;
import io.doksnap.testing.FakeDockerEngine;
import io.doksnap.testing.FaultyStore;
import io.doksnap.testing.SettableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All that a backup and a restore need, in memory and in one temporary directory; what is to differ is set before. */
final class Bench implements AutoCloseable {
    private static final Retention NO_RETENTION = new Retention(
            OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

    final Path home;
    final Path tree;
    final SettableClock clock = SettableClock.at("2026-11-22T02:00:00Z");
    final FakeDockerEngine docker;
    /** Where volumes are. */
    DockerEngine engine;

    final DataDirectory data;
    FaultyStore store;
    /** Destinations beside the store, by name. */
    final Map<String, ObjectStore> further = new LinkedHashMap<>();

    MemoryBudget memory = new MemoryBudget(1 << 30, 1 << 30, 1);
    Optional<SpoolSpace> spool = Optional.empty();
    List<Source> sources;
    Hooks hooks = Hooks.NONE;
    Quiesce quiesce = Quiesce.NONE;
    Optional<Target> target = Optional.empty();
    Compression compression = Compression.ZSTD;
    Encryption encryption = new Encryption.None();
    OwnPlaces own = OwnPlaces.NONE;
    boolean allowEmpty;
    Duration timeout = Duration.ofHours(1);
    boolean setOwners;
    Optional<NoStopWindows> noStops = Optional.empty();
    Runnable whenTimePasses = () -> {};
    private int runs;

    Bench(Path home) throws IOException {
        this.home = home.toRealPath();
        this.tree = Files.createDirectory(this.home.resolve("tree"));
        this.docker = new FakeDockerEngine(this.home.resolve("volumes"));
        this.engine = docker;
        this.data = DataDirectory.open(this.home.resolve("state"));
        this.store = new FaultyStore(ObjectStores.memory(clock));
        this.sources = List.of(new Source.Directory("files", tree, List.of()));
    }

    Path file(String name, String content) throws IOException {
        Path file = tree.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    Policy policy() {
        return new Policy(
                "default",
                "shop",
                target,
                Optional.empty(),
                sources,
                Optional.empty(),
                ZoneOffset.UTC,
                false,
                quiesce,
                hooks,
                Retry.NEVER,
                compression,
                new EncryptionChoice.OperatorDefault(),
                List.of("default"),
                NO_RETENTION,
                Optional.empty(),
                allowEmpty,
                timeout);
    }

    Workloads workloads() {
        return new Workloads(docker, data, clock, Map.of(), noStops, time -> {
            clock.advance(time);
            whenTimePasses.run();
        });
    }

    SourceTrees trees() {
        return new SourceTrees(engine, new AllowedPaths(List.of(home)), own);
    }

    BackupRun backupRun() {
        String random = String.format("%08x", ++runs);
        List<BackupRun.Target> targets = new ArrayList<>(List.of(new BackupRun.Target("default", store)));
        further.forEach((name, other) -> targets.add(new BackupRun.Target(name, other)));
        return new BackupRun(
                policy(),
                new Identity("host1", "default", "shop"),
                new BackupRun.Archiving(encryption, random, "doksnap test"),
                targets,
                new BackupRun.Surroundings(trees(), workloads(), data, clock, memory, spool));
    }

    BackupOutcome backup() {
        return backupRun().execute(new Cancellation());
    }

    BackupOutcome.Succeeded backupThatSucceeds() {
        BackupOutcome outcome = backup();
        if (outcome instanceof BackupOutcome.Succeeded succeeded) {
            return succeeded;
        }
        throw new AssertionError(outcome.toString());
    }

    BackupOutcome.Failed backupThatFails() {
        BackupOutcome outcome = backup();
        if (outcome instanceof BackupOutcome.Failed failed) {
            return failed;
        }
        throw new AssertionError(outcome.toString());
    }

    RestoreOutcome restore(RestoreTarget target) {
        return restore(target, Optional.empty());
    }

    RestoreOutcome restore(RestoreTarget target, Cancellation cancellation) {
        return restore(target, Optional.empty(), cancellation);
    }

    RestoreOutcome restore(RestoreTarget target, Optional<Decryption> decryption) {
        return restore(target, decryption, new Cancellation());
    }

    private RestoreOutcome restore(RestoreTarget target, Optional<Decryption> decryption, Cancellation cancellation) {
        CatalogueEntry.Snapshot newest = snapshots().get(snapshots().size() - 1);
        String random = String.format("%08x", ++runs);
        RestoreRun.Request request = new RestoreRun.Request(target, Optional.empty(), decryption, setOwners, random);
        return new RestoreRun(sources, newest, request, store, trees()).execute(cancellation);
    }

    /** The snapshots, oldest first. */
    List<CatalogueEntry.Snapshot> snapshots() {
        List<CatalogueEntry.Snapshot> found = new ArrayList<>();
        try {
            new Catalogue(store).visit(Optional.empty(), entry -> found.add((CatalogueEntry.Snapshot) entry));
        } catch (StoreException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    List<String> keys() {
        List<String> keys = new ArrayList<>();
        try {
            store.list("", object -> keys.add(object.key()));
        } catch (StoreException e) {
            throw new UncheckedIOException(e);
        }
        return keys;
    }

    byte[] read(String key) throws IOException {
        try (var in = store.read(key)) {
            return in.readAllBytes();
        }
    }

    List<String> openRuns() throws IOException {
        try (Stream<Path> files = Files.list(data.path())) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.startsWith("open-run-"))
                    .toList();
        }
    }

    /** Every file below a directory with its content, and every directory; hidden things too. */
    static Map<String, String> contents(Path directory) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.toList()) {
                String name = directory.relativize(path).toString();
                contents.put(
                        name,
                        Files.isSymbolicLink(path)
                                ? "-> " + Files.readSymbolicLink(path)
                                : Files.isDirectory(path) ? "/" : Files.readString(path));
            }
        }
        return contents;
    }

    /** Replaces the store behind by a memory store whose objects have at most so many bytes. */
    void limitObjects(long bytes) {
        store = new FaultyStore(ObjectStores.memory(clock, bytes));
    }

    void use(ObjectStore other) {
        store = new FaultyStore(other);
    }

    @Override
    public void close() {
        data.close();
    }
}
