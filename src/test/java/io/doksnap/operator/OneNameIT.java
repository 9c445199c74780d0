package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Condition;
import io.doksnap.api.Condition.Status;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.RestoreResource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies of one name would take each other's snapshots for their own, and prune them. */
class OneNameIT {
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
    void secondPolicyOfANameDoesNothingUntilTheFirstIsGone() {
        scene.start();
        scene.policy("shop", "");
        until("shop", Status.TRUE, ready -> true);
        scene.policy("copy", "displayName: shop");

        until(
                "copy",
                Status.FALSE,
                ready ->
                        ready.reason() == Reason.INVALID_SPEC && ready.message().contains("default/shop"));
        scene.backup("now", "copy");
        BackupResource refused =
                scene.until(BackupResource.class, "now", backup -> OperatorScene.is(backup, ConditionType.FAILED));
        assertThat(refused.getStatus().result()).isEqualTo(Reason.INVALID_SPEC);
        scene.create("""
            apiVersion: doksnap.io/v1
            kind: Restore
            metadata: {name: back}
            spec: {policy: copy, target: {directory: %s/restored}}
            """.formatted(scene.home));
        RestoreResource unclear = scene.until(
                RestoreResource.class,
                "back",
                restore -> restore.getStatus() != null && restore.getStatus().result() != null);
        assertThat(unclear.getStatus().result()).isEqualTo(Reason.INVALID_SPEC);
        scene.backup("first", "shop");
        scene.untilComplete("first");

        scene.client
                .resources(PolicyResource.class)
                .inNamespace("default")
                .withName("shop")
                .delete();
        until("copy", Status.TRUE, ready -> true);
        scene.backup("again", "copy");
        scene.untilComplete("again");
    }

    @Test
    void nameUnderWhichSnapshotsAreStoredStaysWhatItWas() {
        scene.start();
        scene.policy("shop", "");
        scene.policy("other", "displayName: Other");
        until("shop", Status.TRUE, ready -> true);
        until("other", Status.TRUE, ready -> true);

        call("shop", "Other");
        until(
                "shop",
                Status.FALSE,
                ready ->
                        ready.reason() == Reason.INVALID_SPEC && ready.message().contains("from shop to Other"));
        scene.backup("now", "shop");
        BackupResource refused =
                scene.until(BackupResource.class, "now", backup -> OperatorScene.is(backup, ConditionType.FAILED));
        assertThat(refused.getStatus().result()).isEqualTo(Reason.INVALID_SPEC);
        scene.backup("theirs", "other");
        scene.untilComplete("theirs");

        call("shop", "shop");
        until("shop", Status.TRUE, ready -> true);
    }

    private void call(String policy, String name) {
        scene.client
                .resources(PolicyResource.class)
                .inNamespace("default")
                .withName(policy)
                .edit(found -> {
                    found.setSpec(found.getSpec().shownAs(name));
                    return found;
                });
    }

    private void until(String policy, Status status, Predicate<Condition> further) {
        scene.until(
                PolicyResource.class,
                policy,
                found -> OperatorScene.condition(found, ConditionType.READY)
                        .filter(ready -> ready.status() == status && further.test(ready))
                        .isPresent());
    }
}
