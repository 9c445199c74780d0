package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Condition;
import io.doksnap.api.Condition.Status;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import io.doksnap.operator.PolicyFacts.SnapshotsSeen;
import io.doksnap.operator.PolicyFacts.Trouble;
import io.doksnap.operator.PolicyFacts.Verification;
import io.doksnap.run.WorkloadReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is decided of a policy, and when. */
class PolicyDecisionTest extends PolicyScene {
    @Test
    void nothingIsDueBeforeItsTime() {
        PolicyDecision decision = decide();
        assertThat(decision.create()).isEmpty();
        assertThat(decision.status().nextRunTime()).isEqualTo("2026-11-22T02:00:00Z");
        assertThat(decision.recheck()).isEqualTo(LONGEST);
        assertThat(condition(decision, ConditionType.READY).reason()).isEqualTo(Reason.SCHEDULED);
        assertThat(condition(decision, ConditionType.UP_TO_DATE).status()).isEqualTo(Status.UNKNOWN);
    }

    @Test
    void runIsDueOnceWhateverHappensBetweenCreatingAndRecordingIt() {
        decide();
        passUntil("2026-11-22T02:00:00Z");
        assertThat(decision().create()).contains(Instant.parse("2026-11-22T02:00:00Z"));
        // It was created, and the operator died before it could record that.
        scheduled("2026-11-22T02:00:00Z", null);
        assertThat(decision().create()).isEmpty();
        // It was recorded, and somebody deleted the Backup.
        assertThat(decide().create()).isEmpty();
        backups.clear();
        assertThat(decide().create()).isEmpty();
    }

    @Test
    void longSleepIsMadeUpForByOneRun() {
        decide();
        passUntil("2026-11-27T13:00:00Z");
        assertThat(decide().create()).contains(Instant.parse("2026-11-27T02:00:00Z"));
        assertThat(decide().create()).isEmpty();
    }

    @Test
    void newScheduleMakesNothingDueThatLiesBehind() {
        decide();
        passUntil("2026-11-22T12:00:00Z");
        scheduled("2026-11-22T02:00:00Z", Reason.SUCCEEDED);
        decide();
        schedule = "'cron': '0 11 * * *'";
        generation++;
        assertThat(decide().create()).isEmpty();
        assertThat(decide().status().nextRunTime()).isEqualTo("2026-11-23T11:00:00Z");
        passUntil("2026-11-23T11:00:00Z");
        assertThat(decide().create()).isPresent();
    }

    @Test
    void resumedPolicyRunsNothingOfTheTimeInWhichItWasSuspended() {
        decide();
        more = ", 'suspend': true";
        decide();
        passUntil("2026-11-25T12:00:00Z");
        PolicyDecision suspended = decide();
        assertThat(suspended.create()).isEmpty();
        assertThat(condition(suspended, ConditionType.READY).reason()).isEqualTo(Reason.SUSPENDED);
        assertThat(suspended.status().nextRunTime()).isNull();
        more = "";
        assertThat(decide().create()).isEmpty();
        passUntil("2026-11-26T02:00:00Z");
        assertThat(decide().create()).isPresent();
    }

    @Test
    void mistakeThatIsCorrectedLosesNoRun() {
        decide();
        more = ", 'retention': {'keepLast': -1}, 'compression': 'lzma'";
        generation++;
        passUntil("2026-11-22T02:00:00Z");
        PolicyDecision wrong = decide();
        assertThat(wrong.create()).isEmpty();
        assertThat(condition(wrong, ConditionType.READY).reason()).isEqualTo(Reason.INVALID_SPEC);
        assertThat(wrong.status().schedule()).as("a person knows it again").isEqualTo("0 2 * * *");
        assertThat(condition(wrong, ConditionType.STALLED).status()).isEqualTo(Status.TRUE);
        assertThat(condition(wrong, ConditionType.READY).message())
                .contains("spec.retention.keepLast")
                .contains("spec.compression");
        more = "";
        generation++;
        clock.advance(Duration.ofMinutes(20));
        assertThat(decide().create()).contains(Instant.parse("2026-11-22T02:00:00Z"));
    }

    @Test
    void troubleStopsNoRunThatIsDue() {
        troubles.add(new Trouble(Reason.KEY_MISSING, "there is no Secret keys"));
        passUntil("2026-11-22T02:00:00Z");
        PolicyDecision decision = decide();
        assertThat(decision.create()).isPresent();
        assertThat(condition(decision, ConditionType.READY).reason()).isEqualTo(Reason.KEY_MISSING);
        assertThat(condition(decision, ConditionType.STALLED).status()).isEqualTo(Status.TRUE);
    }

    @Test
    void oneRunThatWaitsMakesUpForAllThatBecomeDueMeanwhile() {
        schedule = "'cron': '* * * * *'";
        decide();
        clock.advance(Duration.ofMinutes(1));
        assertThat(decide().create()).isPresent();
        scheduled("2026-11-22T00:01:00Z", null);
        clock.advance(Duration.ofMinutes(5));
        assertThat(decide().create()).isEmpty();
        backups.clear();
        scheduled("2026-11-22T00:01:00Z", Reason.SUCCEEDED);
        assertThat(decide().create()).contains(Instant.parse("2026-11-22T00:06:00Z"));
    }

    @Test
    void successIsRememberedWhenItsBackupIsGone() {
        decide();
        passUntil("2026-11-22T02:05:00Z");
        scheduled("2026-11-22T02:00:00Z", Reason.SUCCEEDED);
        PolicyDecision decision = decide();
        assertThat(condition(decision, ConditionType.LAST_BACKUP_SUCCEEDED).status())
                .isEqualTo(Status.TRUE);
        assertThat(condition(decision, ConditionType.UP_TO_DATE).reason()).isEqualTo(Reason.WITHIN_WINDOW);
        backups.clear();
        passUntil("2026-11-22T12:00:00Z");
        decision = decide();
        assertThat(condition(decision, ConditionType.LAST_BACKUP_SUCCEEDED).status())
                .isEqualTo(Status.TRUE);
        assertThat(condition(decision, ConditionType.UP_TO_DATE).reason()).isEqualTo(Reason.WITHIN_WINDOW);
        assertThat(decision.status().lastSuccessTime()).isEqualTo("2026-11-22T02:00:00Z");
        assertThat(decision.status().lastSize()).isEqualTo("1.2 kB");
    }

    @Test
    void failedRunMakesItOverdueAtOnceAndARunOnItsWayDoesNot() {
        decide();
        passUntil("2026-11-22T02:05:00Z");
        scheduled("2026-11-22T02:00:00Z", Reason.SUCCEEDED);
        decide();
        passUntil("2026-11-23T02:30:00Z");
        scheduled("2026-11-23T02:00:00Z", null);
        assertThat(condition(decide(), ConditionType.UP_TO_DATE).reason()).isEqualTo(Reason.WITHIN_WINDOW);
        backups.remove(1);
        scheduled("2026-11-23T02:00:00Z", Reason.UPLOAD_FAILED);
        PolicyDecision failed = decide();
        assertThat(condition(failed, ConditionType.UP_TO_DATE).reason()).isEqualTo(Reason.OVERDUE);
        assertThat(condition(failed, ConditionType.LAST_BACKUP_SUCCEEDED).reason())
                .isEqualTo(Reason.UPLOAD_FAILED);
        assertThat(condition(failed, ConditionType.READY).status()).isEqualTo(Status.TRUE);
    }

    @Test
    void runThatNeverEndsMakesItOverdueAfterAnHour() {
        decide();
        passUntil("2026-11-22T02:30:00Z");
        scheduled("2026-11-22T02:00:00Z", null);
        assertThat(condition(decide(), ConditionType.UP_TO_DATE).status()).isEqualTo(Status.UNKNOWN);
        passUntil("2026-11-22T03:30:00Z");
        assertThat(condition(decide(), ConditionType.UP_TO_DATE).reason()).isEqualTo(Reason.OVERDUE);
    }

    @Test
    void sourceThatIsMissingStallsUntilTheSpecIsChanged() {
        decide();
        passUntil("2026-11-22T02:05:00Z");
        scheduled("2026-11-22T02:00:00Z", Reason.SOURCE_NOT_FOUND);
        assertThat(condition(decide(), ConditionType.READY).reason()).isEqualTo(Reason.SOURCE_NOT_FOUND);
        assertThat(condition(decide(), ConditionType.READY).reason()).isEqualTo(Reason.SOURCE_NOT_FOUND);
        generation++;
        assertThat(condition(decide(), ConditionType.READY).reason()).isEqualTo(Reason.SCHEDULED);
    }

    @Test
    void lostStateIsRebuiltFromWhatIsStored() {
        snapshots = Optional.of(new SnapshotsSeen(3, Optional.of(Instant.parse("2026-11-21T02:00:07Z"))));
        PolicyDecision decision = decide();
        assertThat(decision.status().lastSuccessTime()).isEqualTo("2026-11-21T02:00:07Z");
        assertThat(decision.status().snapshots()).isEqualTo(3);
        assertThat(condition(decision, ConditionType.UP_TO_DATE).status()).isEqualTo(Status.TRUE);
    }

    @Test
    void workloadThatIsDownIsSaidUntilItRunsAgain() {
        workload = Optional.of(new WorkloadReport.Trouble(Reason.START_FAILED, "shop-web does not start"));
        assertThat(condition(decide(), ConditionType.WORKLOAD_RESTORED).status())
                .isEqualTo(Status.FALSE);
        workload = Optional.empty();
        revived = true;
        assertThat(condition(decide(), ConditionType.WORKLOAD_RESTORED).reason())
                .isEqualTo(Reason.RESTORED);
    }

    @Test
    void timeOfATransitionIsKeptUntilTheStatusFlips() {
        Instant first = condition(decide(), ConditionType.READY).lastTransitionTime();
        clock.advance(Duration.ofMinutes(30));
        more = ", 'suspend': true";
        assertThat(condition(decide(), ConditionType.READY).lastTransitionTime())
                .isEqualTo(first);
        troubles.add(new Trouble(Reason.ACCESS_DENIED, "no"));
        assertThat(condition(decide(), ConditionType.READY).lastTransitionTime())
                .isEqualTo(clock.instant());
    }

    @Test
    void nothingIsSaidAnewWhenNothingHasChanged() {
        PolicyDecision first = decide();
        clock.advance(Duration.ofMinutes(5));
        assertThat(decide().status()).isEqualTo(first.status());
    }

    @Test
    void verificationIsDueOnceThereIsSomethingToVerify() {
        more = ", 'verify': {'schedule': '0 1 * * *'}";
        decide();
        passUntil("2026-11-22T01:00:00Z");
        PolicyDecision early = decide();
        assertThat(early.verify()).isFalse();
        assertThat(condition(early, ConditionType.VERIFIED).reason()).isEqualTo(Reason.NOT_YET);
        passUntil("2026-11-22T02:05:00Z");
        scheduled("2026-11-22T02:00:00Z", Reason.SUCCEEDED);
        assertThat(decide().verify()).isTrue();
        verification = Optional.of(new Verification(clock.instant(), Status.FALSE, Reason.MISMATCH, "a flipped byte"));
        PolicyDecision verified = decide();
        assertThat(verified.verify()).isFalse();
        assertThat(condition(verified, ConditionType.VERIFIED).reason()).isEqualTo(Reason.MISMATCH);
        assertThat(verified.status().nextVerifyTime()).isEqualTo("2026-11-23T01:00:00Z");
    }

    @Test
    void historyKeepsTheNewestOfEachAndWhatSomebodyDeclared() {
        for (int day = 1; day <= 9; day++) {
            scheduled("2026-11-0" + day + "T02:00:00Z", day % 2 == 0 ? Reason.SUCCEEDED : Reason.READ_FAILED);
        }
        BackupSeen declared = backups.get(1);
        backups.set(1, new BackupSeen(declared.backup(), declared.created(), false, false, true));
        PolicyDecision decision = decide();
        assertThat(decision.outdated())
                .containsExactlyInAnyOrder(
                        "shop-202611040200", "shop-202611010200", "shop-202611030200", "shop-202611050200");
    }

    @Test
    void whatAnotherHostHasTakenUpAndNotBegunKeepsNothingFromBeingDue() {
        scheduled("2026-11-22T02:00:00Z", null);
        passUntil("2026-11-23T02:05:00Z");
        assertThat(decide().create()).isEmpty();
        backups.clear();
        elsewhere = true;
        scheduled("2026-11-22T02:00:00Z", null);
        assertThat(decide().create()).isPresent();
    }

    @Test
    void whatNoSourceBacksUpStandsBesideThatItIsReady() {
        uncovered = Optional.of("no source backs up /uploads of shop-web");
        Condition ready = Conditions.find(decide().status().conditions(), ConditionType.READY)
                .orElseThrow();
        assertThat(ready.status()).isEqualTo(Condition.Status.TRUE);
        assertThat(ready.message()).startsWith("runs at ").endsWith("; but no source backs up /uploads of shop-web");
    }

    @Test
    void drillThatNobodyCarriesOutYetStandsBesideThatItIsReady() {
        more = ", 'verify': {'schedule': '@weekly', 'level': 'drill', 'command': ['true']}";
        assertThat(condition(decide(), ConditionType.READY).message())
                .startsWith("runs at ")
                .endsWith("; but there is no verify.level drill yet: until there is, full is what is done, and"
                        + " verify.command does not run");
        more = ", 'verify': {'schedule': '@weekly', 'level': 'full'}";
        assertThat(condition(decide(), ConditionType.READY).message()).doesNotContain("but");
    }
}
