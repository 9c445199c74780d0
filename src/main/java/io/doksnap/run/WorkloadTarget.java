package io.doksnap.run;

import io.doksnap.policy.Quiesce;
import io.doksnap.run.JournalEntry.Action;
import io.doksnap.run.JournalEntry.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a policy keeps still besides its hooks: its target, and those that use it. */
final class WorkloadTarget {
    private final Workload.Plan plan;
    private final TargetContainers containers;

    WorkloadTarget(Workload.Plan plan, TargetContainers containers) {
        this.plan = plan;
        this.containers = containers;
    }

    private boolean isKeptStill() {
        return plan.quiesce().mode() != Quiesce.Mode.NONE;
    }

    /** Those that use the target first, in the order in which they were written, and the target last. What is held already stays so. */
    void hold(WorkloadHooks.Holding holding) throws RunException, IOException {
        if (!isKeptStill()) {
            return;
        }
        Action action = plan.quiesce().mode() == Quiesce.Mode.STOP ? Action.STOP : Action.PAUSE;
        long end = System.nanoTime() + plan.quiesce().timeout().toNanos();
        for (String name : plan.quiesce().with()) {
            holding.hold(part(name, Optional.empty(), action, end));
        }
        if (plan.target().isPresent()) {
            for (TargetContainers.Part part : containers.parts(plan.target().get(), action)) {
                holding.hold(part(part.name(), Optional.of(part.kind()), action, end));
            }
        }
    }

    private static Hold part(String name, Optional<Kind> kind, Action action, long end) {
        Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
        return new Hold(name, kind, action, Optional.empty(), Optional.empty(), left);
    }

    /** What of the target runs on this node although all of it is to be still; such as {@code container shop}. */
    List<String> up() throws RunException {
        if (!isKeptStill() || plan.target().isEmpty()) {
            return List.of();
        }
        return containers.up(plan.target().get()).stream()
                .map(container -> Kind.CONTAINER.word() + " " + container.name())
                .toList();
    }
}
