package io.doksnap.run;

import io.doksnap.policy.Hook;
import io.doksnap.policy.HookStep;
import io.doksnap.policy.Hooks;
import io.doksnap.run.JournalEntry.Action;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The hooks of one run. What they stop or pause is held like everything else that is kept still: the journal brings it back. */
final class WorkloadHooks {
    /** Signals that tell a container something; all others may end it. */
    private static final Set<String> MESSAGES = Set.of("HUP", "USR1", "USR2", "WINCH", "CONT", "URG");

    private final Hooks hooks;
    private final Holds holds;
    private final HookRunner runner;
    private final WorkloadReport report;
    private final Cancellation cancellation;

    WorkloadHooks(Hooks hooks, Holds holds, HookRunner runner, WorkloadReport report, Cancellation cancellation) {
        this.hooks = hooks;
        this.holds = holds;
        this.runner = runner;
        this.report = report;
        this.cancellation = cancellation;
    }

    /** Keeps something still, as a hook asks for it. */
    @FunctionalInterface
    interface Holding {
        void hold(Hold hold) throws RunException, IOException;
    }

    /** The containers and services that hooks name. */
    static Set<String> names(Hooks hooks) {
        Set<String> names = new HashSet<>();
        Stream.of(hooks.pre(), hooks.post(), hooks.failure())
                .flatMap(List::stream)
                .map(HookStep::hook)
                .forEach(hook -> {
                    if (hook instanceof Hook.Docker docker) {
                        names.add(docker.container());
                    } else if (hook instanceof Hook.Exec exec) {
                        exec.container().ifPresent(names::add);
                    }
                });
        return names;
    }

    /** Whether one of the pre hooks stops or pauses anything; one that restarts something brings it back at once. */
    static boolean stops(Hooks hooks) {
        return hooks.pre().stream()
                .anyMatch(step -> step.hook() instanceof Hook.Docker docker
                        && (Set.of(Hook.Action.STOP, Hook.Action.PAUSE).contains(docker.action()) || endsIt(docker)));
    }

    private static boolean endsIt(Hook.Docker docker) {
        return docker.action() == Hook.Action.KILL && !MESSAGES.contains(signal(docker));
    }

    private static String signal(Hook.Docker docker) {
        return docker.signal().orElse("KILL").replaceFirst("^SIG", "");
    }

    /** Carries out the pre hooks. */
    void before(Holding holding) throws RunException, IOException {
        for (HookStep step : hooks.pre()) {
            cancellation.check();
            try {
                pre(step, holding);
            } catch (RunException e) {
                tolerate(step, new RunException(e.reason(), failed("pre", step, e), e));
            }
        }
    }

    private void pre(HookStep step, Holding holding) throws RunException, IOException {
        if (step.hook() instanceof Hook.Docker docker && docker.action() == Hook.Action.RESTART) {
            holds.restart(hold(docker, Action.STOP, step));
        } else if (step.hook() instanceof Hook.Docker docker && docker.action() == Hook.Action.PAUSE) {
            holding.hold(hold(docker, Action.PAUSE, step));
        } else if (step.hook() instanceof Hook.Docker docker
                && (docker.action() == Hook.Action.STOP || endsIt(docker))) {
            holding.hold(hold(docker, Action.STOP, step));
        } else {
            report.printed("pre", step, runner.run(step));
        }
    }

    private static Hold hold(Hook.Docker docker, Action action, HookStep step) {
        Optional<String> signal = docker.action() == Hook.Action.KILL ? Optional.of(signal(docker)) : Optional.empty();
        return new Hold(docker.container(), Optional.empty(), action, docker.gracePeriod(), signal, step.timeout());
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

    /** What a post hook brings back, so that it is to be left to that hook. */
    Set<String> startedAfterwards() {
        Set<String> names = new HashSet<>();
        for (HookStep step : hooks.post()) {
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

    /** Carries out the post hooks, in reverse. */
    void after() {
        List<HookStep> post = new ArrayList<>(hooks.post());
        Collections.reverse(post);
        post.forEach(this::post);
    }

    private void post(HookStep step) {
        try {
            if (!startedBy(step).filter(this::isSettled).isPresent()) {
                report.printed("post", step, runner.run(step));
            }
        } catch (RunException e) {
            report.warn(failed("post", step, e));
        }
    }

    /** Whether what a post hook starts is the journal's business: then it is brought back, or was, or is to stay as it was. */
    private boolean isSettled(String name) {
        return holds.release(name, () -> cancellation.reason() == null) || holds.wasFoundStill(name);
    }

    void afterFailure() {
        hooks.failure().forEach(step -> {
            try {
                report.printed("failure", step, runner.run(step));
            } catch (RunException e) {
                report.warn(failed("failure", step, e));
            }
        });
    }
}
