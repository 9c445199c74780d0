package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.Containers;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.ExecCommand;
import io.doksnap.docker.ExecOutcome;
import io.doksnap.policy.Hook;
import io.doksnap.policy.HookStep;
import io.doksnap.policy.Target;
import io.doksnap.run.LocalProcess.Outcome;
import io.doksnap.run.dump.LastWords;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Carries out one hook to its end, or to that of its time. Knows nothing of journals: what is to be brought back is held elsewhere. */
final class HookRunner {
    private final Containers containers;
    private final ServiceHooks services;
    private final TargetContainers targets;
    private final Optional<Target> target;
    private final Map<String, String> environment;

    /** Creates a runner; of the environment, processes on the host get only what cannot be a secret. */
    HookRunner(DockerEngine docker, Optional<Target> target, Map<String, String> environment) {
        this.containers = docker.containers();
        this.services = new ServiceHooks(docker);
        this.targets = new TargetContainers(docker);
        this.target = target;
        this.environment = environment;
    }

    /** Returns when it has succeeded, with the end of what it printed. */
    String run(HookStep step) throws RunException {
        Hook hook = step.hook();
        try {
            if (hook instanceof Hook.Exec exec) {
                return exec(exec, step.timeout());
            } else if (hook instanceof Hook.Docker docker) {
                act(docker, step.timeout());
                return "";
            } else {
                return local((Hook.Local) hook, step.timeout());
            }
        } catch (DockerException e) {
            throw new RunException(Reason.HOOK_FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private String exec(Hook.Exec hook, Duration within) throws RunException, DockerException {
        Container container = hook.container().isPresent()
                ? targets.named(hook.container().get())
                : targets.first(target.orElseThrow(() -> new RunException(
                        Reason.HOOK_FAILED, "it names no container, and the policy has no target; name one")));
        ExecCommand command = new ExecCommand(hook.command(), hook.user(), hook.directory(), hook.environment());
        ExecOutcome outcome = containers.exec(container, command, within);
        if (outcome instanceof ExecOutcome.Overdue overdue) {
            throw overdue(
                    within,
                    overdue.gone()
                            ? "it was killed inside the container"
                            : "it could not be killed, and may go on inside the container (is that paused?): see docker top "
                                    + container.name(),
                    overdue.output());
        }
        check(((ExecOutcome.Ended) outcome).exitCode(), outcome.output());
        return outcome.output();
    }

    private void act(Hook.Docker hook, Duration within) throws RunException, DockerException {
        if (services.act(hook)) {
            return;
        }
        Container container = targets.named(hook.container());
        switch (hook.action()) {
            case START -> containers.start(container, EnginePatience.of(within));
            case STOP ->
                containers.stop(
                        container, hook.gracePeriod(), EnginePatience.of(container, hook.gracePeriod(), within));
            case RESTART ->
                containers.restart(
                        container, hook.gracePeriod(), EnginePatience.of(container, hook.gracePeriod(), within));
            case PAUSE -> containers.pause(container);
            case UNPAUSE -> {
                if (container.state() == Container.State.PAUSED) {
                    containers.unpause(container);
                }
            }
            case KILL -> containers.kill(container, hook.signal().orElse("KILL"));
        }
    }

    private String local(Hook.Local hook, Duration within) throws RunException {
        Outcome outcome;
        try {
            outcome = LocalProcess.run(hook.argv(), environment, within);
        } catch (IOException e) {
            throw new RunException(
                    Reason.HOOK_FAILED,
                    "it cannot be started; is " + hook.argv().get(0) + " on the PATH of this host?",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunException(Reason.HOOK_FAILED, "it was killed, as the run was to end", e);
        }
        if (outcome instanceof Outcome.Overdue) {
            throw overdue(within, "it was killed with all that it had started", outcome.output());
        }
        check(((Outcome.Ended) outcome).exitCode(), outcome.output());
        return outcome.output();
    }

    private static void check(int exitCode, String output) throws RunException {
        if (exitCode != 0) {
            throw new RunException(Reason.HOOK_FAILED, "exit code " + exitCode + LastWords.of(output));
        }
    }

    private static RunException overdue(Duration within, String fate, String output) {
        return new RunException(
                Reason.HOOK_FAILED,
                "not done within its timeout of " + BackupRun.words(within) + "; " + fate + LastWords.of(output));
    }
}
