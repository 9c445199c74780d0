package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.operator.Ownership.Whose;
import io.doksnap.operator.TaskFacts.Stage;
import io.doksnap.operator.TaskFacts.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TaskDecisionTest {
    private static final Instant NOW = Instant.parse("2026-11-22T02:00:30Z");
    private static final String UID = "6f7c";
    private static final String OURS = "host1/" + UID;

    private Instant created = NOW.minusSeconds(30);
    private Optional<Instant> dueAt = Optional.empty();
    private boolean deleted;
    private boolean undo;
    private Optional<String> claim = Optional.empty();
    private Optional<Reason> result = Optional.empty();
    private boolean started;
    private int attempts;
    private Optional<Instant> nextAttempt = Optional.empty();
    private boolean scheduled;
    private Work work = new Work.Ready(1);
    private Stage stage = Stage.NONE;

    @Test
    void oneThatAPersonCreatesRunsAtOnce() {
        assertThat(decide()).isEqualTo(new TaskDecision.Start(1, false, false));
    }

    @Test
    void oneThatTheOperatorCreatesRunsHoweverLateItIs() {
        scheduled = true;
        dueAt = Optional.of(created.minus(Duration.ofDays(9)));
        assertThat(decide()).isEqualTo(new TaskDecision.Start(1, false, false));
    }

    @Test
    void oneThatHasEndedIsNeverRunAgain() {
        claim = Optional.of(OURS);
        result = Optional.of(Reason.SUCCEEDED);
        assertThat(decide()).isEqualTo(new TaskDecision.Leave());
    }

    @Test
    void labelsThatMakeNoSenseForAMomentEndNoRunThatWaits() {
        work = new Work.Unsettled(Reason.LABEL_CONFLICT, "they disagree", NOW.minusSeconds(59));
        assertThat(decide()).isEqualTo(new TaskDecision.Refuse(Reason.LABEL_CONFLICT, "they disagree"));
        scheduled = true;
        assertThat(decide())
                .isEqualTo(new TaskDecision.Wait(
                        NOW.plusSeconds(2), Reason.QUEUED, "they disagree; given a minute to be put right"));
        work = new Work.Unsettled(Reason.LABEL_CONFLICT, "they disagree", NOW.minusSeconds(60));
        assertThat(decide()).isEqualTo(new TaskDecision.Refuse(Reason.LABEL_CONFLICT, "they disagree"));
        claim = Optional.of(OURS);
        started = true;
        attempts = 1;
        nextAttempt = Optional.of(NOW.plusSeconds(300));
        assertThat(decide()).isEqualTo(new TaskDecision.Wait(NOW.plusSeconds(300), Reason.RETRYING, ""));
    }

    @Test
    void copyOfOneThatRanIsKnownByItsClaim() {
        claim = Optional.of("host1/another-uid");
        assertThat(decide()).isInstanceOf(TaskDecision.Refuse.class);
        assertThat(((TaskDecision.Refuse) decide()).reason()).isEqualTo(Reason.IMPORTED);
    }

    @Test
    void copyOfAnotherHostsIsNotRunEither() {
        claim = Optional.of("host2/another-uid");
        assertThat(decide()).isInstanceOf(TaskDecision.Refuse.class);
    }

    @Test
    void claimThatNobodyCanReadIsSomebodys() {
        claim = Optional.of("yes");
        assertThat(decide()).isInstanceOf(TaskDecision.Refuse.class);
    }

    @Test
    void oneThatWasBegunWithoutAClaimCameFromElsewhere() {
        started = true;
        assertThat(decide()).isInstanceOf(TaskDecision.Refuse.class);
    }

    @Test
    void oneThatNamesATimeBeforeItWasMadeCameFromElsewhere() {
        dueAt = Optional.of(created.minus(Duration.ofDays(1)));
        assertThat(decide()).isInstanceOf(TaskDecision.Refuse.class);
        dueAt = Optional.of(created.minus(Duration.ofMinutes(5)));
        assertThat(decide()).isInstanceOf(TaskDecision.Start.class);
    }

    @Test
    void oneThatAnotherHostHasClaimedIsLeftAlone() {
        claim = Optional.of("host2/" + UID);
        assertThat(decide()).isEqualTo(new TaskDecision.Leave());
    }

    @Test
    void oneThatThisHostClaimedUnderAFormerNameGoesOn() {
        claim = Optional.of("host1-before/" + UID);
        attempts = 1;
        assertThat(decide()).isEqualTo(new TaskDecision.Start(2, true, true));
        deleted = true;
        undo = true;
        assertThat(decide()).isEqualTo(new TaskDecision.Release());
    }

    @Test
    void oneOfAHostThatIsGoneForGoodEndsAndLetsTheNextOneRun() {
        claim = Optional.of("gone/" + UID);
        assertThat(decide()).isInstanceOfSatisfying(TaskDecision.Refuse.class, refuse -> {
            assertThat(refuse.reason()).isEqualTo(Reason.INTERRUPTED);
            assertThat(refuse.message()).contains("the host gone, which is gone for good");
        });
        deleted = true;
        undo = true;
        assertThat(decide()).isEqualTo(new TaskDecision.Release());
    }

    @Test
    void oneThatWasBegunHereEndsWhereItsPolicyIsAnotherHostsNow() {
        work = new Work.Elsewhere();
        claim = Optional.of(OURS);
        assertThat(decide())
                .isInstanceOfSatisfying(
                        TaskDecision.Refuse.class,
                        refuse -> assertThat(refuse.reason()).isEqualTo(Reason.INTERRUPTED));
        stage = Stage.ACTIVE;
        assertThat(decide()).isEqualTo(new TaskDecision.Report());
    }

    @Test
    void oneOfAnotherHostsPolicyIsLeftAlone() {
        work = new Work.Elsewhere();
        assertThat(decide()).isEqualTo(new TaskDecision.Leave());
    }

    @Test
    void oneThatWasClaimedAndHasNoOutcomeWasInterruptedAndIsRetried() {
        claim = Optional.of(OURS);
        undo = true;
        started = true;
        attempts = 1;
        assertThat(decide()).isEqualTo(new TaskDecision.Start(2, true, true));
    }

    @Test
    void oneThatDiedBeforeItsFirstAttemptWasNotedCountsAsTriedOnce() {
        claim = Optional.of(OURS);
        undo = true;
        assertThat(decide()).isEqualTo(new TaskDecision.Start(2, true, true));
    }

    @Test
    void oneThatEndsTheProgramEachTimeIsGivenUp() {
        claim = Optional.of(OURS);
        started = true;
        attempts = TaskDecision.LIVES;
        assertThat(decide()).isInstanceOf(TaskDecision.Refuse.class);
        assertThat(((TaskDecision.Refuse) decide()).reason()).isEqualTo(Reason.INTERRUPTED);
        work = new Work.Ready(5);
        assertThat(decide()).isEqualTo(new TaskDecision.Start(3, true, true));
    }

    @Test
    void nextAttemptWaitsForItsTime() {
        claim = Optional.of(OURS);
        attempts = 1;
        started = true;
        nextAttempt = Optional.of(NOW.plusSeconds(60));
        assertThat(decide()).isEqualTo(new TaskDecision.Wait(NOW.plusSeconds(60), Reason.RETRYING, ""));
        nextAttempt = Optional.of(NOW);
        assertThat(decide()).isEqualTo(new TaskDecision.Start(2, true, false));
    }

    @Test
    void nextAttemptThatAClockHadNamedThatWasAheadIsMadeAtOnce() {
        Instant soon = NOW.plus(Duration.ofHours(23));
        assertThat(TaskFacts.believable(soon, Optional.empty(), NOW)).isEqualTo(soon);
        assertThat(TaskFacts.believable(NOW.plus(Duration.ofDays(400)), Optional.empty(), NOW))
                .isEqualTo(NOW);
    }

    @Test
    void deletionEndsWhatRuns() {
        stage = Stage.ACTIVE;
        claim = Optional.of(OURS);
        undo = true;
        assertThat(decide()).isEqualTo(new TaskDecision.Report());
        deleted = true;
        assertThat(decide()).isEqualTo(new TaskDecision.Cancel());
        stage = Stage.ENDED;
        assertThat(decide()).isEqualTo(new TaskDecision.Report());
        result = Optional.of(Reason.CANCELLED);
        assertThat(decide()).isEqualTo(new TaskDecision.Release());
    }

    @Test
    void oneThatIsDeletedAfterACrashIsLetGo() {
        claim = Optional.of(OURS);
        undo = true;
        deleted = true;
        assertThat(decide()).isEqualTo(new TaskDecision.Release());
    }

    @Test
    void finalizerOfAnotherHostIsLeftAlone() {
        claim = Optional.of("host2/" + UID);
        undo = true;
        deleted = true;
        assertThat(decide()).isEqualTo(new TaskDecision.Leave());
    }

    @Test
    void outcomeIsSaidBeforeTheObjectIsLetGo() {
        stage = Stage.ENDED;
        claim = Optional.of(OURS);
        undo = true;
        assertThat(decide()).isEqualTo(new TaskDecision.Report());
        result = Optional.of(Reason.SUCCEEDED);
        assertThat(decide()).isEqualTo(new TaskDecision.Release());
    }

    @Test
    void oneThatMakesNoSenseFailsVisibly() {
        work = new Work.Senseless(Reason.INVALID_SPEC, "there is no such policy");
        assertThat(decide()).isEqualTo(new TaskDecision.Refuse(Reason.INVALID_SPEC, "there is no such policy"));
    }

    private TaskDecision decide() {
        TaskFacts facts = new TaskFacts(
                UID,
                created,
                dueAt,
                deleted,
                undo,
                claim,
                result,
                started,
                attempts,
                nextAttempt,
                scheduled,
                work,
                stage);
        return TaskDecision.of(
                facts,
                claimant -> switch (claimant) {
                    case "host1", "host1-before" -> Whose.OURS;
                    case "gone" -> Whose.NOBODYS;
                    default -> Whose.ANOTHERS;
                },
                NOW);
    }
}
