package io.doksnap.declare.labels;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.BackupPolicySpec.ComposeSpec;
import io.doksnap.api.BackupPolicySpec.TargetSpec;
import io.doksnap.policy.AllowedPaths;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Labels of several carriers of one workload. */
class LabelConflictsTest {
    private static final Labels LABELS = new Labels(ZoneOffset.UTC, AllowedPaths.usual(), false);

    @Test
    void labelsOfAServiceAndOfItsContainersAreOneSet() {
        Carrier carrier = Carrier.service(
                "shop-db",
                Map.of("doksnap.enable", "true"),
                Map.of("doksnap.schedule", "daily", "doksnap.enable", "true"));
        LabelPolicy policy = LABELS.read(carrier).get(0);
        assertThat(policy.conflict()).isEmpty();
        assertThat(Objects.requireNonNull(policy.spec().target()).service()).isEqualTo("shop-db");
        assertThat(Objects.requireNonNull(policy.spec().schedule()).cron()).isEqualTo("daily");
    }

    @Test
    void labelsOfAServiceAndOfItsContainersThatDisagreeAreAConflict() {
        Carrier carrier = Carrier.service(
                "shop-db",
                Map.of("doksnap.schedule", "hourly", "doksnap.policies.x.volumes", "a"),
                Map.of("doksnap.schedule", "daily"));
        List<LabelPolicy> read = LABELS.read(carrier);
        assertThat(read.get(0).conflict())
                .hasValue("doksnap.schedule: is both 'hourly' and 'daily' in the service's labels and its containers'"
                        + " labels; keep one of them");
        assertThat(read.get(1).conflict()).isEmpty();
    }

    @Test
    void replicasThatAgreeAreOnePolicy() {
        List<LabelPolicy> merged = Labels.merge(List.of(replica(2, "daily"), replica(1, "daily")));
        assertThat(merged).hasSize(1);
        assertThat(merged.get(0).carriers()).containsExactly("shop-web-1", "shop-web-2");
        assertThat(merged.get(0).conflict()).isEmpty();
        assertThat(merged.get(0).objectName()).isEqualTo("shop-web");
        assertThat(merged.get(0).spec().target())
                .isEqualTo(new TargetSpec(null, null, new ComposeSpec("shop", "web"), Map.of()));
    }

    @Test
    void replicasThatDisagreeAreAConflictThatNamesThem() {
        List<LabelPolicy> merged = Labels.merge(List.of(replica(2, "hourly"), replica(1, "daily")));
        assertThat(merged).hasSize(1);
        assertThat(merged.get(0).conflict())
                .hasValue("doksnap.schedule: is 'daily' on shop-web-1 and 'hourly' on shop-web-2; let them agree, and"
                        + " create the containers anew");
    }

    @Test
    void conflictAboutAHookShowsNoneOfItsText() {
        Carrier carrier = Carrier.service(
                "db", Map.of("doksnap.hooks.pre", "mysql -psecret1"), Map.of("doksnap.hooks.pre", "mysql -psecret2"));
        assertThat(LABELS.read(carrier).get(0).conflict().orElse("")).doesNotContain("secret");
    }

    private static LabelPolicy replica(int number, String schedule) {
        return LABELS.read(Carrier.compose("shop-web-" + number, "shop", "web", Map.of("doksnap.schedule", schedule)))
                .get(0);
    }
}
