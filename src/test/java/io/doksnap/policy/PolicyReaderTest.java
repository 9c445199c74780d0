package io.doksnap.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.BackupPolicy;
import io.doksnap.api.BackupPolicySpec.DestinationRef;
import io.doksnap.api.BackupPolicySpec.EncryptionSpec;
import io.doksnap.api.BackupPolicySpec.QuiesceSpec;
import io.doksnap.api.BackupPolicySpec.RetentionSpec;
import io.doksnap.api.BackupPolicySpec.RetrySpec;
import io.doksnap.api.BackupPolicySpec.ScheduleSpec;
import io.doksnap.api.BackupPolicySpec.SourceSpec;
import io.doksnap.api.BackupPolicySpec.VerifySpec;
import io.doksnap.api.HooksSpec;
import io.doksnap.api.HooksSpec.HookSpec;
import io.doksnap.api.ObjectMeta;
import io.doksnap.api.SecretKeyRef;
import io.doksnap.api.SecretKeyRef.ValueFrom;
import io.doksnap.schedule.CatchUp;
import io.doksnap.schedule.CronSchedule;
import io.doksnap.schedule.Schedule;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyReaderTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private final PolicyReader reader = new PolicyReader(BERLIN, AllowedPaths.usual(), LocalHooks.ALLOWED);
    private final Draft draft = new Draft();

    @Test
    void absentFieldsMeanTheDefaults() {
        Policy policy = valid();

        assertThat(policy.namespace()).isEqualTo("default");
        assertThat(policy.name()).isEqualTo("shop");
        assertThat(policy.target()).isEmpty();
        assertThat(policy.host()).isEmpty();
        assertThat(policy.sources()).containsExactly(new Source.Volume("data", "shop_data", List.of()));
        assertThat(policy.schedule()).isEmpty();
        assertThat(policy.zone()).isEqualTo(BERLIN);
        assertThat(policy.suspended()).isFalse();
        assertThat(policy.quiesce())
                .isEqualTo(new Quiesce(
                        Quiesce.Mode.NONE, Duration.ofMinutes(5), Quiesce.Release.AUTO, Optional.empty(), List.of()));
        assertThat(policy.hooks().isEmpty()).isTrue();
        assertThat(policy.retry().attempts()).isEqualTo(1);
        assertThat(policy.compression()).isEqualTo(Compression.ZSTD);
        assertThat(policy.encryption()).isEqualTo(new EncryptionChoice.OperatorDefault());
        assertThat(policy.destinations()).containsExactly("default");
        assertThat(policy.retention()).isEqualTo(Retention.KEEP_ALL);
        assertThat(policy.verify()).isEmpty();
        assertThat(policy.allowEmpty()).isFalse();
        assertThat(policy.timeout()).isEqualTo(Duration.ofHours(12));
    }

    @Test
    void everythingThatIsSaidCounts() throws Exception {
        sayEverything();
        Policy policy = valid();

        ZoneId newYork = ZoneId.of("America/New_York");
        assertThat(policy.name()).isEqualTo("Shop_1");
        assertThat(policy.target()).contains(new Target.Container("shop-web"));
        assertThat(policy.host()).contains("server1");
        assertThat(policy.sources().get(1))
                .isEqualTo(new Source.Directory("conf", Path.of("/srv/shop"), List.of("*.log")));
        Schedule schedule = policy.schedule().orElseThrow();
        assertThat(schedule.cron()).isEqualTo(CronSchedule.parse("0 2 * * *", newYork));
        assertThat(schedule.delay()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(599));
        assertThat(schedule.catchUp()).isEqualTo(CatchUp.NONE);
        assertThat(schedule.startingDeadline()).contains(Duration.ofHours(2));
        assertThat(policy.zone()).isEqualTo(newYork);
        assertThat(policy.suspended()).isTrue();
        assertThat(policy.quiesce())
                .isEqualTo(new Quiesce(
                        Quiesce.Mode.STOP,
                        Duration.ofMinutes(1),
                        Quiesce.Release.AFTER_UPLOAD,
                        Optional.of(Duration.ofMinutes(15)),
                        List.of("worker")));
        assertThat(policy.retry()).isEqualTo(new Retry(3, Duration.ofSeconds(30)));
        assertThat(policy.compression()).isEqualTo(Compression.GZIP);
        assertThat(policy.encryption())
                .isEqualTo(
                        new EncryptionChoice.Own(EncryptionMethod.AES256, List.of(new SecretKey("keys", "password"))));
        assertThat(policy.destinations()).containsExactly("main", "offsite");
        assertThat(policy.retention())
                .isEqualTo(new Retention(
                        OptionalInt.of(1),
                        OptionalInt.of(2),
                        OptionalInt.of(3),
                        OptionalInt.of(4),
                        OptionalInt.empty()));
        assertThat(policy.verify())
                .contains(new VerifyPlan(
                        Optional.of(CronSchedule.parse("@weekly", newYork)),
                        VerifyLevel.DRILL,
                        List.of("true"),
                        Optional.of(new SecretKey("keys", "secret.asc"))));
        assertThat(policy.allowEmpty()).isTrue();
        assertThat(policy.timeout()).isEqualTo(Duration.ofMinutes(90));
    }

    @Test
    void policyWithoutAZoneHasTheOperators() {
        draft.schedule = new ScheduleSpec("daily", null, null, null, null);
        assertThat(valid().schedule().orElseThrow().cron().zone()).isEqualTo(BERLIN);
        assertThat(valid().zone()).isEqualTo(BERLIN);
    }

    @Test
    void zoneWithoutAScheduleIsThatOfRetention() {
        draft.schedule = new ScheduleSpec(null, "Asia/Tokyo", null, null, null);
        assertThat(valid().schedule()).isEmpty();
        assertThat(valid().zone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
    }

    @Test
    void everyProblemIsFoundAtOnceInTheOrderOfTheFields() {
        sayEverythingWrong();
        PolicyResult result = reader.read(new BackupPolicy(new ObjectMeta("Shop", "a.b"), draft.spec()));

        assertThat(result).isInstanceOf(PolicyResult.Invalid.class);
        assertThat(((PolicyResult.Invalid) result).problems())
                .extracting(Problem::path)
                .containsExactly(
                        "metadata.name",
                        "metadata.namespace",
                        "spec.displayName",
                        "spec.host",
                        "spec.sources[0].name",
                        "spec.sources[0].exclude[0]",
                        "spec.sources[0].exclude[1]",
                        "spec.sources[0].exclude[2]",
                        "spec.sources[0]",
                        "spec.sources[1]",
                        "spec.sources[2].name",
                        "spec.sources[2].volume",
                        "spec.sources[3].directory",
                        "spec.schedule.timeZone",
                        "spec.schedule.cron",
                        "spec.schedule.jitter",
                        "spec.schedule.catchUp",
                        "spec.schedule.startingDeadline",
                        "spec.quiesce.mode",
                        "spec.quiesce.timeout",
                        "spec.quiesce.release",
                        "spec.quiesce.maxDowntime",
                        "spec.quiesce.with[0]",
                        "spec.quiesce.with[2]",
                        "spec.hooks.pre[0]",
                        "spec.hooks.pre[0].timeout",
                        "spec.hooks.pre[0].onError",
                        "spec.retry.attempts",
                        "spec.retry.backoff",
                        "spec.compression",
                        "spec.encryption.method",
                        "spec.destinations[1].name",
                        "spec.destinations[2].name",
                        "spec.destinations[3].name",
                        "spec.retention.keepLast",
                        "spec.retention.daily",
                        "spec.retention.weekly",
                        "spec.retention.monthly",
                        "spec.retention.yearly",
                        "spec.verify.schedule",
                        "spec.verify.level",
                        "spec.verify.command",
                        "spec.verify.command",
                        "spec.verify.decryption.secretRef.name",
                        "spec.verify.decryption.secretRef.key",
                        "spec.timeout");
        assertThat(((PolicyResult.Invalid) result).problems())
                .extracting(Problem::message)
                .allSatisfy(message -> assertThat(message).doesNotContain("\n").containsAnyOf(";", "?", "write it"));
    }

    @Test
    void policyWithNeitherSourceNorTargetIsRefused() {
        draft.sources = List.of();
        assertThat(problems())
                .containsExactly(new Problem(
                        "spec.sources",
                        "names nothing to back up; add a volume or a directory, or a target to take all volumes of"));
    }

    @Test
    void policyWithATargetNeedsNoSource() {
        draft.sources = List.of();
        draft.target = Draft.container("shop");
        assertThat(valid().sources()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a b", ".hidden", "a\0", "\u00fc"})
    void sourceNameThatIsNoPathSegmentIsRefused(String name) {
        draft.sources = List.of(Draft.volume(name, "v"));
        assertThat(problems()).extracting(Problem::path).containsExactly("spec.sources[0].name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b", "a b", "a/b", "..", "\u00fc", "$(rm -rf /)"})
    void displayNameThatIsNoPathSegmentIsRefused(String name) {
        draft.displayName = name;
        assertThat(problems()).extracting(Problem::path).containsExactly("spec.displayName");
    }

    @Test
    void nameHasAtMostSixtyThreeCharacters() {
        draft.displayName = "x".repeat(63);
        assertThat(valid().name()).hasSize(63);
        draft.displayName = "x".repeat(64);
        assertThat(problems()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"90s, 90", "5m, 300", "12h, 43200", "1h30m, 5400", "1d, 86400", "366d, 31622400", "1m1s, 61"})
    void timeoutIsAnyLengthOfTime(String text, long seconds) {
        draft.timeout = text;
        assertThat(valid().timeout()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"90", "h", "-5m", "0s", "0h0m", "5 m", "30m1h", "1.5h", "367d", "9999999999s", "12H"})
    void timeoutThatIsNoLengthOfTimeIsRefused(String text) {
        draft.timeout = text;
        assertThat(problems()).extracting(Problem::path).containsExactly("spec.timeout");
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1, 1", "1000, 365, 104, 120, 100"})
    void retentionAtItsBoundsIsAccepted(int last, int daily, int weekly, int monthly, int yearly) {
        draft.retention = new RetentionSpec(last, daily, weekly, monthly, yearly);
        assertThat(valid().retention().keepLast()).hasValue(last);
        assertThat(valid().retention().yearly()).hasValue(yearly);
    }

    private void sayEverything() {
        draft.displayName = "Shop_1";
        draft.target = Draft.container("shop-web");
        draft.host = "server1";
        draft.sources = List.of(Draft.DATA, Draft.directory("conf", "/srv/shop", "*.log"));
        draft.schedule = new ScheduleSpec("0 2 * * *", "America/New_York", "10m", "None", "2h");
        draft.suspend = true;
        draft.quiesce = new QuiesceSpec("stop", "1m", "afterUpload", "15m", List.of("worker"));
        draft.retry = new RetrySpec(3, "30s");
        draft.compression = "gzip";
        draft.encryption =
                new EncryptionSpec(null, "aes256", List.of(), new ValueFrom(new SecretKeyRef("keys", "password")));
        draft.destinations = List.of(new DestinationRef("main"), new DestinationRef("offsite"));
        draft.retention = new RetentionSpec(1, 2, 3, 4, 0);
        draft.verify = new VerifySpec(
                "@weekly", "drill", List.of("true"), new ValueFrom(new SecretKeyRef("keys", "secret.asc")));
        draft.allowEmpty = true;
        draft.timeout = "1h30m";
    }

    private void sayEverythingWrong() {
        draft.displayName = "a/b";
        draft.host = "a b";
        draft.sources = List.of(
                new SourceSpec("..", null, null, null, List.of("", "/x", "{open", "ok")),
                new SourceSpec("data", "v", "/srv", null, List.of()),
                Draft.volume("data", "../v"),
                Draft.directory("conf", "/etc"));
        draft.schedule = new ScheduleSpec("nope", "Nowhere", "25h", "Twice", "soon");
        draft.quiesce = new QuiesceSpec("freeze", "1", "after", "0s", List.of("", "a", "a"));
        draft.hooks = new HooksSpec(List.of(new HookSpec(null, null, null, "x", "x")), List.of(), List.of());
        draft.retry = new RetrySpec(11, "-1s");
        draft.compression = "zst";
        draft.encryption = new EncryptionSpec(null, "rot13", List.of(), null);
        draft.destinations = List.of(
                new DestinationRef("a"), new DestinationRef("a"), new DestinationRef(" "), new DestinationRef("a/b"));
        draft.retention = new RetentionSpec(1001, 0, -1, 121, 101);
        draft.verify = new VerifySpec("never", "deep", List.of(" "), new ValueFrom(new SecretKeyRef("A", null)));
        draft.timeout = "5 minutes";
    }

    private Policy valid() {
        PolicyResult result = reader.read(new BackupPolicy(new ObjectMeta("shop", "default"), draft.spec()));
        assertThat(result).isInstanceOf(PolicyResult.Valid.class);
        return ((PolicyResult.Valid) result).policy();
    }

    private List<Problem> problems() {
        PolicyResult result = reader.read(new BackupPolicy(new ObjectMeta("shop", "default"), draft.spec()));
        assertThat(result).isInstanceOf(PolicyResult.Invalid.class);
        return ((PolicyResult.Invalid) result).problems();
    }
}
