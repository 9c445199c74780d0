package io.doksnap.run;

import io.doksnap.api.Reason;
import java.util.Set;

/** The turn of one run in all that it is going to touch. Used by the run's own thread. */
final class Turn {
    private final Turns turns;
    private final TargetContainers targets;
    private final Workload.Plan plan;
    private Set<String> taken = Set.of();

    Turn(Turns turns, TargetContainers targets, Workload.Plan plan) {
        this.turns = turns;
        this.targets = targets;
        this.plan = plan;
    }

    /** Waits for it. */
    void take(Cancellation cancellation) throws RunException {
        Set<String> names = targets.touched(plan);
        try {
            while (true) {
                turns.take(names);
                taken = names;
                // While it waited, others may have come to be what it is going to touch.
                Set<String> now = targets.touched(plan);
                if (names.containsAll(now)) {
                    return;
                }
                giveBack();
                names = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            cancellation.check();
            throw new RunException(
                    Reason.INTERRUPTED, "ended while it waited for another run in " + String.join(", ", names), e);
        }
    }

    /** Once is enough; nothing happens where it never had it. */
    void giveBack() {
        turns.giveBack(taken);
        taken = Set.of();
    }
}
