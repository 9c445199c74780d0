package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.docker.Volume;
import io.doksnap.policy.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups and restores of volumes of which only the engine knows where their directories are. */
class ThroughEngineTest {
    private static final RestoreTarget INTO_NEW = new RestoreTarget.EmptyVolume("fresh");

    @TempDir
    private Path home;

    private Bench bench;

    @BeforeEach
    void prepare() throws IOException {
        bench = new Bench(home);
        Path data = bench.docker.createVolume("shop_data").mountpoint();
        Files.createDirectories(data.resolve("a"));
        Files.writeString(data.resolve("a/file"), "content");
        Files.writeString(data.resolve("note"), "note");
        bench.docker.setSharesFiles(false);
        bench.sources = List.of(new Source.Volume("data", "shop_data", List.of()));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void volumeComesBackInANewVolumeAndNoHelperIsLeft() throws IOException {
        assertThat(bench.backupThatSucceeds().reason()).isEqualTo(Reason.SUCCEEDED_WITH_WARNINGS);
        assertThat(bench.docker.helpers().made())
                .containsExactly("READ shop_data for " + bench.data.id() + "/00000001");
        assertThat(bench.restore(INTO_NEW)).isInstanceOf(RestoreOutcome.Restored.class);
        assertThat(contents("fresh")).isEqualTo(contents("shop_data"));
        assertThat(bench.docker.helpers().owners()).isEmpty();
    }

    @Test
    void directReadIsPreferred() {
        bench.docker.setSharesFiles(true);
        assertThat(bench.backupThatSucceeds().reason()).isEqualTo(Reason.SUCCEEDED);
        assertThat(bench.docker.helpers().made()).isEmpty();
    }

    @Test
    void archiveThatEndsTooEarlyFailsTheRun() {
        bench.docker.helpers().send(tar -> Arrays.copyOf(tar, tar.length - 1024));
        assertThat(bench.backupThatFails().reason()).isEqualTo(Reason.READ_FAILED);
        assertThat(bench.snapshots()).isEmpty();
        assertThat(bench.docker.helpers().owners()).isEmpty();
    }

    @Test
    void damagedArchiveIsFoundBeforeAnythingIsWritten() throws IOException {
        bench.backupThatSucceeds();
        String key = bench.keys().stream()
                .filter(name -> name.contains("data.tar"))
                .findFirst()
                .orElseThrow();
        byte[] stored = bench.read(key);
        stored[stored.length / 2] ^= 1;
        bench.store.delete(key);
        try (var upload = bench.store.upload(key)) {
            upload.write(stored, 0, stored.length);
            upload.commit();
        }
        assertThat(bench.restore(INTO_NEW))
                .isInstanceOfSatisfying(
                        RestoreOutcome.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(Reason.MISMATCH));
        assertThat(bench.docker.helpers().made()).noneMatch(helper -> helper.startsWith("WRITE"));
        assertThat(bench.docker.findVolume("fresh")).isEmpty();
    }

    @Test
    void volumeThatIsNotEmptyStaysAsItIs() throws IOException {
        bench.backupThatSucceeds();
        Map<String, String> before = contents("shop_data");
        assertThat(bench.restore(new RestoreTarget.EmptyVolume("shop_data")))
                .isInstanceOfSatisfying(
                        RestoreOutcome.Failed.class,
                        failed -> assertThat(failed.message()).contains("the volume shop_data is not empty"));
        assertThat(contents("shop_data")).isEqualTo(before);
        assertThat(bench.docker.helpers().made()).noneMatch(helper -> helper.startsWith("WRITE"));
    }

    @Test
    void restoreThatFailsHalfWayLeavesAnEmptyVolumeEmptyAndANewOneGone() throws IOException {
        bench.backupThatSucceeds();
        bench.docker.helpers().setFull(true);
        assertThat(bench.restore(INTO_NEW)).isInstanceOfSatisfying(RestoreOutcome.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(Reason.TARGET_UNUSABLE);
            assertThat(failed.message()).contains("no space left");
        });
        assertThat(bench.docker.findVolume("fresh")).isEmpty();
        Path empty = bench.docker.createVolume("empty").mountpoint();
        assertThat(bench.restore(new RestoreTarget.EmptyVolume("empty"))).isInstanceOf(RestoreOutcome.Failed.class);
        assertThat(empty).isEmptyDirectory();
        assertThat(bench.docker.helpers().owners()).isEmpty();
    }

    @Test
    void volumeWithLabelsIsEmptyAgainAndHasThemAfterAFailure() throws IOException {
        bench.backupThatSucceeds();
        Map<String, String> labels = Map.of("com.docker.compose.project", "shop", "com.docker.compose.volume", "db");
        Volume before = bench.docker.createVolume("shop_db", labels, Map.of("size", "1g"));
        bench.docker.helpers().setFull(true);
        assertThat(bench.restore(new RestoreTarget.EmptyVolume("shop_db")))
                .isInstanceOfSatisfying(
                        RestoreOutcome.Failed.class,
                        failed -> assertThat(failed.message()).endsWith("no space left on device."));
        assertThat(bench.docker.findVolume("shop_db")).contains(before);
        assertThat(before.mountpoint()).isEmptyDirectory();
    }

    @Test
    void whatCannotBeEmptiedAfterAFailureIsSaid() throws IOException {
        bench.backupThatSucceeds();
        bench.docker.createVolume("used");
        bench.docker.helpers().fillUp(() -> bench.docker.use("used", "shop-web"));
        Volume elsewhere = bench.docker.createVolume(
                "elsewhere", Map.of(), Map.of("type", "cifs", "device", "//nas/shop", "o", "password=secret"));
        for (String volume : List.of("used", "elsewhere")) {
            assertThat(bench.restore(new RestoreTarget.EmptyVolume(volume)))
                    .isInstanceOfSatisfying(
                            RestoreOutcome.Failed.class,
                            failed -> assertThat(failed.message())
                                    .contains("no space left on device")
                                    .contains("part of the files are left in the volume " + volume)
                                    .contains("empty it before you restore into it again")
                                    .doesNotContain("secret"));
        }
        assertThat(elsewhere.mountpoint()).isNotEmptyDirectory();
    }

    @Test
    void cancelledRestoreSaysWhatItHasLeft() throws IOException {
        bench.backupThatSucceeds();
        bench.docker.createVolume("used");
        Cancellation cancellation = new Cancellation();
        bench.docker.helpers().fillUp(() -> {
            bench.docker.use("used", "shop-web");
            cancellation.cancel(Reason.CANCELLED);
        });
        assertThat(bench.restore(new RestoreTarget.EmptyVolume("used"), cancellation))
                .isInstanceOfSatisfying(RestoreOutcome.Failed.class, failed -> {
                    assertThat(failed.reason()).isEqualTo(Reason.CANCELLED);
                    assertThat(failed.message())
                            .contains("part of the files are left in the volume used")
                            .contains("in use by shop-web")
                            .doesNotContain("as it was before");
                });
        assertThat(Thread.interrupted()).isFalse();
        bench.docker.releaseAll();
        assertThat(bench.restore(new RestoreTarget.EmptyVolume("other"), new Cancellation()))
                .isInstanceOf(RestoreOutcome.Failed.class);
        assertThat(bench.docker.findVolume("other")).isEmpty();
    }

    @Test
    void volumeMadeForARestoreThatFailedAndThatCannotBeRemovedIsSaid() {
        bench.backupThatSucceeds();
        bench.docker.helpers().fillUp(() -> bench.docker.use("fresh", "shop-web"));
        assertThat(bench.restore(INTO_NEW))
                .isInstanceOfSatisfying(
                        RestoreOutcome.Failed.class,
                        failed -> assertThat(failed.message())
                                .contains("the volume fresh, which was made for this, is still there with part of the"
                                        + " files")
                                .endsWith("docker volume rm fresh"));
    }

    @Test
    void nothingIsReplacedInPlace() throws IOException {
        bench.backupThatSucceeds();
        Map<String, String> before = contents("shop_data");
        assertThat(bench.restore(new RestoreTarget.InPlace()))
                .isInstanceOfSatisfying(
                        RestoreOutcome.Failed.class,
                        failed -> assertThat(failed.message()).contains("restore into a new volume (--to-volume)"));
        assertThat(contents("shop_data")).isEqualTo(before);
    }

    @Test
    void newVolumeIsMadeAlsoWhereItsDirectoryCanBeReachedAndIsGoneAfterAFailure() throws IOException {
        bench.docker.setSharesFiles(true);
        bench.backupThatSucceeds();
        assertThat(bench.restore(INTO_NEW)).isInstanceOf(RestoreOutcome.Restored.class);
        assertThat(contents("fresh")).isEqualTo(contents("shop_data"));
        bench.store.delete(bench.keys().stream()
                .filter(name -> name.contains("data.tar"))
                .findFirst()
                .orElseThrow());
        assertThat(bench.restore(new RestoreTarget.EmptyVolume("another"))).isInstanceOf(RestoreOutcome.Failed.class);
        assertThat(bench.docker.findVolume("another")).isEmpty();
    }

    /** By the data directory's id: a host that has another name today leaves none, and one of the same name loses none. */
    @Test
    void onlyWhatRunsFromThisDataDirectoryLeftIsRemoved() throws IOException {
        Instant now = bench.clock.instant();
        String ours = bench.data.id();
        bench.docker.helpers().leave(ours + "/deadbeef", now);
        bench.docker.helpers().leave("host1/deadbeef", now);
        bench.docker.helpers().leave(ours + "1/deadbeef", now);
        bench.docker.helpers().leave("restore/deadbeef", now);
        bench.docker.helpers().leave("restore/cafecafe", now.minus(Duration.ofDays(3)));
        bench.docker.helpers().leave("host1/cafecafe", now.minus(Duration.ofDays(31)));
        bench.docker.helpers().leave("", now);
        bench.backupThatSucceeds();
        assertThat(bench.docker.helpers().owners())
                .containsExactly("host1/deadbeef", ours + "1/deadbeef", "restore/deadbeef", "");
    }

    private Map<String, String> contents(String volume) throws IOException {
        return Bench.contents(bench.docker.findVolume(volume).orElseThrow().mountpoint());
    }
}
