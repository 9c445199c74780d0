package io.doksnap.declare.labels;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.BackupPolicySpec.DestinationRef;
import io.doksnap.api.BackupPolicySpec.DumpSpec;
import io.doksnap.api.BackupPolicySpec.QuiesceSpec;
import io.doksnap.api.BackupPolicySpec.RetentionSpec;
import io.doksnap.api.BackupPolicySpec.SourceSpec;
import io.doksnap.api.BackupPolicySpec.TargetSpec;
import io.doksnap.api.HooksSpec.HookSpec;
import io.doksnap.policy.AllowedPaths;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What labels of a workload mean. */
class LabelsTest {
    private static final Labels LABELS = new Labels(ZoneOffset.UTC, AllowedPaths.usual(), false);

    @Test
    void nothingOfOursIsNoPolicy() {
        assertThat(read("traefik.enable", "true", "com.docker.compose.project", "shop"))
                .isEmpty();
    }

    @Test
    void enableAloneIsAWholePolicy() {
        LabelPolicy policy = only("doksnap.enable", "true");
        assertThat(policy.enabled()).isTrue();
        assertThat(policy.objectName()).isEqualTo("shop");
        assertThat(policy.invalid()).isEmpty();
        BackupPolicySpec spec = policy.spec();
        assertThat(spec.target()).isEqualTo(new TargetSpec("shop", null, null, Map.of()));
        assertThat(spec.sources()).isEmpty();
        assertThat(Objects.requireNonNull(spec.schedule()).cron()).isEqualTo("@daily-random");
        assertThat(spec.retention()).isEqualTo(new RetentionSpec(7, 7, 4, 12, null));
        assertThat(spec.displayName()).isNull();
    }

    @Test
    void anyLabelImpliesEnable() {
        assertThat(only("doksnap.schedule", "0 2 * * *").enabled()).isTrue();
    }

    @Test
    void falseSwitchesTheWorkloadOff() {
        assertThat(read("doksnap.enable", "False", "doksnap.policies.hourly.schedule", "0 * * * *"))
                .hasSize(2)
                .noneMatch(LabelPolicy::enabled);
    }

    @Test
    void falseSwitchesOneNamedPolicyOff() {
        List<LabelPolicy> read = read("doksnap.enable", "true", "doksnap.policies.hourly.enable", "false");
        assertThat(read).extracting(LabelPolicy::enabled).containsExactly(true, false);
    }

    @Test
    void whatIsNeitherTrueNorFalseIsAProblemAndNotOff() {
        LabelPolicy policy = only("doksnap.enable", "flase");
        assertThat(policy.enabled()).isTrue();
        assertThat(policy.problems())
                .containsExactly("doksnap.enable: 'flase' is neither true nor false; write one of them");
    }

    @Test
    void keysAndValuesAreTrimmed() {
        LabelPolicy policy = only(" doksnap.schedule\t", " 0 2 * * * ");
        assertThat(policy.invalid()).isEmpty();
        assertThat(Objects.requireNonNull(policy.spec().schedule()).cron()).isEqualTo("0 2 * * *");
    }

    @Test
    void namedPoliciesStandBesideTheDefault() {
        List<LabelPolicy> read = read(
                "doksnap.enable", "true",
                "doksnap.policies.hourly.schedule", "0 * * * *",
                "doksnap.policies.hourly.volumes", "uploads");
        assertThat(read).extracting(LabelPolicy::objectName).containsExactly("shop", "shop-hourly");
        assertThat(read.get(1).spec().sources())
                .containsExactly(new SourceSpec("uploads", "uploads", null, null, List.of()));
        assertThat(read).allMatch(policy -> policy.invalid().isEmpty());
    }

    @Test
    void namedPoliciesAloneMakeNoDefault() {
        assertThat(read("doksnap.policies.hourly.schedule", "0 * * * *"))
                .extracting(LabelPolicy::name)
                .containsExactly("hourly");
    }

    @ParameterizedTest
    @CsvSource({
        "doksnap.shedule,                doksnap.schedule",
        "doksnap.Schedule,               doksnap.schedule",
        "doksnap.enabled,                doksnap.enable",
        "doksnap.destinations,           doksnap.destination",
        "doksnap.allow_empty,            doksnap.allow-empty",
        "doksnap.hooks.pre.1.timeot,     doksnap.hooks.pre.1.timeout",
        "doksnap.hook.post,              doksnap.hooks.post",
        "doksnap.volumes.data.exclude,   doksnap.volume.data.exclude",
        "doksnap.volume.my.data.exlude,  doksnap.volume.my.data.exclude",
        "doksnap.policies.hourly.shedule,doksnap.policies.hourly.schedule",
        "docksnap.enable,                doksnap.enable",
        "docksnap.shedule,               doksnap.schedule",
        "doksnapp.schedule,              doksnap.schedule",
        "doksnip.enable,                 doksnap.enable",
        "dok-snap.enable,                doksnap.enable",
        "DokSnap.enable,                 doksnap.enable",
        "doksnap-enable,                 doksnap.enable",
        "doksnap_enable,                 doksnap.enable",
        "doksnap/enable,                 doksnap.enable",
        "doksnapshotter.enable,          doksnap.enable",
        "doksnap,                        doksnap.enable",
    })
    void misspelledKeyIsAProblemThatSuggestsTheRightOne(String wrong, String right) {
        LabelPolicy policy = only(wrong, "true");
        assertThat(policy.enabled()).isTrue();
        assertThat(policy.problems())
                .singleElement()
                .asString()
                .startsWith(wrong + ": ")
                .contains("did you mean '" + right + "'?");
    }

    @Test
    void unknownKeyFarFromAllPointsToTheList() {
        assertThat(only("doksnap.s3.endpoint", "https://evil.example").problems())
                .containsExactly(
                        "doksnap.s3.endpoint: there is no such label; docs/labels.md lists them all; correct it, or"
                                + " remove it");
    }

    @Test
    void misspelledKeyDoesNotTouchTheOtherPolicies() {
        List<LabelPolicy> read = read("doksnap.shedule", "x", "doksnap.policies.hourly.schedule", "0 * * * *");
        assertThat(read.get(0).problems()).isNotEmpty();
        assertThat(read.get(1).problems()).isEmpty();
    }

    /** A policy with an unknown key keeps what the other labels say, so that nothing changes but that it does not run. */
    @Test
    void specOfAPolicyWithAnUnknownKeyIsWhole() {
        LabelPolicy policy = only("doksnap.shedule", "x", "doksnap.volumes", "data");
        assertThat(policy.spec().sources()).hasSize(1);
    }

    @Test
    void badValueIsToldUnderItsLabelAndLeavesTheTargetAlone() {
        LabelPolicy policy = only("doksnap.schedule", "0 25 * * *", "doksnap.volumes", "data");
        assertThat(policy.problems()).singleElement().asString().startsWith("doksnap.schedule: ");
        assertThat(policy.spec().sources()).isEmpty();
        assertThat(policy.spec().target()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "doksnap.timezone           | Europe/Isanbul  | 'Europe/Isanbul' is no time zone; did you mean 'Europe/Istanbul'?",
                "doksnap.quiesce            | stopp           | 'stopp' is unknown; did you mean 'stop'?",
                "doksnap.quiesce.release    | afterwards      | 'afterwards' is unknown",
                "doksnap.compression        | zst             | did you mean 'zstd'?",
                "doksnap.dump               | postgress       | did you mean 'postgres'?",
                "doksnap.retention          | last=x          | 'x' is no whole number",
                "doksnap.retention          | lst=3           | did you mean 'last'?",
                "doksnap.retention          | last=3,last=4   | says 'last' twice",
                "doksnap.retention          | last=3,,daily=1 | has a comma with nothing beside it",
                "doksnap.retention: daily   | daily=400       | must be 1 to 365, and is 400",
                "doksnap.retry.attempts     | 11              | must be 1 to 10",
                "doksnap.timeout            | soon            | 'soon' is no length of time",
                "doksnap.destination        | https://evil/x  | is no valid name",
                "doksnap.encryption         | ../key          | is no valid name",
                "doksnap.volumes            | ../etc          | is no name of a volume",
                "doksnap.volumes            | /app/../etc     | is no path of a mount",
                "doksnap.directories        | /etc            | is never backed up",
                "doksnap.directories        | srv             | is not an absolute path",
                "doksnap.host               | a b             | is no name of a host",
                "doksnap.verify             | sometimes       | ",
                "doksnap.suspend            | maybe           | is neither true nor false",
                "doksnap.hooks.pre          | docker stop db  | label hooks run only inside the labelled container",
                "doksnap.hooks.pre          | [\"sync\"       | is no JSON array of texts",
                "doksnap.hooks.pre          | [1]             | is no JSON array of texts",
                "doksnap.dump.command       | /usr/bin/docker exec db pg_dump | label hooks run only inside the labelled",
                "doksnap.quiesce.with       | a/b             | is no name that Docker gives",
            })
    void wrongValueIsToldUnderItsLabel(String label, String value, @org.jspecify.annotations.Nullable String message) {
        LabelPolicy policy = only(label.split(":", 2)[0], value, "doksnap.quiesce.timeout", "1m");
        assertThat(policy.problems())
                .anyMatch(text -> text.startsWith(label + ": ") && text.contains(message == null ? "" : message));
    }

    @ParameterizedTest
    @CsvSource({
        "doksnap.hooks.pre.user,      has no hook to belong to",
        "doksnap.hooks.pre.2.timeout, has no hook to belong to",
        "doksnap.dump.user,           has no dump to belong to",
        "doksnap.volume.dta.exclude,  did you mean 'data'?",
        "doksnap.directory.x.exclude, list it in doksnap.directories",
    })
    void labelThatBelongsToNothingIsAProblem(String label, String message) {
        assertThat(only(label, "5", "doksnap.volumes", "data").problems())
                .anyMatch(text -> text.startsWith(label + ": ") && text.contains(message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"doksnap.schedule", "doksnap.enable", "doksnap.volumes"})
    void emptyValueIsAProblem(String label) {
        assertThat(only(label, " ").problems()).singleElement().asString().startsWith(label + ": is empty");
    }

    @Test
    void volumesAreNamesShortNamesAndPaths() {
        assertThat(sources("doksnap.volumes", "data, /app/uploads/,/var/data"))
                .containsExactly(
                        volume("data", "data"), volume("uploads", "/app/uploads"), volume("var-data", "/var/data"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "all"})
    void everyVolumeIsWhatNothingSaidMeans(String every) {
        assertThat(sources("doksnap.volumes", every)).isEmpty();
    }

    @Test
    void excludeOfOneVolumeLeavesTheOthersIn() {
        assertThat(sources("doksnap.volume.data.exclude", "cache/**,*.{log,tmp}"))
                .containsExactly(
                        new SourceSpec("data", "data", null, null, List.of("cache/**", "*.{log,tmp}")),
                        volume("volumes", "*"));
    }

    @Test
    void dumpIsTheOnlySourceWhereNoVolumesAreNamed() {
        assertThat(sources("doksnap.dump", "postgres", "doksnap.dump.user", "postgres"))
                .containsExactly(new SourceSpec(
                        "postgres", null, null, new DumpSpec("postgres", List.of(), "postgres"), List.of()));
    }

    @Test
    void dumpAndEveryVolumeAreBothRead() {
        assertThat(sources("doksnap.dump", "redis", "doksnap.volumes", "*"))
                .extracting(SourceSpec::name)
                .containsExactly("redis", "volumes");
    }

    @Test
    void commandOfADumpImpliesItsKind() {
        assertThat(sources("doksnap.dump.command", "sqlite3 /data/shop.db .dump"))
                .containsExactly(new SourceSpec(
                        "command",
                        null,
                        null,
                        new DumpSpec("command", List.of("sh", "-c", "sqlite3 /data/shop.db .dump"), null),
                        List.of()));
    }

    @Test
    void directoriesAreReadBesidesTheVolumes() {
        assertThat(sources("doksnap.directories", "/srv/shop", "doksnap.directory.shop.exclude", "*.tmp"))
                .containsExactly(
                        new SourceSpec("shop", null, "/srv/shop", null, List.of("*.tmp")), volume("volumes", "*"));
    }

    @Test
    void hooksKeepTheirOrderAndRunInTheTargetsShell() {
        LabelPolicy policy = only(
                "doksnap.hooks.pre.10", "third",
                "doksnap.hooks.pre.2", "[\"second\", \"a b\"]",
                "doksnap.hooks.pre", "echo $(rm -rf /)",
                "doksnap.hooks.pre.user", "app",
                "doksnap.hooks.pre.2.on-error", "continue",
                "doksnap.hooks.post", "sh -c 'docker ps'");
        assertThat(policy.problems()).isEmpty();
        List<HookSpec> pre = Objects.requireNonNull(policy.spec().hooks()).pre();
        assertThat(pre)
                .extracting(hook -> Objects.requireNonNull(hook.exec()).command())
                .containsExactly(
                        List.of("sh", "-c", "echo $(rm -rf /)"),
                        List.of("second", "a b"),
                        List.of("sh", "-c", "third"));
        assertThat(pre).allMatch(hook -> hook.local() == null && hook.docker() == null);
        assertThat(pre).allMatch(hook -> Objects.requireNonNull(hook.exec()).container() == null);
        assertThat(Objects.requireNonNull(pre.get(0).exec()).user()).isEqualTo("app");
        assertThat(pre.get(1).onError()).isEqualTo("Continue");
    }

    @Test
    void wholeExampleOfTheGuideIsRead() {
        LabelPolicy policy = only(
                "doksnap.quiesce", "stop",
                "doksnap.quiesce.with", "worker, cron",
                "doksnap.quiesce.release", "after-read",
                "doksnap.destination", "main,offsite",
                "doksnap.encryption", "team-key",
                "doksnap.retention", "last=3,yearly=2",
                "doksnap.verify", "weekly",
                "doksnap.catch-up", "none",
                "doksnap.retry.attempts", "3");
        assertThat(policy.problems()).isEmpty();
        BackupPolicySpec spec = policy.spec();
        assertThat(spec.quiesce())
                .isEqualTo(new QuiesceSpec("stop", null, "afterRead", null, List.of("worker", "cron")));
        assertThat(spec.destinations()).containsExactly(new DestinationRef("main"), new DestinationRef("offsite"));
        assertThat(spec.retention()).isEqualTo(new RetentionSpec(3, null, null, null, 2));
    }

    @Test
    void retentionOfAllKeepsEverything() {
        assertThat(only("doksnap.retention", "all").spec().retention()).isNull();
    }

    @Test
    void namesThatKubernetesForbidsAreChangedAndShownAsWritten() {
        LabelPolicy policy = LABELS.read(Carrier.container("Shop_Web", labels("doksnap.enable", "true")))
                .get(0);
        assertThat(policy.objectName()).matches("shop-web-[0-9a-f]{6}");
        assertThat(policy.spec().displayName()).isEqualTo("Shop_Web");
    }

    @Test
    void optOutMakesADefaultPolicyWhereNothingIsSaid() {
        Labels optOut = new Labels(ZoneOffset.UTC, AllowedPaths.usual(), true);
        assertThat(optOut.read(Carrier.container("shop", Map.of())))
                .singleElement()
                .satisfies(policy -> {
                    assertThat(policy.enabled()).isTrue();
                    assertThat(policy.spec())
                            .isEqualTo(only("doksnap.enable", "true").spec());
                });
        assertThat(optOut.read(Carrier.container("shop", labels("doksnap.enable", "false"))))
                .singleElement()
                .matches(policy -> !policy.enabled());
    }

    private static SourceSpec volume(String name, String volume) {
        return new SourceSpec(name, volume, null, null, List.of());
    }

    private static List<SourceSpec> sources(String... keysAndValues) {
        LabelPolicy policy = only(keysAndValues);
        assertThat(policy.problems()).isEmpty();
        return policy.spec().sources();
    }

    private static LabelPolicy only(String... keysAndValues) {
        List<LabelPolicy> read = read(keysAndValues);
        assertThat(read).hasSize(1);
        return read.get(0);
    }

    private static List<LabelPolicy> read(String... keysAndValues) {
        return LABELS.read(Carrier.container("shop", labels(keysAndValues)));
    }

    private static Map<String, String> labels(String... keysAndValues) {
        Map<String, String> labels = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            labels.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return labels;
    }
}
