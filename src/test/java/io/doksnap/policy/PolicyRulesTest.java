package io.doksnap.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.BackupPolicy;
import io.doksnap.api.BackupPolicySpec.ComposeSpec;
import io.doksnap.api.BackupPolicySpec.DumpSpec;
import io.doksnap.api.BackupPolicySpec.EncryptionSpec;
import io.doksnap.api.BackupPolicySpec.QuiesceSpec;
import io.doksnap.api.BackupPolicySpec.RetrySpec;
import io.doksnap.api.BackupPolicySpec.ScheduleSpec;
import io.doksnap.api.BackupPolicySpec.SourceSpec;
import io.doksnap.api.BackupPolicySpec.TargetSpec;
import io.doksnap.api.BackupPolicySpec.VerifySpec;
import io.doksnap.api.ObjectMeta;
import io.doksnap.api.SecretKeyRef;
import io.doksnap.api.SecretKeyRef.ValueFrom;
import io.doksnap.policy.Source.DumpKind;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a policy may say about its target, its sources, how it is kept still, encrypted and verified. */
class PolicyRulesTest {
    private static final ValueFrom KEY = new ValueFrom(new SecretKeyRef("keys", "public.asc"));

    private final PolicyReader reader = new PolicyReader(ZoneOffset.UTC, AllowedPaths.usual(), LocalHooks.REFUSED);
    private final Draft draft = new Draft();

    @Test
    void targetIsOfOneKind() {
        draft.target = new TargetSpec(null, "shop-db-x1y2", null, Map.of());
        assertThat(valid().target()).contains(new Target.Service("shop-db-x1y2"));
        draft.target = new TargetSpec("", null, new ComposeSpec("shop", "db"), Map.of());
        assertThat(valid().target()).contains(new Target.Compose("shop", "db"));
        draft.target = new TargetSpec(null, null, null, Map.of("tier", "data"));
        assertThat(valid().target()).contains(new Target.MatchLabels(Map.of("tier", "data")));
    }

    @Test
    void targetOfSeveralKindsOrOfNoneIsRefused() {
        draft.target = new TargetSpec("shop", null, new ComposeSpec("shop", "db"), Map.of());
        assertThat(problem()).isEqualTo(new Problem("spec.target", "names container and compose; keep one of them"));
        draft.target = new TargetSpec(null, " ", null, Map.of());
        assertThat(problem())
                .isEqualTo(new Problem(
                        "spec.target",
                        "names no workload; name a container, a service, compose or matchLabels, or leave it out"));
        draft.target = new TargetSpec(null, null, new ComposeSpec("shop", null), Map.of());
        assertThat(problem())
                .isEqualTo(new Problem(
                        "spec.target.compose.service",
                        "is missing; a Compose service is named by its project and its service"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a b", "-rm", "$(id)", "a/b", "\u00fc"})
    void targetThatDockerCouldNotHaveNamedIsRefused(String name) {
        draft.target = Draft.container(name);
        assertThat(problem().path()).isEqualTo("spec.target.container");
    }

    @Test
    void everyOtherVolumeNeedsATargetAndStandsOnce() {
        draft.sources = List.of(Draft.volume("rest", "*"));
        assertThat(problem().message())
                .isEqualTo(
                        "'*' is every volume of the target, and the policy has none; name the volume, or the target");
        draft.target = Draft.container("shop");
        assertThat(valid().sources()).containsExactly(new Source.OtherVolumes("rest", List.of()));
        draft.sources = List.of(Draft.volume("rest", "*"), Draft.volume("more", "*"));
        assertThat(problem().message())
                .isEqualTo("'*' is every volume that is not named, and stands here twice; remove one of them");
    }

    @Test
    void dumpNeedsATargetAndAKnownKind() {
        draft.sources = List.of(dump("postgres"));
        assertThat(problem())
                .isEqualTo(new Problem("spec.sources[0].dump", "has no container to run in; name the policy's target"));
        draft.target = Draft.container("db");
        assertThat(valid().sources())
                .containsExactly(new Source.Dump("db", DumpKind.POSTGRES, List.of(), Optional.empty()));
        draft.sources = List.of(dump("postgresql"));
        assertThat(problem())
                .isEqualTo(
                        new Problem("spec.sources[0].dump.kind", "'postgresql' is unknown; did you mean 'postgres'?"));
        draft.sources = List.of(dump(""));
        assertThat(problem().path()).isEqualTo("spec.sources[0].dump.kind");
    }

    @Test
    void dumpByCommandNeedsOneAndOthersTakeNone() {
        draft.target = Draft.container("db");
        draft.sources = List.of(dump("command"));
        assertThat(problem().path()).isEqualTo("spec.sources[0].dump.command");
        draft.sources = List.of(dump("mysql", "mysqldump", "shop"));
        assertThat(problem())
                .isEqualTo(new Problem(
                        "spec.sources[0].dump.command", "is for kind command alone; set kind: command, or remove it"));
        draft.sources = List.of(dump("command", "sqlite3", "/data/shop.db", ".dump"));
        assertThat(valid().sources().get(0)).isInstanceOf(Source.Dump.class);
        assertThat(valid().toString()).doesNotContain("sqlite3");
    }

    @Test
    void dumpHasNothingToExclude() {
        draft.target = Draft.container("db");
        draft.sources =
                List.of(new SourceSpec("db", null, null, new DumpSpec("redis", List.of(), null), List.of("*.log")));
        assertThat(problem().path()).isEqualTo("spec.sources[0].exclude");
    }

    @Test
    void volumeByItsMountPathNeedsATarget() {
        draft.sources = List.of(Draft.volume("uploads", "/app/uploads/"));
        assertThat(problem())
                .isEqualTo(new Problem(
                        "spec.sources[0].volume",
                        "'/app/uploads/' is a path in a container, and the policy has no target; name the volume, or the"
                                + " target that mounts it"));
        draft.target = Draft.container("shop");
        assertThat(valid().sources()).containsExactly(new Source.Mount("uploads", "/app/uploads", List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a/../b", "/./a", "/a//b", "/a\nb"})
    void mountPathThatNoContainerHasIsRefused(String path) {
        draft.target = Draft.container("shop");
        draft.sources = List.of(Draft.volume("data", path));
        assertThat(problem().path()).isEqualTo("spec.sources[0].volume");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "pause"})
    void quiescingNeedsSomethingToKeepStill(String mode) {
        draft.quiesce = quiesce(mode);
        assertThat(problem())
                .isEqualTo(new Problem(
                        "spec.quiesce.mode",
                        "is " + mode + ", and there is nothing to " + mode
                                + "; name a target, or the containers under 'with'"));
        draft.target = Draft.container("shop");
        assertThat(valid().quiesce().mode()).isEqualTo(mode.equals("stop") ? Quiesce.Mode.STOP : Quiesce.Mode.PAUSE);
        draft.target = null;
        draft.quiesce = quiesce(mode, "worker");
        assertThat(valid().quiesce().with()).containsExactly("worker");
    }

    @Test
    void namesToKeepStillWithoutAModeAreRefused() {
        draft.quiesce = quiesce(null, "worker");
        assertThat(problem())
                .isEqualTo(new Problem(
                        "spec.quiesce.mode",
                        "is missing, so nothing would be done to worker; write mode: stop or mode: pause"));
    }

    @Test
    void scheduleThatOnlySaysHowIsRefused() {
        draft.schedule = new ScheduleSpec(null, null, "10m", null, null);
        assertThat(problem().path()).isEqualTo("spec.schedule.cron");
    }

    @Test
    void jitterOfNoneIsNone() {
        draft.schedule = new ScheduleSpec("@daily", null, "0s", "", "");
        assertThat(valid().schedule().orElseThrow().delay()).isZero();
    }

    @Test
    void retryThatSaysLittleMeansTwoAttemptsTenMinutesApart() {
        draft.retry = new RetrySpec(null, null);
        assertThat(valid().retry()).isEqualTo(new Retry(2, Duration.ofMinutes(10)));
        draft.retry = new RetrySpec(0, null);
        assertThat(problem())
                .isEqualTo(new Problem("spec.retry.attempts", "must be 1 to 10, and is 0; 1 never tries again"));
    }

    @Test
    void encryptionIsByNameOrByMethod() {
        draft.encryption = new EncryptionSpec("team-key", null, List.of(), null);
        assertThat(valid().encryption()).isEqualTo(new EncryptionChoice.Named("team-key"));
        draft.encryption = new EncryptionSpec(null, "gpg", List.of(KEY), null);
        assertThat(valid().encryption())
                .isEqualTo(
                        new EncryptionChoice.Own(EncryptionMethod.GPG, List.of(new SecretKey("keys", "public.asc"))));
        draft.encryption = new EncryptionSpec(null, "none", List.of(), null);
        assertThat(valid().encryption()).isEqualTo(new EncryptionChoice.Own(EncryptionMethod.NONE, List.of()));
        draft.encryption = new EncryptionSpec("", "", List.of(), null);
        assertThat(valid().encryption()).isEqualTo(new EncryptionChoice.OperatorDefault());
    }

    @ParameterizedTest
    @CsvSource({
        "gpg, false, false, spec.encryption.recipientsFrom",
        "age, false, true, spec.encryption.recipientsFrom",
        "aes256, false, false, spec.encryption.passwordFrom",
        "none, true, false, spec.encryption.recipientsFrom",
        "none, false, true, spec.encryption.passwordFrom",
        "gpg, true, true, spec.encryption.passwordFrom",
        ", true, false, spec.encryption.method"
    })
    void methodAndKeysMustFit(@Nullable String method, boolean recipients, boolean password, String path) {
        draft.encryption =
                new EncryptionSpec(null, method, recipients ? List.of(KEY) : List.of(), password ? KEY : null);
        assertThat(problems()).extracting(Problem::path).contains(path);
    }

    @Test
    void encryptionByNameAndMethodIsRefused() {
        draft.encryption = new EncryptionSpec("team-key", "gpg", List.of(KEY), null);
        assertThat(problem())
                .isEqualTo(new Problem(
                        "spec.encryption", "is given by name and by method; keep the name alone, or remove it"));
    }

    @Test
    void referenceNamesASecretAndAKeyInIt() {
        draft.encryption = new EncryptionSpec(
                null, "gpg", List.of(new ValueFrom(null), new ValueFrom(new SecretKeyRef("K", "a/b"))), null);
        assertThat(problems())
                .extracting(Problem::path)
                .containsExactly(
                        "spec.encryption.recipientsFrom[0].secretRef",
                        "spec.encryption.recipientsFrom[1].secretRef.name",
                        "spec.encryption.recipientsFrom[1].secretRef.key");
    }

    @Test
    void verificationDefaultsToChecksumsByHand() {
        draft.verify = new VerifySpec("", null, List.of(), new ValueFrom(new SecretKeyRef(null, null)));
        assertThat(valid().verify())
                .contains(new VerifyPlan(Optional.empty(), VerifyLevel.CHECKSUM, List.of(), Optional.empty()));
    }

    @Test
    void commandIsForADrillAlone() {
        draft.verify = new VerifySpec("@weekly", "full", List.of("true"), null);
        assertThat(problem())
                .isEqualTo(
                        new Problem("spec.verify.command", "is for level drill alone; set level: drill, or remove it"));
    }

    private static SourceSpec dump(String kind, String... command) {
        return new SourceSpec("db", null, null, new DumpSpec(kind, List.of(command), null), List.of());
    }

    private static QuiesceSpec quiesce(@Nullable String mode, String... with) {
        return new QuiesceSpec(mode, null, null, null, List.of(with));
    }

    private Policy valid() {
        PolicyResult result = reader.read(new BackupPolicy(new ObjectMeta("shop", "default"), draft.spec()));
        assertThat(result).isInstanceOf(PolicyResult.Valid.class);
        return ((PolicyResult.Valid) result).policy();
    }

    private Problem problem() {
        assertThat(problems()).hasSize(1);
        return problems().get(0);
    }

    private List<Problem> problems() {
        PolicyResult result = reader.read(new BackupPolicy(new ObjectMeta("shop", "default"), draft.spec()));
        assertThat(result).isInstanceOf(PolicyResult.Invalid.class);
        return ((PolicyResult.Invalid) result).problems();
    }
}
