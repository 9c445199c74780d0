package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.api.Condition.Status;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.DestinationResource;
import io.doksnap.operator.resource.PolicyResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many policies that are due in the same minute, and none. */
class OperatorLoadIT {
    private static final int POLICIES = 60;

    @TempDir
    private Path home;

    private OperatorScene scene;

    @BeforeEach
    void open() throws IOException {
        scene = new OperatorScene(home);
    }

    @AfterEach
    void close() throws IOException {
        scene.close();
    }

    @Test
    void allThatAreDueInTheSameMinuteRunOnce() {
        for (int i = 0; i < POLICIES; i++) {
            scene.policy("p" + i, "schedule: {cron: '0 2 * * *'}");
        }
        scene.start(scene.settings(OperatorScene.HOST, 4), scene.data);
        scene.clock.advance(Duration.ofDays(1));
        await().atMost(Duration.ofMinutes(2))
                .until(() -> scene.list(BackupResource.class).stream()
                                .filter(backup -> OperatorScene.is(backup, ConditionType.COMPLETE))
                                .count()
                        == POLICIES);
        Map<String, Long> perPolicy = scene.list(BackupResource.class).stream()
                .collect(Collectors.groupingBy(
                        backup -> String.valueOf(backup.getSpec().policy()), Collectors.counting()));
        assertThat(perPolicy).hasSize(POLICIES);
        assertThat(perPolicy.values()).containsOnly(1L);
        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("doksnap-run-")))
                .hasSizeLessThanOrEqualTo(4);
        await().atMost(Duration.ofMinutes(1)).until(() -> scene.snapshots().size() == POLICIES);
    }

    @Test
    void nothingIsWrittenWhileNothingHappens() throws InterruptedException {
        scene.start();
        scene.policy("shop", "schedule: {cron: '0 2 * * *'}");
        scene.create("""
                apiVersion: doksnap.io/v1
                kind: BackupDestination
                metadata: {name: disk}
                spec: {directory: {path: %s/disk}}
                """.formatted(scene.home));
        scene.backup("now", "shop");
        scene.untilComplete("now");
        await().atMost(Duration.ofSeconds(30)).until(() -> scene.snapshots().size() == 1);
        scene.until(
                PolicyResource.class,
                "shop",
                policy -> policy.getStatus() != null
                        && Integer.valueOf(1).equals(policy.getStatus().snapshots()));
        Map<String, String> before = await().atMost(Duration.ofSeconds(30))
                .during(Duration.ofSeconds(5))
                .until(this::versions, new Same()::asBefore);
        assertThat(before).isNotEmpty();
    }

    /** Whether something is what it was when it was looked at first, or changed last. */
    private static final class Same {
        private Map<String, String> last = Map.of();

        boolean asBefore(Map<String, String> now) {
            boolean same = now.equals(last);
            last = now;
            return same;
        }
    }

    private Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        List<? extends HasMetadata> policies = scene.list(PolicyResource.class);
        add(policies, versions);
        add(scene.list(BackupResource.class), versions);
        add(scene.snapshots(), versions);
        add(scene.list(DestinationResource.class), versions);
        add(scene.events(), versions);
        return versions;
    }

    private static void add(List<? extends HasMetadata> objects, Map<String, String> versions) {
        objects.forEach(object -> versions.put(
                object.getKind() + "/" + object.getMetadata().getName(),
                object.getMetadata().getResourceVersion()));
    }

    @Test
    void destinationSaysWhetherItCanBeUsed() {
        scene.start();
        scene.create("""
                apiVersion: doksnap.io/v1
                kind: BackupDestination
                metadata: {name: gone}
                spec: {directory: {path: %1$s/no/such/place}}
                ---
                apiVersion: doksnap.io/v1
                kind: BackupDestination
                metadata: {name: keyless}
                spec:
                  s3:
                    endpoint: http://127.0.0.1:1
                    bucket: backups
                    accessKeyIdFrom: {secretRef: {name: s3, key: id}}
                    secretAccessKeyFrom: {secretRef: {name: s3, key: secret}}
                """.formatted(scene.home));
        assertNotReady("gone", Reason.BUCKET_NOT_FOUND, "no/such");
        assertNotReady("keyless", Reason.ACCESS_DENIED, "there is no Secret s3");
    }

    private void assertNotReady(String name, Reason reason, String message) {
        var found = scene.until(
                DestinationResource.class,
                name,
                each -> each.getStatus() != null
                        && Conditions.find(each.getStatus().conditions(), ConditionType.READY)
                                .isPresent());
        assertThat(Conditions.find(found.getStatus().conditions(), ConditionType.READY))
                .hasValueSatisfying(ready -> {
                    assertThat(ready.status()).isEqualTo(Status.FALSE);
                    assertThat(ready.reason()).isEqualTo(reason);
                    assertThat(ready.message()).contains(message);
                });
    }
}
