package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.policy.Hook;
import io.doksnap.policy.HookStep;
import io.doksnap.policy.Hooks;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Quiesce;
import io.doksnap.policy.Target;
import io.doksnap.run.Holds.Hold;
import io.doksnap.run.JournalEntry.Action;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run does around its reads: pre hooks, then the containers are kept still; afterwards the containers come back, then post hooks in
 * reverse. Whatever happens, what was stopped is started, first of all that is still to be done.
 *
 * <p>Nothing that brings containers back can be interrupted: it runs on a thread of its own.
 */
final class Workload implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workload.class);

    /** Signals that tell a container something; all others may end it. */
    private static final Set<String> MESSAGES = Set.of("HUP", "USR1", "USR2", "WINCH", "CONT", "URG");

    private final Plan plan;
    private final Holds holds;
    private final HookRunner runner;
    private final TargetContainers targets;
    private final WorkloadReport report;
    private final Cancellation cancellation;
    private final AtomicBoolean released = new AtomicBoolean();
    private final CountDownLatch over = new CountDownLatch(1);
    private boolean begun;
    private boolean finished;
    private boolean limited;
    private volatile boolean tooLong;

    /** Counts how often what came back was stopped again: whoever read across such a moment has to read again. */
    private int generation;

    /** What a policy says of all this. */
    record Plan(Optional<Target> target, Quiesce quiesce, Hooks hooks) {
        static Plan of(Policy policy) {
            return new Plan(policy.target(), policy.quiesce(), policy.hooks());
        }
    }

    Workload(
            Plan plan,
            Holds holds,
            HookRunner runner,
            TargetContainers targets,
            WorkloadReport report,
            Cancellation cancellation) {
        this.plan = plan;
        this.holds = holds;
        this.runner = runner;
        this.targets = targets;
        this.report = report;
        this.cancellation = cancellation;
    }

    WorkloadReport report() {
        return report;
    }

    /** Whether it had to be released because it had been kept still for too long. */
    boolean wasStillForTooLong() {
        return tooLong;
    }

    /** Carries out the pre hooks, then keeps the containers still. What fails here has nothing read. */
    void quiesce() throws RunException, IOException {
        begun = true;
        for (HookStep step : plan.hooks().pre()) {
            cancellation.check();
            try {
                pre(step);
            } catch (RunException e) {
                tolerate(step, new RunException(e.reason(), failed("pre", step, e), e));
            }
        }
        cancellation.check();
        if (plan.quiesce().mode() != Quiesce.Mode.NONE) {
            holdTarget(plan.quiesce().mode() == Quiesce.Mode.STOP ? Action.STOP : Action.PAUSE);
        }
        cancellation.check();
    }

    private void pre(HookStep step) throws RunException, IOException {
        if (step.hook() instanceof Hook.Docker docker) {
            String signal = docker.signal().orElse("KILL").replaceFirst("^SIG", "");
            switch (docker.action()) {
                case STOP -> hold(docker, Action.STOP, Optional.empty(), step.timeout());
                case PAUSE -> hold(docker, Action.PAUSE, Optional.empty(), step.timeout());
                case RESTART ->
                    holds.restart(new Hold(
                            docker.container(), Action.STOP, docker.gracePeriod(), Optional.empty(), step.timeout()));
                case KILL -> {
                    if (MESSAGES.contains(signal)) {
                        runner.run(step);
                    } else {
                        hold(docker, Action.STOP, Optional.of(signal), step.timeout());
                    }
                }
                case START, UNPAUSE -> runner.run(step);
            }
        } else {
            runner.run(step);
        }
    }

    private void tolerate(HookStep step, RunException failure) throws RunException {
        if (step.onError() == HookStep.OnError.FAIL || cancellation.reason() != null) {
            throw failure;
        }
        report.warn(failure.text());
    }

    private static String failed(String phase, HookStep step, RunException e) {
        return "the " + phase + " hook '" + step.hook().summary() + "' failed: " + e.text();
    }

    /** Those that use the target first, in the order in which they were written, and the target last. */
    private void holdTarget(Action action) throws RunException, IOException {
        long end = System.nanoTime() + plan.quiesce().timeout().toNanos();
        List<String> names = new ArrayList<>(plan.quiesce().with());
        if (plan.target().isPresent()) {
            targets.all(plan.target().get(), Reason.QUIESCE_FAILED).stream()
                    .map(Container::name)
                    .forEach(names::add);
        }
        for (String name : names) {
            cancellation.check();
            Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
            hold(new Hold(name, action, Optional.empty(), Optional.empty(), left));
        }
    }

    private void hold(Hook.Docker hook, Action action, Optional<String> signal, Duration within)
            throws RunException, IOException {
        hold(new Hold(hook.container(), action, hook.gracePeriod(), signal, within));
    }

    private void hold(Hold hold) throws RunException, IOException {
        limitDowntime();
        holds.hold(hold);
    }

    private void limitDowntime() {
        Optional<Duration> longest = plan.quiesce().maxDowntime();
        if (longest.isPresent() && !limited) {
            limited = true;
            Thread watch = new Thread(() -> watch(longest.get()), "doksnap-downtime");
            watch.setDaemon(true);
            watch.start();
        }
    }

    /** Brings the workload back itself, as the run's own thread may be stuck in whatever takes so long. */
    private void watch(Duration longest) {
        try {
            if (!over.await(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                tooLong = true;
                cancellation.cancel(Reason.TIMED_OUT);
                releaseAll();
            }
        } catch (InterruptedException e) {
            // Nobody interrupts this thread but the end of the process.
            Thread.currentThread().interrupt();
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

    private synchronized int generation() {
        return generation;
    }

    private synchronized void keepStillAgain(int asReadBefore) throws RunException, IOException {
        if (generation == asReadBefore) {
            generation++;
            holds.holdAgain(holds.back());
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
            if (released.get()) {
                throw new RunException(Reason.QUIESCE_FAILED, "the workload was released while it was read");
            }
            List<String> back = generation() == generation ? holds.back() : List.of();
            if (generation() != generation || !back.isEmpty()) {
                done = true;
                throw new CameBackException(
                        (back.isEmpty() ? "what was kept still" : "container " + String.join(", ", back))
                                + " was started by somebody else while it was read");
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
     * After everything was read and stored: brings the workload back and carries out the post hooks, in the order that they were written for: a
     * container that a post hook starts is left to that hook.
     */
    void finish() {
        if (cancellation.reason() == null) {
            released.set(true);
            shielded(() -> holds.release(startedByPostHooks(), true));
        }
        end();
    }

    @Override
    public void close() {
        if (begun && !finished) {
            end();
        }
    }

    private void end() {
        finished = true;
        boolean urgent = cancellation.reason() != null;
        if (urgent || !released.get()) {
            releaseAll();
        }
        List<HookStep> post = new ArrayList<>(plan.hooks().post());
        Collections.reverse(post);
        shielded(() -> post.forEach(this::post));
        releaseAll();
        over.countDown();
    }

    /** At once; nothing that could take its time is waited for. */
    private void releaseAll() {
        released.set(true);
        shielded(() -> holds.release(Set.of(), cancellation.reason() == null));
    }

    private Set<String> startedByPostHooks() {
        Set<String> names = new HashSet<>();
        for (HookStep step : plan.hooks().post()) {
            startedBy(step).ifPresent(names::add);
        }
        return names;
    }

    private static Optional<String> startedBy(HookStep step) {
        return step.hook() instanceof Hook.Docker docker
                        && Set.of(Hook.Action.START, Hook.Action.UNPAUSE, Hook.Action.RESTART)
                                .contains(docker.action())
                ? Optional.of(docker.container())
                : Optional.empty();
    }

    private void post(HookStep step) {
        try {
            if (!startedBy(step).filter(this::isSettled).isPresent()) {
                runner.run(step);
            }
        } catch (RunException e) {
            report.warn(failed("post", step, e));
        }
    }

    /** Whether a container that a post hook starts is the journal's business: then it is brought back, or was, or is to stay as it was. */
    private boolean isSettled(String container) {
        return holds.release(container, cancellation.reason() == null) || holds.wasFoundStill(container);
    }

    /** Carries out the failure hooks; to be called when all else is over. */
    void afterFailure() {
        shielded(() -> plan.hooks().failure().forEach(step -> {
            try {
                runner.run(step);
            } catch (RunException e) {
                report.warn(failed("failure", step, e));
            }
        }));
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
