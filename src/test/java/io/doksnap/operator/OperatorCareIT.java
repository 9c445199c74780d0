package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.api.Condition;
import io.doksnap.api.Condition.Status;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import io.doksnap.archive.Encryption;
import io.doksnap.docker.Container;
import io.doksnap.docker.Mount;
import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.SnapshotResource;
import io.doksnap.testing.FakeContainers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operator looks after besides the runs: workloads, retention, verification, its own history. */
class OperatorCareIT {
    private static final String STOPPED = """
            target: {container: shop-web}
            quiesce: {mode: stop}
            """;

    @TempDir
    private Path home;

    private OperatorScene scene;

    @BeforeEach
    void open() throws IOException {
        scene = new OperatorScene(home);
    }

    @AfterEach
    void close() throws IOException {
        scene.docker.containers().set(FakeContainers.Fault.NONE);
        scene.close();
    }

    @Test
    void workloadThatCannotBeBroughtBackIsSaidLoudlyAndTriedAgain() {
        scene.docker.containers().run("shop-web");
        scene.docker.containers().set(FakeContainers.Fault.refuse("start shop-web"));
        scene.start();
        scene.policy("shop", STOPPED);
        scene.backup("now", "shop");
        untilWorkload(Status.FALSE);
        assertThat(scene.docker.containers().running()).doesNotContain("shop-web");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> scene.events().stream()
                        .anyMatch(event -> event.getMessage().startsWith("NOT BROUGHT BACK")));

        scene.docker.containers().set(FakeContainers.Fault.NONE);
        assertThat(untilWorkload(Status.TRUE).reason()).isEqualTo(Reason.RESTORED);
        assertThat(scene.docker.containers().running()).contains("shop-web");
    }

    @Test
    void whatAWorkloadKeepsAndNoSourceReadsIsSaidAtEachRunAndStays() {
        scene.docker
                .containers()
                .add(
                        "shop-web",
                        Container.State.RUNNING,
                        made -> made.withMounts(
                                new Mount(Mount.Type.VOLUME, "shop_data", "/data", "local", false),
                                new Mount(Mount.Type.VOLUME, "shop_uploads", "/uploads", "local", false)));
        scene.start();
        scene.policy("shop", "target: {container: shop-web}");
        scene.backup("now", "shop");
        scene.untilComplete("now");
        assertThat(scene.events())
                .filteredOn(event -> event.getReason().equals("UncoveredMounts"))
                .singleElement()
                .satisfies(event -> assertThat(event.getMessage())
                        .startsWith("no source backs up ")
                        .contains("shop_uploads")
                        .doesNotContain("shop_data"));
        scene.until(
                PolicyResource.class,
                "shop",
                policy -> OperatorScene.condition(policy, ConditionType.READY)
                        .filter(ready ->
                                ready.status() == Status.TRUE && ready.message().contains("; but no source backs up "))
                        .isPresent());
    }

    @Test
    void programThatDiesWhileTheWorkloadIsDownBringsItBackAndRunsAgain() {
        scene.docker.containers().run("shop-web");
        FakeContainers.CrashAt crash = new FakeContainers.CrashAt(4, true);
        scene.docker.containers().set(crash);
        scene.start();
        scene.policy("shop", STOPPED);
        scene.backup("now", "shop");
        await().atMost(Duration.ofSeconds(30)).until(crash::happened);
        scene.docker.containers().set(FakeContainers.Fault.NONE);
        BackupResource complete = scene.untilComplete("now");
        assertThat(complete.getStatus().attempts()).isEqualTo(2);
        assertThat(scene.docker.containers().running()).contains("shop-web");
        assertThat(scene.events()).extracting(event -> event.getReason()).contains("Interrupted");
    }

    @Test
    void retentionAndHistoryLeaveTheNewest() {
        scene.start();
        scene.policy("shop", "retention: {keepLast: 2}");
        for (int i = 0; i < 5; i++) {
            scene.create("""
                    apiVersion: doksnap.io/v1
                    kind: Backup
                    metadata: {name: run-%s}
                    spec: {policy: shop}
                    """.formatted(i));
            scene.untilComplete("run-" + i);
            scene.clock.advance(Duration.ofDays(1));
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> scene.snapshots().size() == 2);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> scene.list(BackupResource.class).stream()
                        .map(backup -> backup.getMetadata().getName())
                        .toList()
                        .equals(List.of("run-2", "run-3", "run-4")));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> condition(ConditionType.RETENTION_APPLIED)
                        .map(Condition::reason)
                        .equals(Optional.of(Reason.PRUNED)));
    }

    @Test
    void verificationFindsADamagedSnapshot() throws IOException {
        scene.start();
        scene.policy("shop", "verify: {schedule: '0 3 * * *'}");
        scene.backup("now", "shop");
        scene.untilComplete("now");
        scene.encryption = new Encryption.WithPassword("correct horse".toCharArray());
        scene.clock.advance(Duration.ofDays(1));
        PolicyResource whole = untilVerified(Reason.VERIFIED);
        assertThat(OperatorScene.condition(whole, ConditionType.VERIFIED))
                .hasValueSatisfying(condition -> assertThat(condition.message())
                        .contains("is whole (checksum); ", "is not encrypted, and those of this policy are now"));
        try (Stream<Path> files = Files.walk(scene.home.resolve("backups"))) {
            Path archive = files.filter(file -> file.toString().endsWith("data.tar.zst"))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(archive);
            bytes[bytes.length / 2] ^= 1;
            Files.write(archive, bytes);
        }
        scene.clock.advance(Duration.ofDays(1));
        assertThat(untilVerified(Reason.MISMATCH)).isNotNull();
        SnapshotResource damaged = await().atMost(Duration.ofSeconds(30))
                .until(
                        scene::snapshots,
                        list -> list.stream()
                                .anyMatch(snapshot -> Conditions.find(
                                                snapshot.getStatus().conditions(), ConditionType.VERIFIED)
                                        .filter(verified -> verified.status() == Status.FALSE)
                                        .isPresent()))
                .get(0);
        assertThat(damaged.getStatus().verifiedTime()).isNull();
    }

    private PolicyResource untilVerified(Reason reason) {
        return scene.until(
                PolicyResource.class,
                "shop",
                policy -> OperatorScene.condition(policy, ConditionType.VERIFIED)
                        .filter(condition -> condition.reason() == reason)
                        .isPresent());
    }

    private Condition untilWorkload(Status status) {
        PolicyResource policy = scene.until(
                PolicyResource.class,
                "shop",
                each -> OperatorScene.condition(each, ConditionType.WORKLOAD_RESTORED)
                        .filter(condition -> condition.status() == status)
                        .isPresent());
        return OperatorScene.condition(policy, ConditionType.WORKLOAD_RESTORED).orElseThrow();
    }

    private Optional<Condition> condition(ConditionType type) {
        PolicyResource policy = scene.get(PolicyResource.class, "shop");
        return policy == null ? Optional.empty() : OperatorScene.condition(policy, type);
    }
}
