package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.policy.Policy;
import io.doksnap.run.Cancellation;
import io.doksnap.run.DataDirectory;
import io.doksnap.run.PruneOutcome;
import io.doksnap.run.PruneRun;
import io.doksnap.snapshot.Identity;
import io.doksnap.snapshot.RetentionRules;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreException.Kind;
import io.doksnap.store.StoreSettings;
import io.doksnap.testing.StubbornStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command and what follows a backup, through the command line, with a directory as destination and a clock that is set. */
class PruneCommandTest {
    @TempDir
    private Path directory;

    private final SetClock clock = new SetClock(Instant.parse("2026-11-10T01:00:00Z"));
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Console console = new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);

    @BeforeEach
    void prepare() throws IOException {
        Files.createDirectories(directory.resolve("source"));
        Files.writeString(directory.resolve("source/file"), "hello");
        Files.createDirectories(directory.resolve("destination"));
        configure("host1", "{}");
    }

    @Test
    void backupPrunesAfterItSucceeded() throws Exception {
        configure("host1", "{keep_last: 2, weekly: 1}");
        for (int day = 10; day <= 18; day++) {
            assertThat(run("backup", "shop")).isZero();
            clock.advance(Duration.ofDays(1));
        }

        assertThat(snapshots()).containsExactly("20261115", "20261117", "20261118");
        assertThat(out()).endsWith("retention removed 1 snapshot, and keeps 3" + System.lineSeparator());
    }

    @Test
    void backupThatFailsPrunesNothing() throws Exception {
        backUpFor(4);
        configure("host1", "{keep_last: 1}");
        Files.delete(directory.resolve("source/file"));

        assertThat(run("backup", "shop")).isNotZero();

        assertThat(snapshots()).hasSize(4);
    }

    @Test
    void backupWithoutRetentionKeepsEverythingAndSaysNothingOfIt() throws Exception {
        backUpFor(4);

        assertThat(snapshots()).hasSize(4);
        assertThat(out()).doesNotContain("retention");
    }

    @Test
    void dryRunExplainsEachSnapshotAndRemovesNothing() throws Exception {
        backUpFor(4);
        configure("host1", "{keep_last: 2}");
        List<Path> before = files();

        assertThat(run("prune", "shop", "--dry-run")).isZero();

        assertThat(rows())
                .containsExactly(
                        "shop on host1, in DESTINATION; keeps: last 2 (calendar of Europe/Berlin)",
                        "SNAPSHOT TAKEN STORED WHY",
                        "remove 20261110_010000 2026-11-10 02:00 BYTES older than the last 2",
                        "remove 20261111_010000 2026-11-11 02:00 BYTES older than the last 2",
                        "keep 20261112_010000 2026-11-12 02:00 BYTES last 2",
                        "keep 20261113_010000 2026-11-13 02:00 BYTES last 1",
                        "2 kept, 2 to be removed (BYTES); nothing was changed (--dry-run)");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void pruneRemovesAndSaysSo() throws Exception {
        backUpFor(4);
        configure("host1", "{keep_last: 2}");

        assertThat(run("prune", "shop")).isZero();

        assertThat(rows())
                .contains("removed 20261110_010000 2026-11-10 02:00 BYTES older than the last 2")
                .endsWith("2 kept, 2 removed (BYTES)");
        assertThat(snapshots()).containsExactly("20261112", "20261113");
        assertThat(run("prune", "shop")).isZero();
        assertThat(rows()).endsWith("2 kept, 0 removed");
    }

    @Test
    void appWithoutRetentionKeepsEverything() throws Exception {
        backUpFor(2);

        assertThat(run("prune", "shop")).isZero();

        assertThat(rows())
                .contains("shop on host1, in DESTINATION; keeps: everything (no retention is set)")
                .contains("keep 20261110_010000 2026-11-10 02:00 BYTES no retention is set");
        assertThat(snapshots()).hasSize(2);
    }

    @Test
    void otherHostsAreCountedAndLeftAlone() throws Exception {
        backUpFor(3);
        configure("host2", "{keep_last: 1}");
        backUpFor(2);

        assertThat(run("prune", "shop")).isZero();

        assertThat(rows())
                .contains(
                        "3 snapshots of other hosts or namespaces beside these are left alone; doksnap list shows them");
        assertThat(snapshots()).hasSize(4);
    }

    @Test
    void archivesOfTheOriginalGoOnlyAfterAPersonConfirmed() throws Exception {
        Path shop = Files.createDirectories(directory.resolve("destination/backups/shop"));
        for (int day = 1; day <= 3; day++) {
            String name = "2026110" + day + "_020005Z_shop_2026110" + day + "_020000.tar.gz.enc";
            Files.write(shop.resolve(name), new byte[1500]);
        }
        configure("host1", "{keep_last: 2}");
        backUpFor(1);
        assertThat(err())
                .startsWith(
                        "warning: shop: the backup is complete, and retention leaves some snapshots (Refused): 2 archives"
                                + " of the original program are due and stay until");
        List<Path> before = files();

        assertThat(run("prune", "shop", "--dry-run")).isZero();
        assertThat(rows())
                .contains(
                        "keep 20261101_020005Z 2026-11-01 03:00 BYTES of the original program, until confirmed: older than the last 2",
                        "keep 20261103_020005Z 2026-11-03 03:00 BYTES of the original program: last 2",
                        "4 kept, 0 to be removed; nothing was changed (--dry-run)");
        assertThat(run("prune", "shop")).isEqualTo(ExitCode.FAILED);
        assertThat(err())
                .startsWith("error: shop in " + directory.resolve("destination")
                        + ": 2 archives of the original program are due");
        assertThat(run("prune", "shop", "--dry-run", "--confirm")).isZero();
        assertThat(rows()).contains("remove 20261101_020005Z 2026-11-01 03:00 BYTES older than the last 2");
        assertThat(files()).isEqualTo(before);

        assertThat(run("prune", "shop", "--confirm")).isZero();
        assertThat(rows()).contains("2 kept, 2 removed (BYTES)");
        backUpFor(1);
        assertThat(err()).isEmpty();
        assertThat(shop).isDirectoryNotContaining("regex:.*[.]enc");
    }

    @Test
    void runThatLeftNoSnapshotIsSwept() throws Exception {
        backUpFor(1);
        Path folder = folders().get(0);
        Files.delete(folder.resolve("manifest.json"));
        clock.advance(Duration.ofDays(3));

        assertThat(run("prune", "shop", "--dry-run")).isZero();
        assertThat(rows()).contains("remove 20261110_010000 a run that left no snapshot");
        assertThat(run("prune", "shop")).isZero();

        assertThat(rows()).contains("removed 20261110_010000 a run that left no snapshot");
        assertThat(folder).doesNotExist();
    }

    @Test
    void unreadableManifestIsShownAndKept() throws Exception {
        backUpFor(3);
        configure("host1", "{keep_last: 1}");
        Files.writeString(folders().get(0).resolve("manifest.json"), "{");

        assertThat(run("prune", "shop")).isZero();

        assertThat(rows())
                .contains("keep 20261110_010000 UNREADABLE: its manifest cannot be used: it is no complete manifest");
        assertThat(snapshots()).containsExactly("20261110", "20261112");
    }

    @Test
    void appThatIsNotConfiguredIsNotPruned() throws Exception {
        backUpFor(1);

        assertThat(run("prune", "shp")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(err()).contains("there is no app shp in the configuration; it has shop");
    }

    @Test
    void hostWithoutNameHasNothingToPrune() throws Exception {
        configure("", "{keep_last: 1}");

        for (String[] command : new String[][] {{"prune", "shop"}, {"prune", "shop", "--dry-run"}}) {
            assertThat(run(command)).isEqualTo(ExitCode.NOT_FOUND);
            assertThat(err()).contains("set host in the configuration");
        }
    }

    @Test
    void destinationThatIsMissingIsNamed() throws Exception {
        Files.delete(directory.resolve("destination"));
        Files.createFile(directory.resolve("destination"));

        assertThat(run("prune", "shop")).isEqualTo(ExitCode.DESTINATION);
        assertThat(err()).contains("prune failed (BucketNotFound)").contains("Nothing was removed.");
    }

    @Test
    void dataDirectoryThatAnotherHoldsIsBusyButADryRunNeedsNoLock() throws Exception {
        backUpFor(2);
        configure("host1", "{keep_last: 1}");
        try (DataDirectory held = DataDirectory.open(directory.resolve("state"))) {
            assertThat(held.path()).exists();
            assertThat(run("prune", "shop")).isEqualTo(ExitCode.BUSY);
            assertThat(run("prune", "shop", "--dry-run")).isZero();
        }
        assertThat(snapshots()).hasSize(2);
    }

    @Test
    void pruneThatFailsAfterABackupIsAWarning() throws Exception {
        backUpFor(3);
        configure("host1", "{keep_last: 1}");

        afterBackup(store -> store.failListingsAfter(2));

        assertThat(err())
                .contains(
                        "warning: shop: the backup is complete, but retention failed (DestinationUnreachable): Could not"
                                + " list the next page; doksnap prune shop tries again, as does the next backup");
        assertThat(snapshots()).hasSize(3);
    }

    @Test
    void objectLockAfterABackupIsAWarning() throws Exception {
        backUpFor(3);
        configure("host1", "{keep_last: 1}");
        String locked = directory.resolve("destination").relativize(folders().get(0)) + "/manifest.json";

        afterBackup(store -> store.refuseToDelete(locked, Kind.LOCKED));

        assertThat(err()).contains("could not remove everything (ObjectLocked)").contains(locked);
        assertThat(snapshots()).containsExactly("20261110", "20261112");
    }

    private void afterBackup(Consumer<StubbornStore> refusal) throws Exception {
        Cli cli = new Cli(console, clock, Map.of());
        try (Workspace workspace = Workspace.open(directory.resolve("config.yaml"), cli);
                DataDirectory data = workspace.dataDirectory();
                ObjectStore there = ObjectStores.open(new StoreSettings.Directory(directory.resolve("destination")))) {
            Policy policy = workspace.policy("shop");
            StubbornStore store = new StubbornStore(there);
            refusal.accept(store);
            Identity identity = new Identity("host1", policy.namespace(), "shop");
            PruneOutcome outcome =
                    new PruneRun(identity, RetentionRules.of(policy), store, clock).execute(data, new Cancellation());
            PruneCommand.afterBackup(policy, "default", outcome, cli);
        }
    }

    private void configure(String host, String retention) throws IOException {
        Files.writeString(directory.resolve("config.yaml"), """
                storage: {directory: %1$s/destination}
                encryption: {method: none}
                data_dir: %1$s/state
                docker: {allowed_paths: [%1$s]}
                %2$s
                apps:
                  - name: shop
                    type: directory
                    source: %1$s/source
                    schedule: daily
                    timezone: Europe/Berlin
                    retention: %3$s
                """.formatted(
                        directory, host.isEmpty() ? "" : "host: " + host, retention));
    }

    private void backUpFor(int days) {
        for (int day = 0; day < days; day++) {
            assertThat(run("backup", "shop")).as(err()).isZero();
            clock.advance(Duration.ofDays(1));
        }
    }

    private int run(String... command) {
        out.reset();
        err.reset();
        String[] line = Stream.concat(Stream.of(command), Stream.of("-c", directory + "/config.yaml"))
                .toArray(String[]::new);
        return Main.commandLine(console, clock).execute(line);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** What was printed, with one space between columns, and without what differs from run to run. */
    private List<String> rows() {
        return out().replace(directory.resolve("destination").toString(), "DESTINATION")
                .replaceAll("(_\\d{6})_[0-9a-f]{8}", "$1")
                .replaceAll("[\\d.]+ k?B\\b", "BYTES")
                .lines()
                .map(line -> line.strip().replaceAll(" +", " "))
                .toList();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("destination"))) {
            return files.sorted().toList();
        }
    }

    private List<Path> folders() throws IOException {
        return files().stream()
                .filter(file -> file.endsWith("run.json"))
                .map(Path::getParent)
                .sorted(Comparator.comparing(folder -> String.valueOf(folder.getFileName())))
                .toList();
    }

    /** The days of those that have a manifest, whoever made them. */
    private List<String> snapshots() throws IOException {
        return folders().stream()
                .filter(folder -> Files.exists(folder.resolve("manifest.json")))
                .map(folder -> String.valueOf(folder.getFileName()).substring(0, 8))
                .toList();
    }

    /** A clock that stands until it is set. */
    private static final class SetClock extends Clock {
        private Instant now;

        SetClock(Instant now) {
            this.now = now;
        }

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
