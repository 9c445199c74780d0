package io.doksnap.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.BackupPolicy;
import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.BackupPolicySpec.DestinationRef;
import io.doksnap.api.BackupPolicySpec.EncryptionSpec;
import io.doksnap.api.BackupPolicySpec.HooksSpec;
import io.doksnap.api.BackupPolicySpec.RetentionSpec;
import io.doksnap.api.BackupPolicySpec.ScheduleSpec;
import io.doksnap.api.BackupPolicySpec.SourceSpec;
import io.doksnap.api.ObjectMeta;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyReaderTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final SourceSpec DATA = new SourceSpec("data", "shop_data", null, List.of());

    private final PolicyReader reader = new PolicyReader(BERLIN, AllowedPaths.usual());

    @Test
    void absentFieldsMeanTheDefaults() {
        Policy policy = valid(spec(null, List.of(DATA), null, null, null, null));

        assertThat(policy.namespace()).isEqualTo("default");
        assertThat(policy.name()).isEqualTo("shop");
        assertThat(policy.sources()).containsExactly(new Source.Volume("data", "shop_data", List.of()));
        assertThat(policy.schedule()).isEmpty();
        assertThat(policy.hooks().isEmpty()).isTrue();
        assertThat(policy.compression()).isEqualTo(Compression.ZSTD);
        assertThat(policy.encryption()).isEmpty();
        assertThat(policy.destinations()).containsExactly("default");
        assertThat(policy.retention().keepLast()).isEmpty();
        assertThat(policy.timeout()).isEqualTo(Duration.ofHours(12));
    }

    @Test
    void everythingThatIsSaidCounts() {
        Policy policy = valid(new BackupPolicySpec(
                "Shop_1",
                List.of(DATA, new SourceSpec("conf", null, "/srv/shop", List.of("*.log"))),
                new ScheduleSpec("0 2 * * *", "America/New_York"),
                new HooksSpec(List.of(" a "), List.of("b", "c")),
                "none",
                new EncryptionSpec("aes256"),
                List.of(new DestinationRef("main"), new DestinationRef("offsite")),
                new RetentionSpec(1, 2, 3, 4, 0),
                true,
                "1h30m"));

        assertThat(policy.name()).isEqualTo("Shop_1");
        assertThat(policy.sources().get(1))
                .isEqualTo(new Source.Directory("conf", Path.of("/srv/shop"), List.of("*.log")));
        assertThat(policy.schedule().orElseThrow().zone()).isEqualTo(ZoneId.of("America/New_York"));
        assertThat(policy.hooks()).isEqualTo(new Policy.Hooks(List.of("a"), List.of("b", "c")));
        assertThat(policy.compression()).isEqualTo(Compression.NONE);
        assertThat(policy.encryption()).contains(EncryptionMethod.AES256);
        assertThat(policy.destinations()).containsExactly("main", "offsite");
        assertThat(policy.retention())
                .isEqualTo(new Retention(
                        OptionalInt.of(1),
                        OptionalInt.of(2),
                        OptionalInt.of(3),
                        OptionalInt.of(4),
                        OptionalInt.empty()));
        assertThat(policy.allowEmpty()).isTrue();
        assertThat(policy.timeout()).isEqualTo(Duration.ofMinutes(90));
    }

    @Test
    void scheduleWithoutAZoneIsReadInTheDefaultZone() {
        Policy policy = valid(spec(null, List.of(DATA), new ScheduleSpec("daily", null), null, null, null));
        assertThat(policy.schedule().orElseThrow().zone()).isEqualTo(BERLIN);
    }

    @Test
    void everyProblemIsFoundAtOnceInTheOrderOfTheFields() {
        PolicyResult result = reader.read(new BackupPolicy(
                new ObjectMeta("Shop", "a.b"),
                new BackupPolicySpec(
                        "a/b",
                        List.of(
                                new SourceSpec("..", null, null, List.of("", "/x", "{open", "ok")),
                                new SourceSpec("data", "v", "/srv", List.of()),
                                new SourceSpec("data", "../v", null, List.of()),
                                new SourceSpec("conf", null, "/etc", List.of())),
                        new ScheduleSpec("nope", "Nowhere"),
                        new HooksSpec(List.of(""), List.of("a\nb")),
                        "zst",
                        new EncryptionSpec("rot13"),
                        List.of(new DestinationRef("a"), new DestinationRef("a"), new DestinationRef(" ")),
                        new RetentionSpec(1001, 0, -1, 121, 101),
                        false,
                        "5 minutes")));

        assertThat(result).isInstanceOf(PolicyResult.Invalid.class);
        assertThat(((PolicyResult.Invalid) result).problems())
                .extracting(Problem::path)
                .containsExactly(
                        "metadata.name",
                        "metadata.namespace",
                        "spec.displayName",
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
                        "spec.hooks.pre[0]",
                        "spec.hooks.post[0]",
                        "spec.compression",
                        "spec.encryption.method",
                        "spec.destinations[1].name",
                        "spec.destinations[2].name",
                        "spec.retention.keepLast",
                        "spec.retention.daily",
                        "spec.retention.weekly",
                        "spec.retention.monthly",
                        "spec.retention.yearly",
                        "spec.timeout");
        assertThat(((PolicyResult.Invalid) result).problems())
                .extracting(Problem::message)
                .allSatisfy(message -> assertThat(message).doesNotContain("\n").containsAnyOf(";", "?", "write it"));
    }

    @Test
    void policyWithoutASourceIsRefused() {
        assertThat(problems(spec(null, List.of(), null, null, null, null)))
                .containsExactly(new Problem("spec.sources", "names nothing to back up; add a volume or a directory"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a b", ".hidden", "a\0", "\u00fc"})
    void sourceNameThatIsNoPathSegmentIsRefused(String name) {
        SourceSpec source = new SourceSpec(name, "v", null, List.of());
        assertThat(problems(spec(null, List.of(source), null, null, null, null)))
                .extracting(Problem::path)
                .containsExactly("spec.sources[0].name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b", "a b", "a/b", "..", "\u00fc", "$(rm -rf /)"})
    void displayNameThatIsNoPathSegmentIsRefused(String name) {
        assertThat(problems(spec(name, List.of(DATA), null, null, null, null)))
                .extracting(Problem::path)
                .containsExactly("spec.displayName");
    }

    @Test
    void nameHasAtMostSixtyThreeCharacters() {
        assertThat(valid(spec("x".repeat(63), List.of(DATA), null, null, null, null))
                        .name())
                .hasSize(63);
        assertThat(problems(spec("x".repeat(64), List.of(DATA), null, null, null, null)))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"90s, 90", "5m, 300", "12h, 43200", "1h30m, 5400", "1d, 86400", "366d, 31622400", "1m1s, 61"})
    void timeoutIsAnyLengthOfTime(String text, long seconds) {
        assertThat(valid(spec(null, List.of(DATA), null, null, null, text)).timeout())
                .isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "90", "h", "-5m", "0s", "0h0m", "5 m", "30m1h", "1.5h", "367d", "9999999999s", "12H"})
    void timeoutThatIsNoLengthOfTimeIsRefused(String text) {
        assertThat(problems(spec(null, List.of(DATA), null, null, null, text)))
                .extracting(Problem::path)
                .containsExactly("spec.timeout");
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1, 1", "1000, 365, 104, 120, 100"})
    void retentionAtItsBoundsIsAccepted(int last, int daily, int weekly, int monthly, int yearly) {
        RetentionSpec retention = new RetentionSpec(last, daily, weekly, monthly, yearly);
        Policy policy = valid(spec(null, List.of(DATA), null, null, retention, null));
        assertThat(policy.retention().keepLast()).hasValue(last);
        assertThat(policy.retention().yearly()).hasValue(yearly);
    }

    private Policy valid(BackupPolicySpec spec) {
        PolicyResult result = reader.read(new BackupPolicy(new ObjectMeta("shop", "default"), spec));
        assertThat(result).isInstanceOf(PolicyResult.Valid.class);
        return ((PolicyResult.Valid) result).policy();
    }

    private List<Problem> problems(BackupPolicySpec spec) {
        PolicyResult result = reader.read(new BackupPolicy(new ObjectMeta("shop", "default"), spec));
        assertThat(result).isInstanceOf(PolicyResult.Invalid.class);
        return ((PolicyResult.Invalid) result).problems();
    }

    private static BackupPolicySpec spec(
            @Nullable String displayName,
            List<SourceSpec> sources,
            @Nullable ScheduleSpec schedule,
            @Nullable HooksSpec hooks,
            @Nullable RetentionSpec retention,
            @Nullable String timeout) {
        return new BackupPolicySpec(
                displayName, sources, schedule, hooks, null, null, List.of(), retention, false, timeout);
    }
}
