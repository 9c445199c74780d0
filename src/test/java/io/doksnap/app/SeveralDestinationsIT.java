package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.store.ObjectStore;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreException;
import io.doksnap.store.StoreSettings;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.FaultyProxy;
import io.doksnap.testing.S3Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A directory and a bucket as two destinations of one app, as a person at the shell has them. */
@Timeout(180)
class SeveralDestinationsIT {
    private static final String BUCKET = "offsite";
    private static final int MOST_RESIDENT_KB = 300 * 1000;
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

    @TempDir
    private Path home;

    private S3Server server;
    private FaultyProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = S3Server.start();
        server.createBucket(BUCKET);
        proxy = FaultyProxy.before(server.port(), FaultyProxy.Fault.none());
        tree("data", 1);
        configure("", "");
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void oneReadReachesBothAndEachIsRestoredAlone() throws Exception {
        Doksnap.Result backup = doksnap().run("backup", "shop");
        assertThat(backup.code()).as(backup.toString()).isZero();
        assertThat(backup.out()).contains(" in main, " + home).contains(" in offsite, s3://" + BUCKET);
        Doksnap.Result list = doksnap().run("list");
        assertThat(list.out().lines()).hasSize(2);
        assertThat(list.out().lines().toList().get(0)).endsWith(" VERIFIED        DESTINATIONS");
        assertThat(list.out().lines().toList().get(1)).matches(".* none +- +main,offsite");
        for (String destination : List.of("main", "offsite")) {
            Doksnap.Result restore = doksnap()
                    .run("restore", "shop", "--destination", destination, "--to-directory", "from-" + destination);
            assertThat(restore.code()).as(restore.toString()).isZero();
            assertThat(home.resolve("from-" + destination).resolve("file"))
                    .hasSameBinaryContentAs(home.resolve("data/file"));
        }
        assertThat(doksnap().run("backup", "shop", "--destination", "ofsite"))
                .satisfies(result -> assertThat(result.code()).isEqualTo(4))
                .satisfies(result -> assertThat(result.err()).contains("did you mean 'offsite'?"));
    }

    @Test
    void destinationThatIsDownIsNamedAndTheExitCodeSaysSo() throws Exception {
        proxy.close();
        Doksnap.Result backup = doksnap().run("backup", "shop");
        assertThat(backup.code()).as(backup.toString()).isEqualTo(10);
        assertThat(backup.out()).contains("shop: backed up 1 file").contains(" in main, ");
        assertThat(backup.err())
                .contains("error: shop: offsite does not have this snapshot (DestinationUnreachable): ");
        Doksnap.Result list = doksnap().run("list");
        assertThat(list.code()).isEqualTo(5);
        assertThat(list.out()).containsPattern(" none +- +main\n");
        assertThat(list.err()).startsWith("error: offsite: ");
        Doksnap.Result restore = doksnap().run("restore", "shop", "--to-directory", "new");
        assertThat(restore.code()).as(restore.toString()).isZero();
        assertThat(restore.err()).contains("warning: offsite was passed over, and may have a newer one: ");
    }

    @Test
    void newestIsTakenFromWhereverItIs() throws Exception {
        doksnap().run("backup", "shop");
        Doksnap.Result second = doksnap().run("backup", "shop", "--destination", "offsite");
        assertThat(second.code()).as(second.toString()).isZero();
        Doksnap.Result restore = doksnap().run("restore", "shop", "--to-directory", "new");
        assertThat(restore.code()).as(restore.toString()).isZero();
        assertThat(restore.err()).contains("from offsite (s3://");
        configureWithoutApps();
        Doksnap.Result unknown = doksnap().run("restore", "shop", "--to-directory", "newer");
        assertThat(unknown.code()).as(unknown.toString()).isZero();
    }

    @Test
    void pruneRunsInEachAlone() throws Exception {
        configure("", "    retention: {keep_last: 1}\n");
        doksnap().run("backup", "shop");
        doksnap().run("backup", "shop", "--destination", "offsite");
        doksnap().run("backup", "shop", "--destination", "main");
        Doksnap.Result prune = doksnap().run("prune", "shop");
        assertThat(prune.code()).as(prune.toString()).isZero();
        assertThat(prune.out()).contains("in " + home.resolve("main")).contains("in s3://" + BUCKET);
        assertThat(keys(main())).hasSize(5);
        assertThat(keys(offsite())).hasSize(5);
    }

    @Test
    void olderPasswordOpensOlderSnapshots() throws Exception {
        encrypt("");
        doksnap().environment("ENCRYPTION_PASSWORD", "the first").run("backup", "shop");
        Files.writeString(home.resolve("old.txt"), "the first\n");
        encrypt("  previous: [{password_file: old.txt}]\n");
        Doksnap now = doksnap().environment("ENCRYPTION_PASSWORD", "the second");
        Doksnap.Result restore = now.run("restore", "shop", "--to-directory", "new");
        assertThat(restore.code()).as(restore.toString()).isZero();
        now.run("backup", "shop");
        restore = now.run("restore", "shop", "--to-directory", "newer");
        assertThat(restore.code()).as(restore.toString()).isZero();
        assertThat(restore.all()).doesNotContain("the first").doesNotContain("the second");
    }

    @Test
    void backupThatFailedIsTriedAgainAndSaysWhen() throws Exception {
        configure("", "    destination: offsite\n    retry: {attempts: 3, backoff: 1s}\n");
        proxy.close();
        Doksnap.Result backup = doksnap().run("backup", "shop");
        assertThat(backup.code()).as(backup.toString()).isEqualTo(5);
        assertThat(backup.err())
                .contains("warning: shop: attempt 1 failed (DestinationUnreachable): ")
                .contains("tries again in ")
                .contains("backup failed (DestinationUnreachable) after 3 attempts: ");
    }

    @Test
    void killedInTheMiddleNothingIsListedAnywhereAndTheNextRunCleansBoth() throws Exception {
        tree("data", 64);
        proxy.change(FaultyProxy.Fault.none());
        try (Doksnap.Running backup = doksnap().start("backup", "shop")) {
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> proxy.bytesUp() > 10 << 20);
            assertThat(backup.kill().code()).isEqualTo(137);
        }
        assertThat(doksnap().run("list").out()).doesNotContain("shop");
        assertThat(openRuns()).hasSize(2);
        Doksnap.Result next = doksnap().run("backup", "shop");
        assertThat(next.code()).as(next.toString()).isZero();
        assertThat(keys(main())).hasSize(5);
        assertThat(keys(offsite())).hasSize(5);
        assertThat(openRuns()).isEmpty();
        assertThat(server.unfinishedUploads(BUCKET)).isEmpty();
    }

    @Test
    void sixSourcesInTwoBucketsStayWithinTheMemoryOfALaunchedProgram() throws Exception {
        server.createBucket("second");
        StringBuilder sources = new StringBuilder("    sources:\n");
        for (int i = 0; i < 6; i++) {
            tree("data" + i, 40);
            sources.append("    - {name: s" + i + ", directory: " + home.resolve("data" + i) + "}\n");
        }
        config("destinations:\n  main: {endpoint: '" + server.endpoint() + "', bucket: second}\n  offsite: {endpoint: '"
                + server.endpoint() + "', bucket: " + BUCKET + "}\nencryption: {method: aes256}\n"
                + "apps:\n  - name: shop\n    destinations: [main, offsite]\n" + sources);
        Doksnap launched = doksnap()
                .environment("ENCRYPTION_PASSWORD", "a password")
                .environment("MALLOC_ARENA_MAX", "1")
                .jvm(
                        "-Xms16m",
                        "-Xmx144m",
                        "-XX:+UseSerialGC",
                        "-XX:MaxDirectMemorySize=64m",
                        "-XX:Tier4InvocationThreshold=50000",
                        "-XX:Tier4MinInvocationThreshold=8000",
                        "-XX:Tier4CompileThreshold=100000");
        long peak = 0;
        try (Doksnap.Running backup = launched.start("backup", "shop")) {
            Path status = Path.of("/proc", "" + backup.process().pid(), "status");
            while (backup.process().isAlive()) {
                peak = Math.max(peak, peak(status));
                Thread.onSpinWait();
            }
            Doksnap.Result result = backup.await();
            assertThat(result.code()).as(result.toString()).isZero();
        }
        assertThat(keys(offsite())).hasSize(15);
        assertThat(peak).as("peak of resident memory in kB").isPositive().isLessThan(MOST_RESIDENT_KB);
    }

    private static long peak(Path status) {
        try {
            Matcher matcher = PEAK.matcher(Files.readString(status));
            return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
        } catch (IOException ended) {
            return 0;
        }
    }

    private Doksnap doksnap() {
        return Doksnap.in(home)
                .environment("AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY)
                .environment("AWS_SECRET_ACCESS_KEY", S3Server.SECRET_KEY);
    }

    private String destinations() {
        return """
                destinations:
                  main: {directory: main}
                  offsite: {endpoint: '%s', bucket: %s}
                """.formatted(proxy.endpoint(), BUCKET);
    }

    private void configure(String top, String app) throws IOException {
        String chosen = app.contains("destination:") ? "" : "    destinations: [main, offsite]\n";
        config(destinations() + "encryption: {method: none}\n" + top + "apps:\n  - name: shop\n    type: directory\n"
                + "    source: " + home.resolve("data") + "\n" + chosen + app);
    }

    private void encrypt(String previous) throws IOException {
        config(destinations() + "encryption:\n  method: aes256\n" + previous
                + "apps:\n  - name: shop\n    type: directory\n    source: " + home.resolve("data")
                + "\n    destinations: [main, offsite]\n");
    }

    private void configureWithoutApps() throws IOException {
        config(destinations() + "encryption: {method: none}\n");
    }

    private void config(String text) throws IOException {
        Files.writeString(
                home.resolve("config.yaml"),
                text
                        + "host: testhost\ndata_dir: state\ndocker:\n  host: unix:///nowhere/docker.sock\n  allowed_paths: ["
                        + home + "]\n");
    }

    /** Noise, which no compression makes smaller. */
    private void tree(String name, int mebibytes) throws IOException {
        Path directory = Files.createDirectories(home.resolve(name));
        byte[] chunk = new byte[1 << 20];
        Random random = new Random(name.hashCode());
        try (var out = Files.newOutputStream(directory.resolve("file"))) {
            for (int i = 0; i < mebibytes; i++) {
                random.nextBytes(chunk);
                out.write(chunk);
            }
        }
    }

    private StoreSettings main() {
        return new StoreSettings.Directory(home.resolve("main"));
    }

    private StoreSettings offsite() {
        return server.settings(BUCKET, server.endpoint());
    }

    private static List<String> keys(StoreSettings settings) {
        List<String> keys = new ArrayList<>();
        try (ObjectStore store = ObjectStores.open(settings)) {
            store.list("", object -> keys.add(object.key()));
        } catch (StoreException e) {
            throw new UncheckedIOException(e);
        }
        return keys;
    }

    private List<String> openRuns() throws IOException {
        try (var files = Files.list(home.resolve("state"))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.startsWith("open-run-"))
                    .toList();
        }
    }
}
