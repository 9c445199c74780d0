package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Condition.Status;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import io.doksnap.operator.PolicyFacts.SnapshotsSeen;
import io.doksnap.operator.PolicyFacts.Verification;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a clock that was years ahead for a while has noted, once it is right again. */
class PolicyClockTest extends PolicyScene {
    @Test
    void clockThatHadBeenYearsAheadStopsNoScheduleAndHidesNoBackupThatIsMissing() {
        decide();
        passUntil("2026-11-22T02:05:00Z");
        scheduled("2026-11-22T02:00:00Z", Reason.SUCCEEDED);
        decide();
        passUntil("2028-03-01T02:00:00Z");
        assertThat(decide().create()).contains(clock.instant());
        scheduled("2028-03-01T02:00:00Z", Reason.SUCCEEDED);
        passUntil("2028-03-01T02:05:00Z");
        snapshots = Optional.of(new SnapshotsSeen(2, Optional.of(Instant.parse("2028-03-01T02:00:07Z"))));
        assertThat(decide().status().lastSuccessTime()).isEqualTo("2028-03-01T02:00:00Z");
        passUntil("2026-11-23T02:30:00Z");
        assertThat(decide().create()).contains(Instant.parse("2026-11-23T02:00:00Z"));
        assertThat(decide().create()).as("once").isEmpty();
        passUntil("2026-11-23T04:00:00Z");
        PolicyDecision late = decide();
        assertThat(condition(late, ConditionType.UP_TO_DATE).reason()).isEqualTo(Reason.OVERDUE);
        assertThat(late.status().lastSuccessTime()).isEqualTo("2026-11-22T02:00:00Z");
        passUntil("2026-11-24T02:00:00Z");
        assertThat(decide().create()).contains(clock.instant());
    }

    @Test
    void scheduleThatWasSetWhileTheClockWasAheadBeginsWhenItIsRight() {
        decide();
        passUntil("2028-03-01T12:00:00Z");
        schedule = "'cron': '0 11 * * *'";
        generation++;
        decide();
        passUntil("2026-11-22T12:00:00Z");
        assertThat(decide().create()).isEmpty();
        assertThat(decide().status().scheduledSince()).isEqualTo(clock.instant());
        passUntil("2026-11-23T11:00:00Z");
        assertThat(decide().create()).contains(clock.instant());
    }

    @Test
    void policyThatWasMadeWhileTheClockWasAheadIsBackedUpAndVerified() {
        more = ", 'verify': {'schedule': '0 1 * * *'}";
        passUntil("2025-01-01T00:00:00Z");
        decide();
        decide();
        passUntil("2025-01-01T02:05:00Z");
        assertThat(decide().create()).contains(Instant.parse("2025-01-01T02:00:00Z"));
        scheduled("2025-01-01T02:00:00Z", Reason.SUCCEEDED);
        assertThat(decide().verify()).isFalse();
        passUntil("2025-01-02T01:00:00Z");
        assertThat(decide().verify()).isTrue();
    }

    @Test
    void whatWasVerifiedWhileTheClockWasAheadIsVerifiedAgain() {
        more = ", 'verify': {'schedule': '0 1 * * *'}";
        decide();
        passUntil("2026-11-22T02:05:00Z");
        scheduled("2026-11-22T02:00:00Z", Reason.SUCCEEDED);
        passUntil("2028-03-01T01:00:00Z");
        verification = Optional.of(new Verification(clock.instant(), Status.TRUE, Reason.VERIFIED, "whole"));
        decide();
        passUntil("2026-11-23T01:00:00Z");
        assertThat(decide().verify()).isTrue();
        verification = Optional.of(new Verification(clock.instant(), Status.TRUE, Reason.VERIFIED, "whole"));
        assertThat(decide().verify()).isFalse();
        assertThat(decide().status().lastVerifyTime()).isEqualTo("2026-11-23T01:00:00Z");
    }

    @Test
    void historyTakesWhatAClockThatWasAheadHadDatedForTheOldest() {
        scheduled("2028-03-01T02:00:00Z", Reason.SUCCEEDED);
        scheduled("2028-03-02T02:00:00Z", Reason.SUCCEEDED);
        scheduled("2026-11-20T02:00:00Z", Reason.SUCCEEDED);
        scheduled("2026-11-21T02:00:00Z", Reason.SUCCEEDED);
        PolicyDecision decision = decide();
        assertThat(decision.outdated()).containsExactlyInAnyOrder("shop-202803010200", "shop-202803020200");
        assertThat(decision.status().lastBackup()).isEqualTo("shop-202611210200");
    }

    @Test
    void runThatFailedWhileTheClockWasAheadMakesNoLaterOneLate() {
        decide();
        scheduled("2026-11-21T02:00:00Z", Reason.SUCCEEDED);
        scheduled("2028-03-01T02:00:00Z", Reason.UPLOAD_FAILED);
        decide();
        passUntil("2026-11-22T02:01:00Z");
        assertThat(condition(decide(), ConditionType.UP_TO_DATE).reason()).isEqualTo(Reason.WITHIN_WINDOW);
    }
}
