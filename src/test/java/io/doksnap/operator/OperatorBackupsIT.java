package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.api.Condition;
import io.doksnap.api.Condition.Status;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import io.doksnap.docker.Container.State;
import io.doksnap.docker.Mount;
import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.DoksnapNames;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.RestoreResource;
import io.doksnap.operator.resource.SnapshotResource;
import io.doksnap.run.DataDirectory;
import io.doksnap.store.StoreException;
import io.doksnap.testing.FaultyStore;
import io.doksnap.testing.FaultyStore.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator on the embedded API, with a directory to store in: what a person sees who asks for something. */
class OperatorBackupsIT {
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
    void policyThatIsDueLeadsToABackupASnapshotAndARestore() throws IOException {
        scene.start();
        scene.policy("shop", "schedule: {cron: '0 2 * * *'}\nretention: {keepLast: 3}");
        PolicyResource waiting = scene.until(
                PolicyResource.class,
                "shop",
                policy -> OperatorScene.condition(policy, ConditionType.READY)
                        .filter(ready -> ready.reason() == Reason.SCHEDULED)
                        .isPresent());
        assertThat(waiting.getStatus().nextRunTime()).isNotNull();
        assertThat(scene.list(BackupResource.class)).isEmpty();

        scene.clock.advance(Duration.ofDays(1));
        BackupResource backup = await().atMost(Duration.ofSeconds(30))
                .until(() -> scene.list(BackupResource.class), list -> !list.isEmpty())
                .get(0);
        String name = backup.getMetadata().getName();
        assertThat(name).matches("shop-\\d{8}0200");
        BackupResource complete = scene.untilComplete(name);
        assertThat(complete.getStatus().result()).isEqualTo(Reason.SUCCEEDED);
        assertThat(complete.getStatus().stored()).hasSize(1);
        assertThat(complete.getMetadata().getOwnerReferences()).hasSize(1);
        scene.until(
                BackupResource.class,
                name,
                each -> each.getMetadata().getFinalizers().isEmpty());

        PolicyResource policy = scene.until(
                PolicyResource.class,
                "shop",
                each -> each.getStatus() != null && name.equals(each.getStatus().lastBackup()));
        assertThat(OperatorScene.condition(policy, ConditionType.UP_TO_DATE))
                .map(Condition::status)
                .contains(Status.TRUE);
        assertThat(OperatorScene.condition(policy, ConditionType.RETENTION_APPLIED))
                .map(Condition::reason)
                .contains(Reason.NOTHING_TO_PRUNE);

        SnapshotResource snapshot = await().atMost(Duration.ofSeconds(30))
                .until(scene::snapshots, list -> !list.isEmpty())
                .get(0);
        scene.create("""
                apiVersion: doksnap.io/v1
                kind: Restore
                metadata: {name: again}
                spec: {snapshot: %s, target: {directory: %s/restored}}
                """.formatted(snapshot.getMetadata().getName(), scene.home));
        RestoreResource restore = scene.until(
                RestoreResource.class,
                "again",
                each -> each.getStatus() != null && each.getStatus().result() != null);
        assertThat(restore.getStatus().result()).as("%s", restore.getStatus()).isEqualTo(Reason.SUCCEEDED);
        assertThat(scene.home.resolve("restored/a.txt")).hasContent("content\n");
        assertThat(scene.events())
                .extracting(event -> event.getReason())
                .contains("Scheduled", "Queued", "Running", "Succeeded");
    }

    @Test
    void backupThatAPersonCreatesRunsAtOnceAndAnotherCopyOfItDoesNot() {
        scene.start();
        scene.policy("shop", "");
        scene.backup("now", "shop");
        BackupResource done = scene.untilComplete("now");
        assertThat(done.getMetadata().getLabels()).containsEntry(DoksnapNames.POLICY, "shop");

        BackupResource copy = scene.client.getKubernetesSerialization().clone(done);
        copy.getMetadata().setName("copy");
        copy.getMetadata().setUid(null);
        copy.getMetadata().setResourceVersion(null);
        copy.getMetadata().setFinalizers(List.of());
        copy.getMetadata().setManagedFields(List.of());
        scene.client.resource(copy).create();
        BackupResource refused = scene.until(
                BackupResource.class,
                "copy",
                each -> each.getStatus() != null && each.getStatus().result() != null);
        assertThat(refused.getStatus().result()).isEqualTo(Reason.IMPORTED);
        await().atMost(Duration.ofSeconds(30)).until(() -> scene.snapshots().size() == 1);
    }

    @Test
    void backupThatWasClaimedAndHasNoOutcomeIsInterruptedAndRetriedOnce() {
        scene.policy("shop", "");
        claimed("cut");
        scene.start();
        BackupResource complete = scene.untilComplete("cut");
        assertThat(complete.getStatus().attempts()).isEqualTo(2);
        assertThat(scene.events()).extracting(event -> event.getReason()).contains("Interrupted");
        await().atMost(Duration.ofSeconds(30)).until(() -> scene.snapshots().size() == 1);
    }

    @Test
    void backupThatWasCommittedWhenTheProgramEndedIsNotRunTwice() throws IOException {
        Operator first = scene.start();
        scene.policy("shop", "");
        scene.backup("now", "shop");
        BackupResource done = scene.untilComplete("now");
        scene.until(
                BackupResource.class,
                "now",
                each -> each.getMetadata().getFinalizers().isEmpty());
        scene.stop(first);
        // As if the program had ended after the manifest and before a word about it.
        scene.client
                .resources(BackupResource.class)
                .inNamespace("default")
                .withName("now")
                .subresource("status")
                .edit(old -> {
                    old.setStatus(null);
                    return old;
                });
        scene.until(BackupResource.class, "now", each -> each.getStatus() == null);

        scene.start();
        BackupResource again = scene.untilComplete("now");
        assertThat(again.getStatus().stored()).isEqualTo(done.getStatus().stored());
        await().atMost(Duration.ofSeconds(30)).until(() -> scene.snapshots().size() == 1);
    }

    @Test
    void backupThatIsDeletedWhileItRunsIsCancelledAndThenGone() throws Exception {
        CountDownLatch reached = holdAt(Call.COMMIT);
        scene.start();
        scene.policy("shop", "");
        scene.backup("now", "shop");
        assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
        scene.until(BackupResource.class, "now", each -> OperatorScene.is(each, ConditionType.PROGRESSING));
        scene.until(
                BackupResource.class,
                "now",
                each -> each.getMetadata().getFinalizers().contains(DoksnapNames.UNDO));

        scene.client
                .resources(BackupResource.class)
                .inNamespace("default")
                .withName("now")
                .delete();
        await().atMost(Duration.ofSeconds(30)).until(() -> scene.get(BackupResource.class, "now") == null);
        assertThat(scene.events()).extracting(event -> event.getReason()).contains("Cancelled");
        assertThat(scene.snapshots()).isEmpty();
        try (var files = Files.walk(scene.home.resolve("backups"))) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void stopInterruptsWhatRunsAndTheNextStartGoesOn() throws Exception {
        CountDownLatch reached = holdAt(Call.COMMIT);
        Operator first = scene.start();
        scene.policy("shop", "");
        scene.backup("now", "shop");
        assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
        scene.stop(first);
        BackupResource stopped = scene.until(BackupResource.class, "now", each -> each.getStatus() != null);
        assertThat(stopped.getStatus().result()).isNull();
        assertThat(stopped.getStatus().nextAttemptTime()).isNotNull();
        assertThat(Conditions.find(stopped.getStatus().conditions(), ConditionType.PROGRESSING))
                .map(Condition::reason)
                .contains(Reason.RETRYING);

        scene.fault = FaultyStore.Fault.NONE;
        scene.start();
        assertThat(scene.untilComplete("now").getStatus().attempts()).isEqualTo(2);
    }

    @Test
    void snapshotThatIsDeletedIsMadeAgainAndOneThatIsGoneGoes() throws IOException {
        scene.start();
        scene.policy("shop", "");
        scene.backup("now", "shop");
        scene.untilComplete("now");
        SnapshotResource snapshot = await().atMost(Duration.ofSeconds(30))
                .until(scene::snapshots, list -> !list.isEmpty())
                .get(0);
        scene.client.resource(snapshot).delete();
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> scene.get(
                                SnapshotResource.class, snapshot.getMetadata().getName()),
                        again -> again != null
                                && !again.getMetadata()
                                        .getUid()
                                        .equals(snapshot.getMetadata().getUid()));
        Files.delete(
                scene.home.resolve("backups").resolve(snapshot.getSpec().path()).resolve("manifest.json"));
        await().atMost(Duration.ofSeconds(30)).until(() -> scene.snapshots().isEmpty());
    }

    @Test
    void whatIsWrongIsSaidWithItsReason() {
        scene.start();
        scene.policy("cron", "schedule: {cron: '61 2 * * *'}");
        scene.policy("nowhere", "destinations: [{name: moon}]");
        scene.policy("keyless", """
                encryption: {method: gpg, recipientsFrom: [{secretRef: {name: keys, key: public.asc}}]}
                """);
        scene.create("""
                apiVersion: doksnap.io/v1
                kind: BackupPolicy
                metadata: {name: etc}
                spec: {sources: [{name: etc, directory: /etc}]}
                """);
        scene.create("""
                apiVersion: doksnap.io/v1
                kind: BackupPolicy
                metadata: {name: dump}
                spec:
                  target: {container: db}
                  sources: [{name: db, dump: {kind: postgres}}]
                  quiesce: {mode: stop}
                """);
        ready("cron", Reason.INVALID_SPEC, "spec.schedule.cron");
        ready("etc", Reason.INVALID_SPEC, "docker.allowed_paths");
        ready("dump", Reason.INVALID_SPEC, "only a running database");
        ready("keyless", Reason.KEY_MISSING, "kubectl create secret generic keys");
        ready("nowhere", Reason.BUCKET_NOT_FOUND, "there is no destination moon");
    }

    @Test
    void sourceThatIsMissingFailsTheBackupAndIsSaidOfThePolicy() {
        scene.start();
        scene.create("""
                apiVersion: doksnap.io/v1
                kind: BackupPolicy
                metadata: {name: shop}
                spec: {sources: [{name: data, volume: no_such}]}
                """);
        scene.backup("now", "shop");
        BackupResource failed =
                scene.until(BackupResource.class, "now", each -> OperatorScene.is(each, ConditionType.FAILED));
        assertThat(failed.getStatus().result()).isEqualTo(Reason.SOURCE_NOT_FOUND);
        ready("shop", Reason.SOURCE_NOT_FOUND, "no_such");
    }

    @Test
    void engineThatAnswersAgainIsNotSaidToBeAwayForLong() throws IOException {
        scene.docker.setAvailable(false);
        scene.start();
        for (String policy : List.of("shop", "shop2")) {
            scene.policy(policy, "");
            PolicyResource ignored = untilReadyIs(policy, Reason.DOCKER_UNAVAILABLE);
        }
        scene.docker.setAvailable(true);
        for (String policy : List.of("shop", "shop2")) {
            PolicyResource ignored = untilReadyIs(policy, Reason.SCHEDULED);
        }
    }

    @Test
    void targetThatIsNotThereIsSaidBeforeAnyBackupAndItsVolumesAreBackedUpOnceItIs() {
        scene.start();
        scene.create("""
                apiVersion: doksnap.io/v1
                kind: BackupPolicy
                metadata: {name: web}
                spec: {target: {container: shop-web}}
                """);
        ready("web", Reason.NO_MATCHING_TARGETS, "container shop-web");
        scene.docker.containers().add("shop-web", State.RUNNING, c -> c.withMounts(Mount.volume("shop_data", "/data")));
        scene.backup("now", "web");
        assertThat(scene.untilComplete("now").getStatus().result()).isEqualTo(Reason.SUCCEEDED);
    }

    @Test
    void twoOperatorsShareOneApiAndEachDoesItsOwn() throws IOException {
        scene.start();
        try (var other = DataDirectory.open(scene.home.resolve("state2"))) {
            Operator second = scene.start(scene.settings("host2", 1), other);
            scene.policy("first", "host: host1");
            scene.policy("second", "host: host2");
            scene.backup("of-first", "first");
            scene.backup("of-second", "second");
            BackupResource first = scene.untilComplete("of-first");
            BackupResource ofSecond = scene.untilComplete("of-second");
            assertThat(first.getStatus().host()).isEqualTo("host1");
            assertThat(ofSecond.getStatus().host()).isEqualTo("host2");
            assertThat(first.getMetadata().getAnnotations().get(DoksnapNames.CLAIM))
                    .startsWith("host1/");
            await().atMost(Duration.ofSeconds(30)).until(() -> scene.snapshots().size() == 2);
            scene.stop(second);
        }
    }

    /** A Backup as a program leaves it that ends right after it has taken it up. */
    private void claimed(String name) {
        BackupResource backup = scene.backup(name, "shop");
        scene.client.resource(backup).inNamespace("default").edit(old -> {
            old.getMetadata()
                    .getAnnotations()
                    .put(
                            DoksnapNames.CLAIM,
                            OperatorScene.HOST + "/" + old.getMetadata().getUid());
            old.getMetadata().setFinalizers(List.of(DoksnapNames.UNDO));
            return old;
        });
    }

    /** Keeps the next run at a call until it is interrupted. */
    private CountDownLatch holdAt(Call where) {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        scene.fault = (call, key) -> {
            if (call == where) {
                reached.countDown();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new StoreException(StoreException.Kind.UNREACHABLE, "interrupted", e);
                }
            }
        };
        return reached;
    }

    private PolicyResource untilReadyIs(String policy, Reason reason) {
        return scene.until(
                PolicyResource.class,
                policy,
                each -> OperatorScene.condition(each, ConditionType.READY)
                        .filter(condition -> condition.reason() == reason)
                        .isPresent());
    }

    private void ready(String policy, Reason reason, String message) {
        PolicyResource found = untilReadyIs(policy, reason);
        Condition ready = OperatorScene.condition(found, ConditionType.READY).orElseThrow();
        assertThat(ready.status()).isEqualTo(Status.FALSE);
        assertThat(ready.message()).contains(message);
        assertThat(OperatorScene.condition(found, ConditionType.STALLED))
                .map(Condition::status)
                .contains(Status.TRUE);
    }
}
