package io.doksnap.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.doksnap.docker.DockerException.Kind;
import io.doksnap.testing.Busybox;
import io.doksnap.testing.Needs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real commands in real containers, whose output is handed on while they run. */
@Timeout(240)
class ExecStreamIT {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final ExecCommand ENDLESS = ExecCommand.of("sh", "-c", "echo begun >&2; yes endless");

    private final String name = "doksnap-test-" + UUID.randomUUID();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private Busybox busybox;
    private Containers containers;

    @BeforeEach
    void connect() throws DockerException {
        URI host = Needs.docker();
        busybox = Busybox.at(host);
        containers = DockerEngines.connect(host, LONG).containers();
        busybox.run(name, (create, config) -> create.withCmd("sleep", "1000"));
    }

    @AfterEach
    void removeAll() throws IOException {
        if (busybox != null) {
            busybox.close();
        }
    }

    @Test
    void everyByteArrivesInOrderAndStandardErrorIsNotAmongThem() throws IOException {
        ExecCommand command = new ExecCommand(
                List.of(
                        "sh",
                        "-c",
                        "i=0; while [ $i -lt 20000 ]; do echo line $i $WHAT; i=$((i+1)); done; echo done >&2"),
                Optional.of("65534"),
                Optional.of("/tmp"),
                Map.of("WHAT", "said"));
        ExecOutcome outcome = containers.stream(found(), command, ExecStreams.to(output), LONG);
        assertThat(outcome).isEqualTo(new ExecOutcome.Ended(0, "done\n"));
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            expected.append("line ").append(i).append(" said\n");
        }
        assertThat(output.toString(UTF_8)).isEqualTo(expected.toString());
    }

    @Test
    void commandThatFailsInTheEndSaysSoAfterAllItsOutput() throws IOException {
        ExecCommand command = ExecCommand.of("sh", "-c", "echo half; echo broken >&2; exit 3");
        assertThat(containers.stream(found(), command, ExecStreams.to(output), LONG))
                .isEqualTo(new ExecOutcome.Ended(3, "broken\n"));
        assertThat(output.toString(UTF_8)).isEqualTo("half\n");
    }

    @Test
    void missingCommandHandsNothingOnAndIsAnExitCode() throws IOException {
        assertThat(containers.stream(found(), ExecCommand.of("no-such-program"), ExecStreams.to(output), LONG))
                .isInstanceOfSatisfying(ExecOutcome.Ended.class, ended -> {
                    assertThat(ended.exitCode()).isEqualTo(127);
                    assertThat(ended.output()).contains("no-such-program");
                });
        assertThat(output.size()).isZero();
    }

    @Test
    void containerWithoutAShellRunsItsCommandAsItIsAndTheRuntimesOwnWordsAreNoOutput() throws IOException {
        containers.exec(found(), ExecCommand.of("busybox", "rm", "/bin/sh"), LONG);
        assertThat(containers.stream(found(), ExecCommand.of("busybox", "echo", "hello"), ExecStreams.to(output), LONG))
                .isEqualTo(new ExecOutcome.Ended(0, ""));
        assertThat(output.toString(UTF_8)).isEqualTo("hello\n");
        assertThat(containers.stream(found(), ExecCommand.of("no-such-program"), ExecStreams.to(output), LONG))
                .isInstanceOfSatisfying(
                        ExecOutcome.Ended.class,
                        ended -> assertThat(ended.exitCode()).isBetween(126, 127));
    }

    @Test
    void containerKilledInMidStreamIsNoSuccess() throws Exception {
        String how = whileItStreams(
                ENDLESS, LONG, () -> busybox.docker().killContainerCmd(name).exec());
        assertThat(how).isNotEqualTo("0");
    }

    @Test
    void containerRemovedInMidStreamIsNoSuccess() throws Exception {
        String how = whileItStreams(
                ENDLESS,
                LONG,
                () -> busybox.docker().removeContainerCmd(name).withForce(true).exec());
        assertThat(how).isNotEqualTo("0");
    }

    @Test
    void containerPausedInMidStreamIsOverdueAndNotSaidToBeGone() throws Exception {
        String how = whileItStreams(
                ENDLESS,
                Duration.ofSeconds(4),
                () -> busybox.docker().pauseContainerCmd(name).exec());
        assertThat(how).isEqualTo("overdue false");
        busybox.docker().unpauseContainerCmd(name).exec();
    }

    /** The exit code or the kind of failure of a command during which something happens. */
    private String whileItStreams(ExecCommand command, Duration within, Runnable happens) throws Exception {
        CompletableFuture<String> end = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        Container container = found();
        Thread thread = new Thread(() -> {
            try {
                ExecOutcome outcome =
                        containers.stream(container, command, ExecStreams.to(new Counter(begun, 0)), within);
                end.complete(
                        outcome instanceof ExecOutcome.Ended ended
                                ? "" + ended.exitCode()
                                : "overdue " + ((ExecOutcome.Overdue) outcome).gone());
            } catch (DockerException e) {
                end.complete(e.kind().name());
            } catch (IOException e) {
                end.completeExceptionally(e);
            }
        });
        thread.start();
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        happens.run();
        String how = end.get(30, TimeUnit.SECONDS);
        System.out.println("the command ended as " + how);
        return how;
    }

    @Test
    void endlessStandardErrorIsCapped() throws IOException {
        ExecCommand command = ExecCommand.of("sh", "-c", "yes endless >&2");
        assertThat(containers.stream(found(), command, ExecStreams.to(output), SHORT))
                .isInstanceOfSatisfying(ExecOutcome.Overdue.class, overdue -> {
                    assertThat(overdue.output()).hasSize(OutputTail.CAPACITY).contains("endless\nendless");
                    assertThat(overdue.gone()).isTrue();
                });
        assertThat(busybox.processes(name)).containsExactly("sleep 1000");
    }

    @Test
    void overdueCommandIsKilledWithAllThatItStarted() throws IOException {
        ExecCommand command = ExecCommand.of("sh", "-c", "trap '' TERM; sleep 601 | cat & yes");
        assertThat(containers.stream(found(), command, ExecStreams.to(OutputStream.nullOutputStream()), SHORT))
                .isEqualTo(new ExecOutcome.Overdue("", true));
        assertThat(busybox.processes(name)).containsExactly("sleep 1000");
    }

    @Test
    void sinkThatFailsEndsTheCommandWithItsOwnFailure() throws IOException {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("the store is full");
            }
        };
        Container container = found();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> containers.stream(container, ENDLESS, ExecStreams.to(full), LONG))
                .isNotInstanceOf(DockerException.class)
                .withMessage("the store is full");
        assertThat(busybox.processes(name)).containsExactly("sleep 1000");
    }

    @Test
    void slowSinkHoldsTheCommandBack() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Counter slow = new Counter(begun, 50);
        ExecCommand command = ExecCommand.of("sh", "-c", "yes 0123456789abcde | busybox head -c 100000000");
        assertThat(containers.stream(found(), command, ExecStreams.to(slow), Duration.ofSeconds(3)))
                .isInstanceOf(ExecOutcome.Overdue.class);
        // 20 writes a second of at most 32 KiB each.
        assertThat(slow.bytes.get()).isBetween(1L, 100L * (32 << 10));
        assertThat(busybox.processes(name)).containsExactly("sleep 1000");
    }

    @Test
    void interruptedCommandIsKilledInsideTheContainer() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        Container container = found();
        Thread thread = new Thread(() -> {
            try {
                containers.stream(container, ENDLESS, ExecStreams.to(new Counter(begun, 0)), LONG);
                interrupted.complete(false);
            } catch (IOException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
            }
        });
        thread.start();
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        thread.interrupt();
        assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(busybox.processes(name)).containsExactly("sleep 1000");
    }

    @Test
    void commandReadsWhatItIsSentAndEndsByWhatThatSays() throws IOException {
        String lines = "line\n".repeat(200_000) + "end\n";
        ExecCommand command = ExecCommand.of("sh", "-c", "busybox head -n 200001 | busybox wc -l; echo read >&2");
        ExecStreams streams = new ExecStreams(Optional.of(new ByteArrayInputStream(lines.getBytes(UTF_8))), output);
        assertThat(containers.stream(found(), command, streams, LONG)).isEqualTo(new ExecOutcome.Ended(0, "read\n"));
        assertThat(output.toString(UTF_8).strip()).isEqualTo("200001");
    }

    @Test
    void inputThatIsCutOffNeverLooksWhole() throws IOException {
        ExecCommand command = ExecCommand.of("sh", "-c", "cat; echo whole");
        ExecStreams streams = new ExecStreams(Optional.of(new ByteArrayInputStream("half".getBytes(UTF_8))), output);
        assertThat(containers.stream(found(), command, streams, SHORT)).isEqualTo(new ExecOutcome.Overdue("", true));
        assertThat(output.toString(UTF_8)).isEqualTo("half");
    }

    @Test
    void stoppedContainerIsRefused() throws DockerException {
        Container container = found();
        busybox.docker().killContainerCmd(name).exec();
        await().until(() -> found().state() == Container.State.EXITED);
        assertThatExceptionOfType(DockerException.class)
                .isThrownBy(() -> containers.stream(container, ENDLESS, ExecStreams.to(output), LONG))
                .withMessageContaining("is not running")
                .matches(e -> e.kind() == Kind.REFUSED);
    }

    private Container found() throws DockerException {
        return containers.find(name).orElseThrow();
    }

    /** Tells when the first bytes come, and takes its time with each piece. */
    private static final class Counter extends OutputStream {
        private final CountDownLatch begun;
        private final long millis;
        private final AtomicLong bytes = new AtomicLong();

        Counter(CountDownLatch begun, long millis) {
            this.begun = begun;
            this.millis = millis;
        }

        @Override
        public void write(int b) {
            bytes.incrementAndGet();
        }

        @Override
        public void write(byte[] piece, int offset, int length) throws IOException {
            bytes.addAndGet(length);
            begun.countDown();
            try {
                boolean ignored = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }
}
