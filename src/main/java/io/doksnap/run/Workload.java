package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.policy.Hooks;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Quiesce;
import io.doksnap.policy.Source;
import io.doksnap.policy.Target;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run does around its reads: pre hooks, then containers and services are kept still; afterwards they come back, then post hooks in
 * reverse. Whatever happens, what was stopped is started, first of all that is still to be done.
 *
 * <p>Nothing that brings containers back can be interrupted: it runs on a thread of its own.
 */
final class Workload implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workload.class);

    private final Plan plan;
    private final Holds holds;
    private final WorkloadHooks hooks;
    private final WorkloadTarget target;
    private final NoStops noStops;
    private final Turn turn;
    private final Safekeeping safekeeping;
    private final WorkloadReport report;
    private final Cancellation cancellation;
    private final AtomicBoolean released = new AtomicBoolean();
    private final DowntimeWatch watch;
    private boolean begun;
    private boolean finished;
    private volatile boolean tooLong;
    private volatile String limit = "maxDowntime";

    /** Counts how often what came back was stopped again: whoever read across such a moment has to read again. */
    private int generation;

    /**
     * What a policy says of all this.
     *
     * @param zone in which times of day are meant
     * @param works whether something runs in the target besides hooks
     */
    record Plan(Optional<Target> target, Quiesce quiesce, Hooks hooks, ZoneId zone, boolean works) {
        /** Whether anything is going to be stopped or paused. */
        boolean stops() {
            return quiesce.mode() != Quiesce.Mode.NONE || WorkloadHooks.stops(hooks);
        }

        static Plan of(Policy policy) {
            boolean dumps = policy.sources().stream().anyMatch(Source.Dump.class::isInstance);
            return new Plan(policy.target(), policy.quiesce(), policy.hooks(), policy.zone(), dumps);
        }
    }

    /** What it finds on this host. */
    record Host(
            Holds holds,
            HookRunner runner,
            TargetContainers targets,
            NoStops noStops,
            Turns turns,
            Safekeeping safekeeping) {}

    Workload(Plan plan, Host host, WorkloadReport report, Cancellation cancellation) {
        this.plan = plan;
        this.holds = host.holds();
        this.hooks = new WorkloadHooks(plan.hooks(), holds, host.runner(), report, cancellation);
        this.target = new WorkloadTarget(plan, host.targets());
        this.noStops = host.noStops();
        this.turn = new Turn(host.turns(), host.targets(), plan);
        this.safekeeping = host.safekeeping();
        this.report = report;
        this.cancellation = cancellation;
        this.watch = new DowntimeWatch(cancellation, this::cancelIfStill, this::releaseAll);
    }

    WorkloadReport report() {
        return report;
    }

    /** Whether it had to be released because it had been kept still for too long. */
    boolean wasStillForTooLong() {
        return tooLong;
    }

    /** What said how long it may be kept still. */
    String limit() {
        return limit;
    }

    /**
     * Waits until the run may begin, for hours if need be: for other runs in the same workload, and where it is going to stop something for the end of a window. What is
     * found out of the workload before may be otherwise afterwards.
     */
    void awaitTurn() throws RunException {
        turn.take(cancellation);
        if (plan.stops()) {
            Optional<Duration> ignored =
                    noStops.await(plan.zone(), plan.quiesce().maxDowntime(), report, cancellation);
            safekeeping.collectLeftovers();
        }
    }

    /** Carries out the pre hooks, then keeps the target still. What fails here has nothing read. */
    void quiesce() throws RunException, IOException {
        begun = true;
        hooks.before(this::hold);
        cancellation.check();
        target.hold(this::hold);
        cancellation.check();
    }

    private void hold(Hold hold) throws RunException, IOException {
        cancellation.check();
        limitDowntime();
        holds.hold(hold);
    }

    private void limitDowntime() throws RunException {
        if (watch.hasBegun()) {
            return;
        }
        Optional<Duration> longest = plan.quiesce().maxDowntime();
        // Once more, as the hooks may have taken their time.
        Optional<Duration> window = noStops.await(plan.zone(), longest, report, cancellation);
        if (window.isPresent()
                && longest.filter(own -> own.compareTo(window.get()) <= 0).isEmpty()) {
            longest = window;
            limit = "docker.no_stop_windows";
        }
        watch.begin(longest);
    }

    /** What was read to its end is only waited for, by health checks and post hooks: that run is to succeed. */
    private void cancelIfStill() {
        if (!released.get()) {
            tooLong = true;
            cancellation.cancel(Reason.TIMED_OUT);
        }
    }

    /** One source, read to its end and stored. */
    @FunctionalInterface
    interface Read<T> {
        T once(Reading reading) throws IOException, RunException;
    }

    /** Reads a source; once more where what was kept still came back in the middle. May be called by several threads. */
    <T> T read(Read<T> read) throws IOException, RunException {
        Reading first = new Reading(generation());
        try {
            return read.once(first);
        } catch (CameBackException e) {
            LOG.info("{}: reading it once more", e.getMessage());
            report.note(e.getMessage() + ": it was read once more");
            keepStillAgain(first.generation);
        }
        try {
            return read.once(new Reading(generation()));
        } catch (CameBackException e) {
            throw new RunException(
                    Reason.QUIESCE_FAILED,
                    e.getMessage() + ", and once more while it was read again; find out what starts it, or back it up"
                            + " without stopping it",
                    e);
        }
    }

    /** What was kept still and is not; and where all that is, what of the target has come to run beside it. */
    private List<String> whatIsBack() throws RunException {
        List<String> back =
                holds.back().stream().map(one -> one.was().summary()).toList();
        return back.isEmpty() ? target.up() : back;
    }

    private synchronized int generation() {
        return generation;
    }

    private synchronized void keepStillAgain(int asReadBefore) throws RunException, IOException {
        if (generation == asReadBefore) {
            generation++;
            holds.holdAgain(holds.back());
            // And what has joined the target.
            target.hold(this::hold);
        }
    }

    /**
     * The reading of one source. Closed before it is done, it releases the workload at once, as nothing that is still to be cleaned up is as
     * urgent; so it is to be closed before everything else.
     */
    final class Reading implements AutoCloseable {
        private final int generation;
        private boolean done;

        private Reading(int generation) {
            this.generation = generation;
        }

        /** After the last byte was read, and before anything is committed. */
        void checkStill() throws CameBackException, RunException {
            cancellation.check();
            if (released.get()) {
                throw new RunException(Reason.QUIESCE_FAILED, "the workload was released while it was read");
            }
            List<String> back = generation() == generation ? whatIsBack() : List.of();
            if (generation() != generation || !back.isEmpty()) {
                done = true;
                throw new CameBackException((back.isEmpty() ? "what was kept still" : String.join(", ", back))
                        + " was started or changed by somebody else while it was read");
            }
        }

        /** It is stored. */
        void done() {
            done = true;
        }

        @Override
        public void close() {
            if (!done) {
                releaseAll();
            }
        }
    }

    /**
     * After everything was read: brings the workload back and carries out the post hooks, in the order that they were written for: what a post
     * hook starts is left to that hook. To be called as soon as every reading is done, even if what was read is still to be stored; once is enough.
     */
    void finish() {
        if (finished) {
            return;
        }
        if (cancellation.reason() == null) {
            released.set(true);
            shielded(() -> holds.release(hooks.startedAfterwards(), this::hasTime));
        }
        end();
    }

    @Override
    public void close() {
        if (begun && !finished) {
            end();
        } else {
            turn.giveBack();
        }
    }

    private void end() {
        finished = true;
        try {
            if (!hasTime() || !released.get()) {
                releaseAll();
            }
            shielded(hooks::after);
        } finally {
            try {
                releaseAll();
            } finally {
                watch.end();
                turn.giveBack();
            }
        }
    }

    /** Whether it may wait for anything; a run that is to end may not. */
    private boolean hasTime() {
        return cancellation.reason() == null;
    }

    /** At once; nothing that could take its time is waited for. */
    private void releaseAll() {
        released.set(true);
        shielded(() -> holds.release(Set.of(), this::hasTime));
    }

    /** Carries out the failure hooks; to be called when all else is over. */
    void afterFailure() {
        shielded(hooks::afterFailure);
    }

    /** Whatever becomes of the calling thread. */
    private static void shielded(Runnable work) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Workers worker = new Workers();
        worker.start("doksnap-workload", () -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                failure.set(e);
            }
        });
        worker.joinForSure();
        Throwable thrown = failure.get();
        if (thrown instanceof RuntimeException unexpected) {
            throw unexpected;
        } else if (thrown instanceof Error error) {
            throw error;
        }
    }
}
