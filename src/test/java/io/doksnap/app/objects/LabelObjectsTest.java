package io.doksnap.app.objects;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.BackupPolicySpec.ScheduleSpec;
import io.doksnap.api.BackupPolicySpec.TargetSpec;
import io.doksnap.declare.ConfigReader;
import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.labels.LabelPolicy;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.testing.SettableClock;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelObjectsTest {
    private static final String SHOP = "BackupPolicy/shop";
    private static final String GONE_SINCE = "doksnap.io/gone-since";

    @TempDir
    Path directory;

    private final MemoryObjects api = new MemoryObjects();
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private LabelObjects objects = new LabelObjects(api, Owner.home("here"), clock);

    @Test
    void policiesOfLabelsBecomeObjects() throws Exception {
        declare(policy("shop", "0 2 * * *"), policy("blog", "@daily"));

        assertThat(api.objects).containsOnlyKeys("BackupPolicy/blog", SHOP);
        assertThat(api.objects.values())
                .allSatisfy(object ->
                        assertThat(object.getMetadata().getLabels()).containsEntry("doksnap.io/origin", "label"));
        assertThat(cron("shop")).isEqualTo("0 2 * * *");
        assertThat(api.events).isEmpty();
    }

    @Test
    void nothingIsWrittenWhereNothingChanged() throws Exception {
        declare(policy("shop", "0 2 * * *"));
        int writes = api.writes;

        objects.reconcile();
        declare(policy("shop", "0 2 * * *"));

        assertThat(api.writes).isEqualTo(writes);
    }

    @Test
    void editOfWhatALabelSaysIsPutBackWithAnEvent() throws Exception {
        declare(policy("shop", "0 2 * * *"));
        api.edit(SHOP, object -> ((ObjectNode) object.at("/spec/schedule")).put("cron", "0 5 * * *"));

        objects.reconcile();

        assertThat(cron("shop")).isEqualTo("0 2 * * *");
        assertThat(api.events)
                .singleElement()
                .asString()
                .startsWith("BackupPolicy/shop Reverted: spec.schedule.cron is \"0 5 * * *\" instead of \"0 2 * * *\"")
                .contains("(by kubectl-edit)", "as declared by the labels of shop");
    }

    @Test
    void changedLabelsChangeTheObjectWithoutComplaint() throws Exception {
        declare(policy("shop", "0 2 * * *"));
        declare(policy("shop", "0 3 * * *"));

        assertThat(cron("shop")).isEqualTo("0 3 * * *");
        assertThat(api.events).isEmpty();
    }

    @Test
    void deletedPolicyIsThereAgainWhileItsLabelsAre() throws Exception {
        declare(policy("shop", "0 2 * * *"));
        api.objects.remove(SHOP);

        objects.reconcile();

        assertThat(api.objects).containsKey(SHOP);
        assertThat(api.events).singleElement().asString().contains("Reverted: was deleted");
    }

    @Test
    void whatIsWrongWithLabelsStandsOnTheObjectUntilItIsRight() throws Exception {
        declare(wrong("shop", List.of("doksnap.shedule is unknown; did you mean doksnap.schedule?"), Optional.empty()));
        assertThat(annotations("shop"))
                .containsEntry("doksnap.io/invalid", "doksnap.shedule is unknown; did you mean doksnap.schedule?");

        declare(wrong("shop", List.of(), Optional.of("shop-1 and shop-2 disagree about doksnap.schedule")));
        assertThat(annotations("shop"))
                .containsEntry("doksnap.io/label-conflict", "shop-1 and shop-2 disagree about doksnap.schedule");
        assertThat(api.events).isEmpty();
    }

    @Test
    void annotationThatSaysWhatIsWrongCannotBeTakenAway() throws Exception {
        declare(wrong("shop", List.of("doksnap.shedule is unknown"), Optional.empty()));
        object("shop").getMetadata().setAnnotations(null);

        objects.reconcile();

        assertThat(annotations("shop")).containsEntry("doksnap.io/invalid", "doksnap.shedule is unknown");
    }

    @Test
    void redeployIsNoNews() throws Exception {
        declare(policy("shop", "0 2 * * *"));
        int writes = api.writes;

        declare();
        pass(Duration.ofSeconds(3));
        declare(policy("shop", "0 2 * * *"));
        pass(Duration.ofSeconds(10));

        assertThat(api.events).isEmpty();
        assertThat(api.writes).isEqualTo(writes);
        assertThat(annotations("shop")).doesNotContainKey(GONE_SINCE);
    }

    @Test
    void policyWhoseLabelsVanishIsAnnouncedAndGoesAfterAWeek() throws Exception {
        declare(policy("shop", "0 2 * * *"));
        declare();
        pass(Duration.ofSeconds(5));

        assertThat(api.events)
                .singleElement()
                .asString()
                .startsWith("BackupPolicy/shop LabelsGone: ")
                .contains("2026-03-08T12:00:00Z", "snapshots stay");
        assertThat(annotations("shop")).containsEntry(GONE_SINCE, "2026-03-01T12:00:00Z");

        pass(Duration.ofDays(7).minusSeconds(6));
        assertThat(api.objects).containsKey(SHOP);
        pass(Duration.ofSeconds(1));
        assertThat(api.objects).isEmpty();
        assertThat(api.events).hasSize(1);
    }

    @Test
    void graceGoesOnAcrossRestartsAndIsNotOverTheMomentThatThePolicyIsMissedAgain() throws Exception {
        declare(policy("shop", "0 2 * * *"));
        declare();
        pass(Duration.ofSeconds(5));

        clock.advance(Duration.ofDays(30));
        objects = new LabelObjects(api, Owner.home("here"), clock);
        objects.reconcile();
        assertThat(api.objects).as("nobody has said yet what labels there are").containsKey(SHOP);
        declare();
        assertThat(api.objects).as("just started").containsKey(SHOP);

        pass(LabelObjects.SETTLED);
        assertThat(api.objects).isEmpty();
    }

    @Test
    void labelsThatComeBackInTimeAreNews() throws Exception {
        declare(policy("shop", "0 2 * * *"));
        declare();
        pass(Duration.ofDays(3));
        objects = new LabelObjects(api, Owner.home("here"), clock);

        declare(policy("shop", "0 2 * * *"));

        assertThat(annotations("shop")).doesNotContainKey(GONE_SINCE);
        assertThat(api.events).hasSize(2).last().asString().startsWith("BackupPolicy/shop LabelsBack: ");
        pass(Duration.ofDays(30));
        assertThat(api.objects).containsKey(SHOP);
    }

    @Test
    void whatIsSwitchedOffIsSuspendedAtOnceAndGoesAfterAWeek() throws Exception {
        declare(policy("shop", "0 2 * * *"));
        declare(off("shop"), off("never-was"));
        pass(Duration.ofSeconds(5));

        assertThat(api.objects).containsOnlyKeys(SHOP);
        assertThat(((PolicyResource) object("shop")).getSpec().suspend()).isTrue();
        assertThat(api.events).singleElement().asString().contains("SwitchedOff", "doksnap.enable=false");

        pass(Duration.ofDays(7));
        assertThat(api.objects).isEmpty();
    }

    @Test
    void policyOfAPersonStandsAndTheClashIsSaidOnce() throws Exception {
        PolicyResource theirs = new PolicyResource();
        theirs.setMetadata(new ObjectMetaBuilder()
                .withName("shop")
                .withNamespace("default")
                .build());
        theirs.setSpec(policy("other", "@weekly").spec());
        api.objects.put(SHOP, theirs);

        declare(policy("shop", "0 2 * * *"));
        objects.reconcile();
        declare();
        pass(Duration.ofDays(30));

        assertThat(cron("shop")).isEqualTo("@weekly");
        assertThat(api.events).singleElement().asString().startsWith("BackupPolicy/shop NameClash: ");
    }

    @Test
    void workloadThatComesLaterDoesNotTakeOverThePolicyOfAnother() throws Exception {
        LabelPolicy later = new LabelPolicy(
                "shop",
                LabelPolicy.DEFAULT,
                List.of("another"),
                Map.of(),
                true,
                policy("another", "@weekly").spec(),
                List.of(),
                Optional.empty());
        declare(policy("shop", "0 2 * * *"));

        declare(later, policy("shop", "0 2 * * *"));
        objects.reconcile();

        assertThat(cron("shop")).isEqualTo("0 2 * * *");
        assertThat(api.events).singleElement().asString().startsWith("BackupPolicy/shop NameClash: ");
    }

    @Test
    void configurationTakesANameFromLabelsAndGivesItBack() throws Exception {
        ConfigObjects config = new ConfigObjects(api, Owner.home("here"), "config.yaml");
        declare(policy("shop", "0 2 * * *"));

        config.declare(read("{name: shop, type: volume, source: shop_data, schedule: \"0 9 * * *\"}"));
        config.reconcile(true);
        objects.reconcile();

        assertThat(cron("shop")).isEqualTo("0 9 * * *");
        assertThat(object("shop").getMetadata().getLabels()).containsEntry("doksnap.io/origin", "config");
        assertThat(api.events).singleElement().asString().startsWith("BackupPolicy/shop NameClash: ");

        config.declare(read(""));
        config.reconcile(true);
        objects.reconcile();

        assertThat(cron("shop")).isEqualTo("0 2 * * *");
        assertThat(object("shop").getMetadata().getLabels()).containsEntry("doksnap.io/origin", "label");
    }

    @Test
    void nothingIsRemovedBeforeLabelsHaveReported() throws Exception {
        ConfigObjects config = new ConfigObjects(api, Owner.home("here"), "config.yaml");
        config.declare(read("{name: shop, type: volume, source: shop_data}"));
        config.reconcile(objects.haveReported());
        config.declare(read(""));
        config.reconcile(objects.haveReported());
        assertThat(api.objects).containsKey(SHOP);

        declare();
        config.reconcile(objects.haveReported());
        assertThat(api.objects).doesNotContainKey(SHOP);
    }

    @Test
    void hostsThatShareAnApiLeaveEachOthersPoliciesAlone() throws Exception {
        declare(policy("shop", "0 1 * * *"));
        objects = new LabelObjects(api, Owner.guest("one"), clock);
        declare(policy("shop", "0 2 * * *"));
        assertThat(((PolicyResource) object("shop.one")).getSpec().host()).isEqualTo("one");
        assertThat(((PolicyResource) object("shop.one")).getSpec().displayName())
                .isEqualTo("shop");

        objects = new LabelObjects(api, Owner.guest("two"), clock);
        declare(policy("shop", "0 3 * * *"));
        declare();
        pass(Duration.ofSeconds(5));
        pass(Duration.ofDays(30));

        assertThat(cron("shop")).isEqualTo("0 1 * * *");
        assertThat(cron("shop.one")).isEqualTo("0 2 * * *");
        assertThat(api.objects).containsOnlyKeys(SHOP, SHOP + ".one");
    }

    @Test
    void policyThatSomebodyOnlyLabelledIsNeverDeleted() throws Exception {
        PolicyResource theirs = new PolicyResource();
        theirs.setMetadata(new ObjectMetaBuilder()
                .withName("shop")
                .withNamespace("default")
                .withLabels(Map.of("doksnap.io/origin", "label"))
                .build());
        theirs.setSpec(policy("other", "@weekly").spec());
        api.objects.put(SHOP, theirs);

        declare();
        pass(Duration.ofDays(30));
        pass(Duration.ofDays(30));

        assertThat(api.objects).containsKey(SHOP);
        assertThat(api.events).isEmpty();
    }

    private void declare(LabelPolicy... policies) throws Exception {
        objects.declare(List.of(policies));
        objects.reconcile();
    }

    private void pass(Duration time) throws Exception {
        clock.advance(time);
        objects.reconcile();
    }

    static LabelPolicy policy(String workload, String cron) {
        return policy(workload, cron, true, List.of(), Optional.empty());
    }

    private static LabelPolicy off(String workload) {
        return policy(workload, "0 2 * * *", false, List.of(), Optional.empty());
    }

    private static LabelPolicy wrong(String workload, List<String> problems, Optional<String> conflict) {
        return policy(workload, "0 2 * * *", true, problems, conflict);
    }

    private static LabelPolicy policy(
            String workload, String cron, boolean enabled, List<String> problems, Optional<String> conflict) {
        BackupPolicySpec spec = new BackupPolicySpec(
                null,
                new TargetSpec(workload, null, null, Map.of()),
                null,
                List.of(),
                new ScheduleSpec(cron, null, null, null, null),
                false,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                null,
                null,
                false,
                null);
        return new LabelPolicy(
                workload, LabelPolicy.DEFAULT, List.of(workload), Map.of(), enabled, spec, problems, conflict);
    }

    private Declared read(String app) throws Exception {
        Path file = directory.resolve("config.yaml");
        Files.writeString(file, "storage: {directory: /backups}\napps: [" + app + "]\n");
        return (Declared) new ConfigReader().read(file, Map.of());
    }

    private String cron(String name) {
        return String.valueOf(
                Objects.requireNonNull(((PolicyResource) object(name)).getSpec().schedule())
                        .cron());
    }

    private Map<String, String> annotations(String name) {
        return Objects.requireNonNullElse(object(name).getMetadata().getAnnotations(), Map.of());
    }

    private HasMetadata object(String name) {
        return Objects.requireNonNull(api.objects.get("BackupPolicy/" + name));
    }
}
