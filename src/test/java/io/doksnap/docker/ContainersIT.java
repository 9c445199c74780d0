package io.doksnap.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import io.doksnap.docker.Container.State;
import io.doksnap.docker.DockerException.Kind;
import io.doksnap.testing.Busybox;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real containers, and real commands in them. */
@Timeout(240)
class ContainersIT {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(2);

    private final String name = "doksnap-test-" + UUID.randomUUID();
    private Busybox busybox;
    private Containers containers;

    @BeforeEach
    void connect() throws DockerException {
        URI host = Needs.docker();
        busybox = Busybox.at(host);
        containers = DockerEngines.connect(host, LONG).containers();
    }

    @AfterEach
    void removeAll() throws IOException {
        if (busybox != null) {
            busybox.close();
        }
    }

    @Test
    void mountsAndImageAreTold() throws DockerException {
        busybox.run(name, (create, host) -> {
            create.withCmd("sleep", "1000");
            host.withBinds(new Bind(name, new Volume("/data")), new Bind("/srv", new Volume("/conf"), AccessMode.ro))
                    .withTmpFs(Map.of("/scratch", ""));
        });
        try {
            assertThat(found().mounts())
                    .containsExactly(
                            new Mount(Mount.Type.BIND, "/srv", "/conf", "", true),
                            new Mount(Mount.Type.VOLUME, name, "/data", "local", false));
            assertThat(found().image()).startsWith("sha256:");
            assertThat(containers.all()).extracting(Container::name).contains(name);
        } finally {
            busybox.docker().removeContainerCmd(name).withForce(true).exec();
            busybox.docker().removeVolumeCmd(name).exec();
        }
    }

    @Test
    void stateFollowsWhatIsDone() throws DockerException {
        busybox.run(name);
        Container running = found();
        assertThat(running.state()).isEqualTo(State.RUNNING);
        assertThat(running.grace()).isEqualTo(Duration.ofSeconds(10));

        containers.pause(running);
        assertThat(found().state()).isEqualTo(State.PAUSED);
        containers.unpause(running);
        assertThat(found()).isEqualTo(running);

        containers.stop(running, Optional.empty(), LONG);
        assertThat(found().state()).isEqualTo(State.EXITED);
        assertThat(found().startedAt()).isEqualTo(running.startedAt());
        containers.stop(running, Optional.empty(), LONG);

        containers.start(running, LONG);
        containers.start(running, LONG);
        assertThat(found().state()).isEqualTo(State.RUNNING);
        assertThat(found().startedAt()).isNotEqualTo(running.startedAt());

        containers.kill(running, "KILL");
        await().untilAsserted(() -> assertThat(found().state()).isEqualTo(State.EXITED));
        assertThat(found().exitCode()).isEqualTo(137);
        containers.restart(running, Optional.of(Duration.ofSeconds(1)), LONG);
        assertThat(found().state()).isEqualTo(State.RUNNING);
    }

    @Test
    void containerSaysWhatItsMakerSaid() throws DockerException {
        busybox.run(name, (create, host) -> {
            create.withCmd("sleep", "1000")
                    .withStopTimeout(3)
                    .withLabels(Map.of("test", name, "com.docker.swarm.service.name", "shop_web"));
            host.withAutoRemove(true);
        });
        Container made = found();
        assertThat(made.grace()).isEqualTo(Duration.ofSeconds(3));
        assertThat(made.goneWhenStopped()).isTrue();
        assertThat(made.swarmService()).contains("shop_web");
        assertThat(containers.labelled(Map.of("test", name))).containsExactly(made);
        assertThat(containers.labelled(Map.of("test", "another"))).isEmpty();
        assertThat(containers.find(made.id())).contains(made);
    }

    @Test
    void beginningOfAnIdIsNoName() throws DockerException {
        String id = busybox.run(name);
        assertThat(containers.find(id.substring(0, 12))).isEmpty();
        assertThat(containers.find("doksnap-test-none")).isEmpty();
        assertThatExceptionOfType(DockerException.class)
                .isThrownBy(() -> containers.find("../info"))
                .withMessageContaining("no name of a container");
    }

    @Test
    void containerThatIsGoneIsNotFound() throws DockerException {
        busybox.run(name);
        Container gone = found();
        busybox.docker().removeContainerCmd(gone.id()).withForce(true).exec();
        assertThatExceptionOfType(DockerException.class)
                .isThrownBy(() -> containers.start(gone, LONG))
                .withMessageContaining("start container " + name)
                .matches(e -> e.kind() == Kind.NOT_FOUND);
    }

    @Test
    void execTellsExitCodeAndOutput() throws DockerException {
        busybox.run(name);
        ExecCommand command = new ExecCommand(
                java.util.List.of("sh", "-c", "echo out; echo err >&2; echo $SECRET; pwd; exit 3"),
                Optional.of("65534:65534"),
                Optional.of("/tmp"),
                Map.of("SECRET", "geheim"));
        assertThat(command.toString()).doesNotContain("geheim").isEqualTo("sh");
        ExecOutcome outcome = containers.exec(found(), command, LONG);
        assertThat(outcome).isInstanceOfSatisfying(ExecOutcome.Ended.class, ended -> {
            assertThat(ended.exitCode()).isEqualTo(3);
            assertThat(ended.output().lines()).containsExactlyInAnyOrder("out", "err", "geheim", "/tmp");
        });
    }

    @Test
    void missingCommandIsAnExitCode() throws DockerException {
        busybox.run(name);
        assertThat(containers.exec(found(), ExecCommand.of("no-such-program"), LONG))
                .isInstanceOfSatisfying(ExecOutcome.Ended.class, ended -> {
                    assertThat(ended.exitCode()).isEqualTo(127);
                    assertThat(ended.output()).contains("no-such-program");
                });
    }

    @Test
    void containerWithoutAShellRunsItsCommandAsItIs() throws DockerException {
        busybox.run(name, (create, host) -> create.withCmd("busybox", "sleep", "1000"));
        containers.exec(found(), ExecCommand.of("busybox", "rm", "/bin/sh"), LONG);
        assertThat(containers.exec(found(), ExecCommand.of("busybox", "echo", "hello"), LONG))
                .isEqualTo(new ExecOutcome.Ended(0, "hello\n"));
        assertThat(containers.exec(found(), ExecCommand.of("no-such-program"), LONG))
                .isInstanceOfSatisfying(
                        ExecOutcome.Ended.class,
                        ended -> assertThat(ended.exitCode()).isBetween(126, 127));
        assertThat(containers.exec(found(), ExecCommand.of("sleep", "99"), SHORT))
                .isEqualTo(new ExecOutcome.Overdue("", false));
    }

    @Test
    void overdueCommandIsKilledInsideTheContainerWithAllItStarted() throws DockerException {
        busybox.run(name, (create, host) -> create.withCmd("sleep", "1000"));
        ExecCommand command =
                ExecCommand.of("sh", "-c", "trap '' TERM; sleep 501 | cat & echo begun; sleep 502; echo never");
        long began = System.nanoTime();
        ExecOutcome outcome = containers.exec(found(), command, SHORT);
        assertThat(outcome).isEqualTo(new ExecOutcome.Overdue("begun\n", true));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(SHORT, SHORT.plusSeconds(10));
        assertThat(busybox.processes(name)).containsExactly("sleep 1000");
    }

    @Test
    void overdueCommandOfAnotherUserIsKilledToo() throws DockerException {
        busybox.run(name, (create, host) -> create.withCmd("sleep", "1000"));
        ExecCommand command =
                new ExecCommand(java.util.List.of("sleep", "503"), Optional.of("65534"), Optional.empty(), Map.of());
        assertThat(containers.exec(found(), command, SHORT)).isEqualTo(new ExecOutcome.Overdue("", true));
        assertThat(busybox.processes(name)).containsExactly("sleep 1000");
    }

    @Test
    void interruptedCommandIsKilledInsideTheContainer() throws Exception {
        busybox.run(name, (create, host) -> create.withCmd("sleep", "1000"));
        Container container = found();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                containers.exec(container, ExecCommand.of("sleep", "504"), LONG);
                interrupted.complete(false);
            } catch (DockerException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
            }
        });
        thread.start();
        await().until(() -> busybox.processes(name).contains("sleep 504"));
        thread.interrupt();
        assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(busybox.processes(name)).containsExactly("sleep 1000");
    }

    @Test
    void containerKilledInMidExecIsNoSuccess() {
        busybox.run(name, (create, host) -> create.withCmd("sleep", "1000"));
        assertThat(whileItRuns(() -> busybox.docker().killContainerCmd(name).exec()))
                .isNotEqualTo("0");
    }

    @Test
    void containerRemovedInMidExecIsNotFound() {
        busybox.run(name, (create, host) -> create.withCmd("sleep", "1000"));
        assertThat(whileItRuns(() -> busybox.docker()
                        .removeContainerCmd(name)
                        .withForce(true)
                        .exec()))
                .isNotEqualTo("0");
    }

    /** The exit code or the kind of failure of a command during which something happens. */
    private String whileItRuns(Runnable happens) {
        CompletableFuture<String> end = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                ExecOutcome outcome = containers.exec(found(), ExecCommand.of("sleep", "505"), LONG);
                end.complete(outcome instanceof ExecOutcome.Ended ended ? "" + ended.exitCode() : "overdue");
            } catch (DockerException e) {
                end.complete(e.kind().name());
            }
        });
        thread.start();
        await().until(() -> busybox.processes(name).contains("sleep 505"));
        happens.run();
        String how = end.orTimeout(20, TimeUnit.SECONDS).join();
        System.out.println("the command ended as " + how);
        return how;
    }

    @Test
    void containerPausedInMidExecIsOverdueAndNotSaidToBeGone() throws Exception {
        busybox.run(name, (create, host) -> create.withCmd("sleep", "1000"));
        CompletableFuture<ExecOutcome> end = new CompletableFuture<>();
        Container container = found();
        Thread thread = new Thread(() -> {
            try {
                end.complete(containers.exec(container, ExecCommand.of("sleep", "506"), Duration.ofSeconds(4)));
            } catch (DockerException e) {
                end.completeExceptionally(e);
            }
        });
        thread.start();
        await().until(() -> busybox.processes(name).contains("sleep 506"));
        containers.pause(container);
        assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo(new ExecOutcome.Overdue("", false));
        containers.unpause(container);
    }

    @Test
    void endlessOutputIsCapped() throws DockerException {
        busybox.run(name, (create, host) -> create.withCmd("sleep", "1000"));
        ExecOutcome outcome = containers.exec(found(), ExecCommand.of("sh", "-c", "yes endless >&2"), SHORT);
        assertThat(outcome).isInstanceOfSatisfying(ExecOutcome.Overdue.class, overdue -> {
            assertThat(overdue.output()).hasSize(OutputTail.CAPACITY).contains("endless\nendless");
            assertThat(overdue.gone()).isTrue();
        });
    }

    private Container found() throws DockerException {
        return containers.find(name).orElseThrow();
    }
}
