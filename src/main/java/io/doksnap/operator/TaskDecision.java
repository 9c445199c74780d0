package io.doksnap.operator;

import io.doksnap.api.Reason;
import io.doksnap.operator.Ownership.Whose;
import io.doksnap.operator.TaskFacts.Stage;
import io.doksnap.operator.TaskFacts.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** What is to be done about an object that is carried out once. Pure. */
sealed interface TaskDecision {
    /** A time in the past that nobody but a schedule names: what carries it was made before, and came from elsewhere. */
    Duration OLD = Duration.ofHours(1);

    /** How long what may pass by itself is waited for. */
    Duration SETTLED = Duration.ofMinutes(1);

    /** How often a run is begun again after the program ended in the middle of it, whatever its policy says of retries. */
    int LIVES = 2;

    /** Nothing. */
    record Leave() implements TaskDecision {}

    /**
     * Carry it out.
     *
     * @param attempt which one it is, counted from 1
     * @param recover whether there was an attempt before this one, of which it is not sure that it committed nothing
     * @param interrupted whether the program ended in the middle of that
     */
    record Start(int attempt, boolean recover, boolean interrupted) implements TaskDecision {}

    /** Wait until then, and say why. */
    record Wait(Instant until, Reason reason, String message) implements TaskDecision {}

    /** Say how far it is, or how it ended. */
    record Report() implements TaskDecision {}

    /** End it, since the object is to go. */
    record Cancel() implements TaskDecision {}

    /** Say that it ends like this, without being carried out. */
    record Refuse(Reason reason, String message) implements TaskDecision {}

    /** Let the object go: there is nothing left to undo. */
    record Release() implements TaskDecision {}

    /**
     * Decides.
     *
     * @param claimants whose it is to end what the host of a claim has begun
     */
    static TaskDecision of(TaskFacts facts, Function<String, Whose> claimants, Instant now) {
        if (facts.stage() == Stage.ACTIVE) {
            return facts.deleted() ? new Cancel() : new Report();
        }
        if (facts.stage() == Stage.ENDED && facts.result().isEmpty()) {
            return new Report();
        }
        Optional<Claim> claim = facts.claim().flatMap(Claim::read);
        Optional<Whose> claimant =
                claim.filter(of -> of.uid().equals(facts.uid())).map(of -> claimants.apply(of.host()));
        boolean ours = claimant.filter(Whose.OURS::equals).isPresent();
        boolean forsaken = claimant.filter(Whose.NOBODYS::equals).isPresent();
        if (facts.result().isPresent() || facts.deleted()) {
            boolean keptByUs =
                    facts.undo() && (ours || forsaken || facts.claim().isEmpty());
            return keptByUs ? new Release() : new Leave();
        }
        if (facts.work() instanceof Work.Elsewhere) {
            return ours
                    ? new Refuse(
                            Reason.INTERRUPTED,
                            "begun here, and its policy is not this host's any more; it is not carried out again")
                    : new Leave();
        }
        if (isImported(facts, claim)) {
            return new Refuse(
                    Reason.IMPORTED,
                    "made elsewhere or before, and not carried out again; create one without status and annotations to"
                            + " run it");
        }
        if (forsaken) {
            return new Refuse(
                    Reason.INTERRUPTED,
                    "begun by the host " + claim.get().host() + ", which is gone for good; it is not carried out again,"
                            + " the next one that is due is");
        }
        if (claim.isPresent() && !ours) {
            return new Leave();
        }
        if (facts.work() instanceof Work.Senseless senseless) {
            return new Refuse(senseless.reason(), senseless.message());
        }
        if (facts.work() instanceof Work.Unsettled unsettled) {
            return settle(facts, unsettled, ours, now);
        }
        if (facts.work() instanceof Work.NotThereYet missing) {
            return new Wait(now.plusSeconds(2), Reason.QUEUED, missing.message());
        }
        return start(facts, ours, now);
    }

    /** What is not to be tried now anyway does not end for what is wrong meanwhile; a person who asks is told at once. */
    private static TaskDecision settle(TaskFacts facts, Work.Unsettled unsettled, boolean begun, Instant now) {
        if (facts.nextAttempt().filter(now::isBefore).isPresent()) {
            return new Wait(facts.nextAttempt().get(), Reason.RETRYING, "");
        }
        boolean patient = facts.scheduled() || facts.attempts() > 0 || begun;
        return patient && now.isBefore(unsettled.since().plus(SETTLED))
                ? new Wait(now.plusSeconds(2), Reason.QUEUED, unsettled.message() + "; given a minute to be put right")
                : new Refuse(unsettled.reason(), unsettled.message());
    }

    private static TaskDecision start(TaskFacts facts, boolean ours, Instant now) {
        if (!ours) {
            return new Start(1, false, false);
        }
        if (facts.nextAttempt().filter(now::isBefore).isPresent()) {
            return new Wait(facts.nextAttempt().get(), Reason.RETRYING, "");
        }
        int attempts = Math.max(1, facts.attempts());
        boolean planned = facts.nextAttempt().isPresent();
        int most = facts.work() instanceof Work.Ready ready ? Math.max(ready.attempts(), LIVES) : LIVES;
        return planned || attempts < most
                ? new Start(attempts + 1, true, !planned)
                : new Refuse(
                        Reason.INTERRUPTED,
                        "the program ended in the middle of it, for the " + attempts
                                + ". time; it is not tried again, the next one that is due is");
    }

    private static boolean isImported(TaskFacts facts, Optional<Claim> claim) {
        boolean copied = facts.claim().isPresent()
                && claim.filter(of -> of.uid().equals(facts.uid())).isEmpty();
        boolean withoutClaim = facts.claim().isEmpty() && facts.started();
        boolean old = facts.claim().isEmpty()
                && !facts.scheduled()
                && facts.dueAt()
                        .filter(due -> due.isBefore(facts.created().minus(OLD)))
                        .isPresent();
        return copied || withoutClaim || old;
    }
}
