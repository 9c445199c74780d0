package io.doksnap.operator;

import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.run.PolicyName;
import io.doksnap.run.WorkloadReport;
import io.doksnap.run.WorkloadReport.Trouble;
import io.doksnap.run.Workloads;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings back what runs have left stopped: at the start, and again and again for as long as something is still down. That there is something is read from the data
 * directory each time, whatever became of the run that has left it. It needs no API, so it is there before one is, and {@link Operator} goes on with what it has found.
 */
public final class Revivals {
    /** An engine that was restarted is back after such a time, and with it what was stopped. */
    static final Duration PAUSE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(Revivals.class);

    /** After what time the same trouble is logged once more. */
    private static final Duration REMINDER = Duration.ofMinutes(5);

    private final Workloads workloads;
    private final Clock clock;
    private final Map<PolicyName, State> byPolicy = new ConcurrentHashMap<>();

    /** When which trouble was last logged. */
    private final Map<String, Instant> told = new ConcurrentHashMap<>();

    /** Of these workloads; nothing is asked or touched yet. */
    public Revivals(Workloads workloads, Clock clock) {
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
    public synchronized void replay() {
        try {
            workloads.replayEach().forEach(this::note);
        } catch (DataDirectoryException e) {
            LOG.error("cannot tell what an earlier run has left stopped: {}", e.getMessage());
        }
    }

    /** Those that runs stop and that it brings back. */
    Workloads workloads() {
        return workloads;
    }

    /** The same if there is anything to bring back. */
    public void replayIfAnyIsLeft() {
        if (workloads.isAnyLeft()) {
            replay();
        }
    }

    /** A run has ended with its workload down. */
    void isDown(PolicyName policy, Trouble trouble) {
        byPolicy.put(policy, new State(Optional.of(trouble), clock.instant()));
    }

    private void note(PolicyName policy, WorkloadReport report) {
        String whose = policy.isUnknown() ? "an earlier run" : policy.toString();
        report.notes().forEach(note -> LOG.info("{} was cut off: {}", whose, note));
        report.warnings().forEach(warning -> LOG.warn("{} was cut off: {}", whose, warning));
        report.troubles()
                .forEach(trouble -> tell("NOT BROUGHT BACK (" + trouble.reason() + "): " + whose + ": "
                        + trouble.message() + " Start it by hand; it is tried again all the time."));
        if (report.isPostponed() && report.troubles().isEmpty()) {
            // Part of it is as it was: so is what is known of it.
            return;
        }
        byPolicy.put(policy, new State(report.troubles().stream().findFirst(), clock.instant()));
    }

    private void tell(String trouble) {
        Instant now = clock.instant();
        told.values().removeIf(at -> !at.plus(REMINDER).isAfter(now));
        if (told.putIfAbsent(trouble, now) == null) {
            LOG.error("{}", trouble);
        }
    }

    /** What is known of the workload of a policy; empty where no run has left anything. */
    Optional<State> of(PolicyName policy) {
        return Optional.ofNullable(byPolicy.get(policy));
    }
}
