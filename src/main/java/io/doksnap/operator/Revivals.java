package io.doksnap.operator;

import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.run.WorkloadReport;
import io.doksnap.run.WorkloadReport.Trouble;
import io.doksnap.run.Workloads;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings back what runs have left stopped: at the start, and again and again for as long as something is still down. */
final class Revivals {
    private static final Logger LOG = LoggerFactory.getLogger(Revivals.class);

    private final Workloads workloads;
    private final Clock clock;
    private final Map<String, State> byPolicy = new ConcurrentHashMap<>();
    private volatile boolean anyDown;

    Revivals(Workloads workloads, Clock clock) {
        this.workloads = workloads;
        this.clock = clock;
    }

    /**
     * What became of the workload of one policy.
     *
     * @param trouble why it is still down; empty: it runs again
     * @param since when that was found
     */
    record State(Optional<Trouble> trouble, Instant since) {}

    /** Brings back what can be brought back. Asks the Docker Engine, so it may take a while. */
    synchronized void replay() {
        try {
            workloads.replayEach().forEach(this::note);
        } catch (DataDirectoryException e) {
            LOG.error("cannot tell what an earlier run has left stopped: {}", e.getMessage());
        }
        anyDown = byPolicy.values().stream().anyMatch(state -> state.trouble().isPresent());
    }

    /** The same if there is a reason. */
    void replayIfAnyIsDown() {
        if (anyDown) {
            replay();
        }
    }

    /** A run has ended with its workload down. */
    void isDown(String policy, Trouble trouble) {
        byPolicy.put(policy, new State(Optional.of(trouble), clock.instant()));
        anyDown = true;
    }

    private void note(String policy, WorkloadReport report) {
        String whose = policy.isEmpty() ? "an earlier run" : policy;
        report.notes().forEach(note -> LOG.info("{} was cut off: {}", whose, note));
        report.warnings().forEach(warning -> LOG.warn("{} was cut off: {}", whose, warning));
        report.troubles()
                .forEach(trouble -> LOG.error(
                        "NOT BROUGHT BACK ({}): {}: {} Start it by hand; it is tried again all the time.",
                        trouble.reason(),
                        whose,
                        trouble.message()));
        byPolicy.put(policy, new State(report.troubles().stream().findFirst(), clock.instant()));
    }

    /** What is known of the workload of a policy; empty where no run has left anything. */
    Optional<State> of(String policy) {
        return Optional.ofNullable(byPolicy.get(policy));
    }
}
