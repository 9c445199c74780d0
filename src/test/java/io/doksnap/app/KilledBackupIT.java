package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.snapshot.Catalogue;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Manifest;
import io.doksnap.store.ObjectStore;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.FaultyProxy;
import io.doksnap.testing.S3Server;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kill -9: nothing half is ever listed or left in place, and the next run succeeds and removes what was left. */
@Timeout(300)
class KilledBackupIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(2);
    private static final Duration RANDOM_KILLS = Duration.ofSeconds(15);
    private static final int LONGEST_RUN_MILLIS = 1500;

    private static final List<String> COMMANDS = List.of("backup", "backup", "prune", "restore");
    private static final String KEEP = "    retention: {keep_last: 3}\n";

    @TempDir
    private Path home;

    @Test
    void killedInTheMiddleOfAnUploadToADirectoryNothingIsListedAndTheNextRunCleansUp() throws Exception {
        Scene scene = Scene.withDirectory(home);
        scene.noise("big", 256, 1);
        try (Doksnap.Running backup = scene.doksnap().start("backup", "shop")) {
            await().atMost(PATIENCE).pollInterval(POLL).until(() -> stagedBytes(scene) > 1 << 20);
            assertThat(backup.kill().code()).isEqualTo(137);
        }
        assertThat(scene.keys()).hasSize(1).allMatch(key -> key.endsWith("/run.json"));
        assertThat(scene.staged()).hasSize(2);
        assertThat(scene.openRuns()).hasSize(1);
        assertThat(scene.listed()).isEmpty();

        theNextBackupSucceedsAndLeavesOnlyItself(scene);
        assertThat(scene.staged()).isEmpty();
    }

    @Test
    void killedInTheMiddleOfAnUploadToS3NothingIsListedAndTheNextRunCleansUp() throws Exception {
        try (S3Server server = S3Server.start();
                FaultyProxy proxy = FaultyProxy.before(server.port(), slow(2))) {
            server.createBucket(Scene.BUCKET);
            Scene scene = Scene.withS3(home, server, proxy.endpoint());
            scene.noise("big", 64, 1);
            try (Doksnap.Running backup = scene.doksnap().start("backup", "shop")) {
                await().atMost(PATIENCE).until(() -> proxy.bytesUp() > 10 << 20);
                assertThat(backup.kill().code()).isEqualTo(137);
            }
            assertThat(scene.keys()).hasSize(1).allMatch(key -> key.endsWith("/run.json"));
            assertThat(server.unfinishedUploads(Scene.BUCKET)).hasSize(1);
            assertThat(scene.listed()).isEmpty();

            proxy.change(FaultyProxy.Fault.none());
            theNextBackupSucceedsAndLeavesOnlyItself(scene);
            assertThat(server.unfinishedUploads(Scene.BUCKET)).isEmpty();
        }
    }

    @Test
    void killedAtRandomMomentsEveryListedSnapshotIsWholeInADirectory() throws Exception {
        Scene scene = Scene.withDirectory(home);
        scene.app(KEEP).configure("storage:\n  directory: store\nencryption:\n  method: none\n");
        scene.noise("some", 24, 20261122);
        killAtRandomMoments(scene, 20261122);
        assertThat(scene.staged()).isEmpty();
    }

    @Test
    void killedAtRandomMomentsEveryListedSnapshotIsWholeInS3() throws Exception {
        try (S3Server server = S3Server.start()) {
            server.createBucket(Scene.BUCKET);
            Scene scene = Scene.withS3(home, server, server.endpoint());
            scene.app(KEEP);
            scene.configure("s3:\n  endpoint: " + server.endpoint() + "\n  bucket: " + Scene.BUCKET
                    + "\nencryption:\n  method: none\n");
            scene.noise("some", 20, 20261123);
            killAtRandomMoments(scene, 20261123);
            assertThat(server.unfinishedUploads(Scene.BUCKET)).isEmpty();
        }
    }

    /** Backups, which also prune, prunes, and restores in place. */
    private static void killAtRandomMoments(Scene scene, long seed) throws Exception {
        assertThat(scene.doksnap().run("backup", "shop").code()).isZero();
        Random random = new Random(seed);
        long end = System.nanoTime() + RANDOM_KILLS.toNanos();
        Map<String, Integer> killed = new TreeMap<>();
        String before = "";
        while (System.nanoTime() < end) {
            // A backup of a directory with a restore half way is refused.
            String next = !before.equals("restore") ? COMMANDS.get(random.nextInt(4)) : "restore";
            boolean wasKilled = killSometimes(scene, next, random.nextInt(LONGEST_RUN_MILLIS));
            killed.merge(next, wasKilled ? 1 : 0, Integer::sum);
            before = wasKilled ? next : "";
        }
        assertThat(killed.values().stream().mapToInt(Integer::intValue).sum()).isGreaterThan(3);
        Doksnap.Result restored = scene.doksnap().run(arguments("restore"));
        assertThat(restored.code()).as(restored.toString()).isZero();
        theDataIsWholeAndAlone(scene, seed);
        Doksnap.Result last = scene.doksnap().run("backup", "shop");
        assertThat(last.code()).as(last.toString()).isZero();
        whatIsLeftOfRemovedSnapshotsIsSweptInTime(scene);
        everyFolderIsAWholeSnapshot(scene);
        System.out.println(
                "seed " + seed + ": killed " + killed + ", " + scene.listed().size() + " snapshots kept");
    }

    private static boolean killSometimes(Scene scene, String command, int millis) throws InterruptedException {
        try (Doksnap.Running run = scene.doksnap().start(arguments(command))) {
            if (!run.process().waitFor(millis, TimeUnit.MILLISECONDS)) {
                run.kill();
                return true;
            }
            Doksnap.Result ended = run.await();
            assertThat(ended.code()).as(command + ended).isZero();
            return false;
        }
    }

    private static String[] arguments(String command) {
        return command.equals("restore")
                ? new String[] {command, "shop", "--in-place", "--snapshot", "latest", "--yes"}
                : new String[] {command, "shop"};
    }

    private static void theDataIsWholeAndAlone(Scene scene, long seed) throws IOException {
        try (Stream<Path> files = Files.list(scene.data)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName()))).containsExactly("some");
        }
        byte[] restored = Files.readAllBytes(scene.data.resolve("some"));
        scene.noise("some", restored.length >> 20, seed);
        assertThat(Files.readAllBytes(scene.data.resolve("some"))).isEqualTo(restored);
    }

    /** A removal takes the manifest first; what a kill leaves of it says itself whose it is, and until when it may be in use. */
    private static void whatIsLeftOfRemovedSnapshotsIsSweptInTime(Scene scene) throws IOException {
        List<String> keys = scene.keys();
        try (ObjectStore store = scene.store()) {
            for (String key : keys) {
                String folder = key.substring(0, key.lastIndexOf('/') + 1);
                if (!keys.contains(folder + "manifest.json")) {
                    assertThat(keys).contains(folder + "run.json");
                    String run;
                    try (InputStream in = store.read(folder + "run.json")) {
                        run = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                    }
                    store.put(
                            folder + "run.json",
                            run.replaceFirst("\"deadline\" : \"[^\"]*", "\"deadline\" : \"2026-01-01T00:00:00Z")
                                    .getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        Doksnap.Result prune = scene.doksnap().run("prune", "shop");
        assertThat(prune.code()).as(prune.toString()).isZero();
    }

    private static void theNextBackupSucceedsAndLeavesOnlyItself(Scene scene) throws IOException {
        Doksnap.Result next = scene.doksnap().run("backup", "shop");
        assertThat(next.code()).as(next.toString()).isZero();
        assertThat(next.err()).contains("removed what the interrupted run");
        assertThat(scene.listed()).hasSize(1);
        everyFolderIsAWholeSnapshot(scene);
    }

    /** No folder without a manifest, no manifest without its objects, each of which can be restored. */
    private static void everyFolderIsAWholeSnapshot(Scene scene) throws IOException {
        assertThat(scene.openRuns()).isEmpty();
        List<String> listed = scene.listed();
        Set<String> folders =
                scene.keys().stream().map(key -> key.split("/", -1)[3]).collect(Collectors.toCollection(HashSet::new));
        assertThat(folders).containsExactlyInAnyOrderElementsOf(listed);
        try (ObjectStore store = scene.store()) {
            new Catalogue(store).visit(Optional.empty(), entry -> {
                Manifest manifest = ((CatalogueEntry.Snapshot) entry).manifest();
                for (Manifest.StoredPart part : manifest.sources().get(0).objects()) {
                    assertThat(store.find(
                                    ((CatalogueEntry.Snapshot) entry).folder().key(part.name())))
                            .hasValueSatisfying(
                                    object -> assertThat(object.size()).isEqualTo(part.size()));
                }
            });
        }
        for (String id : new HashSet<>(List.of(listed.get(0), listed.get(listed.size() / 2)))) {
            Doksnap.Result restored =
                    scene.doksnap().run("restore", "shop", "--snapshot", id, "--to-directory", "restored-" + id);
            assertThat(restored.code()).as(restored.toString()).isZero();
        }
    }

    private static long stagedBytes(Scene scene) throws IOException {
        long bytes = 0;
        for (String name : scene.staged()) {
            Path file = scene.home.resolve("store/.uploads").resolve(name);
            bytes += Files.exists(file) ? Files.size(file) : 0;
        }
        return bytes;
    }

    /** Lets so many milliseconds pass for each 16 KiB that go up. */
    private static FaultyProxy.Fault slow(int millis) {
        return (connection, up, chunk, length) -> {
            if (up) {
                try {
                    Thread.sleep(millis);
                } catch (InterruptedException e) {
                    return FaultyProxy.Fate.RESET;
                }
            }
            return FaultyProxy.Fate.PASS;
        };
    }
}
