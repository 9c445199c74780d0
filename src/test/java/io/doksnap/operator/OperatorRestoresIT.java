package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import io.doksnap.archive.Encryption;
import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.RestoreResource;
import io.doksnap.operator.resource.SnapshotResource;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restores behind a resource. */
class OperatorRestoresIT {
    @TempDir
    private Path home;

    private OperatorScene scene;
    private SnapshotResource snapshot;

    @BeforeEach
    void open() throws IOException {
        scene = new OperatorScene(home);
        scene.start();
        scene.policy("shop", "");
        scene.backup("now", "shop");
        scene.untilComplete("now");
        snapshot = await().atMost(Duration.ofSeconds(30))
                .until(scene::snapshots, list -> !list.isEmpty())
                .get(0);
    }

    @AfterEach
    void close() throws IOException {
        scene.close();
    }

    @Test
    void newestOfAPolicyIsRestoredIntoAVolume() throws IOException {
        Files.createDirectories(scene.home.resolve("volumes/fresh/_data"));
        RestoreResource restore = restore("again", "policy: shop", "{volume: fresh}");
        assertThat(restore.getStatus().result()).as("%s", restore.getStatus()).isEqualTo(Reason.SUCCEEDED);
        assertThat(restore.getStatus().restoredFiles()).isEqualTo(1);
        assertThat(scene.home.resolve("volumes/fresh/_data/a.txt")).hasContent("content\n");
    }

    @Test
    void restoreIsNotCarriedOutAgainWhenItIsAppliedAgain() throws IOException {
        RestoreResource done = restore("again", "policy: shop", "{directory: " + scene.home + "/restored}");
        Files.delete(scene.home.resolve("restored/a.txt"));
        RestoreResource copy = scene.client.getKubernetesSerialization().clone(done);
        scene.client.resource(done).delete();
        scene.until(BackupResource.class, "now", each -> true);
        await().atMost(Duration.ofSeconds(30)).until(() -> scene.get(RestoreResource.class, "again") == null);
        copy.getMetadata().setUid(null);
        copy.getMetadata().setResourceVersion(null);
        copy.getMetadata().setFinalizers(List.of());
        copy.getMetadata().setManagedFields(List.of());
        scene.client.resource(copy).create();
        assertThat(ended("again").getStatus().result()).isEqualTo(Reason.IMPORTED);
        assertThat(scene.home.resolve("restored/a.txt")).doesNotExist();
    }

    @Test
    void dryRunWritesNothing() {
        RestoreResource dry = restore("dry", "policy: shop, dryRun: true", "{directory: " + scene.home + "/restored}");
        assertThat(dry.getStatus().result()).isEqualTo(Reason.SUCCEEDED);
        assertThat(dry.getStatus().warnings()).singleElement().asString().contains("would restore data (1 files");
        assertThat(scene.home.resolve("restored")).doesNotExist();
    }

    @Test
    void inPlaceReplacesWhatTheSnapshotWasMadeOf() throws IOException {
        Path file = scene.home.resolve("volumes/shop_data/_data/a.txt");
        Files.writeString(file, "changed");
        RestoreResource restore = restore(
                "back", "policy: shop, snapshot: " + snapshot.getMetadata().getName(), "{inPlace: true}");
        assertThat(restore.getStatus().result()).as("%s", restore.getStatus()).isEqualTo(Reason.SUCCEEDED);
        assertThat(file).hasContent("content\n");
    }

    @Test
    void whatIsWrongWithARestoreIsSaidAtOnce() {
        assertRefused("outside", "policy: shop", "{directory: /etc/restored}", Reason.INVALID_SPEC, "never backed up");
        assertRefused("loose", "policy: shop", "{inPlace: true}", Reason.INVALID_SPEC, "needs spec.snapshot");
        assertRefused("which", "snapshot: nothing", "{volume: x}", Reason.SOURCE_NOT_FOUND, "kubectl get snap");
        assertRefused(
                "early",
                "policy: shop, at: '2001-01-01T00:00:00Z'",
                "{directory: " + scene.home + "/restored}",
                Reason.SOURCE_NOT_FOUND,
                "was not found");
        assertRefused("dump", "policy: shop", "{service: shop-db}", Reason.SOURCE_NOT_FOUND, "holds no dump");
        assertRefused("full", "policy: shop", "{volume: shop_data}", Reason.TARGET_UNUSABLE, "shop_data");
    }

    @Test
    void plainSnapshotOfAPolicyThatEncryptsNowHasToBeNamedAndIsWarnedOf() {
        scene.encryption = new Encryption.WithPassword("correct horse".toCharArray());
        String directory = "{directory: " + scene.home + "/";
        String id = snapshot.toSnapshot().spec().id();
        assertRefused("newest", "policy: shop", directory + "a}", Reason.INVALID_SPEC, id + ", is not encrypted");
        String named = "snapshot: " + snapshot.getMetadata().getName();
        scene.client
                .secrets()
                .inNamespace("default")
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("keys")
                        .endMetadata()
                        .addToStringData("password", "correct horse")
                        .build())
                .create();
        assertRefused(
                "keyed",
                named + ", decryption: {secretRef: {name: keys, key: password}}",
                directory + "b}",
                Reason.INVALID_SPEC,
                "a key was given to open it");
        assertWarned(restore("ofpolicy", named + ", policy: shop", directory + "c}"));
        assertWarned(restore("alone", named, directory + "d}"));
        assertWarned(restore("dry", named + ", dryRun: true", directory + "e}"));
    }

    private static void assertWarned(RestoreResource restore) {
        assertThat(restore.getStatus().result())
                .as("%s", restore.getStatus())
                .isIn(Reason.SUCCEEDED, Reason.SUCCEEDED_WITH_WARNINGS);
        assertThat(restore.getStatus().warnings())
                .anySatisfy(
                        warning -> assertThat(warning).contains("is not encrypted, and those of this policy are now"));
    }

    private void assertRefused(String name, String what, String target, Reason reason, String message) {
        RestoreResource failed = restore(name, what, target);
        assertThat(failed.getStatus().result()).as("%s", failed.getStatus()).isEqualTo(reason);
        assertThat(Conditions.find(failed.getStatus().conditions(), ConditionType.FAILED))
                .hasValueSatisfying(condition -> assertThat(condition.message()).contains(message));
    }

    private RestoreResource restore(String name, String what, String target) {
        scene.create("""
                apiVersion: doksnap.io/v1
                kind: Restore
                metadata: {name: %s}
                spec: {%s, target: %s}
                """.formatted(name, what, target));
        return ended(name);
    }

    private RestoreResource ended(String name) {
        return scene.until(
                RestoreResource.class,
                name,
                each -> each.getStatus() != null && each.getStatus().result() != null);
    }
}
