package io.doksnap.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.run.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class QuickBackupIT {
    private static final int NOBODY = 69;
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void whatTheOperatorSaysIsPrintedWithItsCode() throws Exception {
        // A file that an operator left that was killed.
        Files.writeString(file(), "");
        try (Closeable listening = QuickBackup.listen(directory, QuickBackupIT::report)) {
            assertThat(listening).isInstanceOf(LocalSocket.class);
            assertThat(ask(true)).isEqualTo(5);
            assertThat(out.toString(UTF_8)).isEqualTo("böck: backed up\n" + "x".repeat(3_000_000));
            assertThat(err.toString(UTF_8))
                    .isEqualTo("true" + System.lineSeparator() + "warning: öl" + System.lineSeparator());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                    .isEqualTo("rw-------");
        }
        assertThat(file()).doesNotExist();
    }

    private static int report(String policy, Console console, Cancellation cancellation) {
        console.say(String.valueOf(console.interactive()));
        console.out().print(policy + ": backed up\n" + "x".repeat(3_000_000));
        console.warn("öl");
        return 5;
    }

    @Test
    void whatIsSaidIsSeenAtOnceAndCallingOffReachesTheBackup() throws Exception {
        try (Closeable listening = QuickBackup.listen(directory, (policy, console, cancellation) -> {
            console.out().println("begun");
            boolean cancelled = cancellation.awaits(LONG);
            console.say("cancelled: " + cancelled);
            return ExitCode.CANCELLED;
        })) {
            assertThat(listening).isInstanceOf(LocalSocket.class);
            CountDownLatch begun = new CountDownLatch(1);
            PrintStream watched = new PrintStream(out, true, UTF_8) {
                @Override
                public void flush() {
                    super.flush();
                    begun.countDown();
                }
            };
            Console console = new Console(watched, new PrintStream(err, true, UTF_8), false);
            int code = QuickBackup.ask(
                    directory,
                    "böck",
                    console,
                    callOff -> new Thread(() -> {
                                Cancellation pause = new Cancellation();
                                while (begun.getCount() > 0 && !pause.awaits(Duration.ofMillis(10))) {}
                                callOff.run();
                            })
                            .start());
            assertThat(code).isEqualTo(ExitCode.CANCELLED);
            assertThat(err.toString(UTF_8)).contains("stopping: the operator undoes", "cancelled: true");
        }
    }

    @Test
    void clientThatGoesAwayCallsNothingOff() throws Exception {
        SynchronousQueue<Boolean> cancelled = new SynchronousQueue<>();
        CountDownLatch gone = new CountDownLatch(1);
        try (Closeable listening = QuickBackup.listen(directory, (policy, console, cancellation) -> {
            try {
                gone.await();
                for (int line = 0; line < 1000; line++) {
                    console.say("nobody reads this");
                }
                cancelled.put(cancellation.awaits(Duration.ofMillis(500)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return ExitCode.OK;
        })) {
            assertThat(listening).isInstanceOf(LocalSocket.class);
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(file()))) {
                client.write(ByteBuffer.wrap(new byte[] {0, 0, 1, 'a'}));
            }
            gone.countDown();
            assertThat(cancelled.poll(30, TimeUnit.SECONDS)).isFalse();
        }
    }

    @Test
    void withoutAnOperatorNothingIsPrinted() throws IOException {
        assertThat(ask(false)).isEqualTo(NOBODY);
        Files.writeString(file(), "");
        assertThat(ask(false)).isEqualTo(NOBODY);
        assertThat(out.toString(UTF_8) + err.toString(UTF_8)).isEmpty();
    }

    @Test
    void operatorThatEndsMeanwhileIsNotMistakenForABackup() throws Exception {
        try (ServerSocketChannel operator = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            operator.bind(UnixDomainSocketAddress.of(file()));
            Thread killed = new Thread(() -> {
                try (SocketChannel client = operator.accept()) {
                    client.write(ByteBuffer.wrap(new byte[] {1, 0, 0, 0, 3, 'o'}));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            killed.start();
            assertThat(ask(false)).isEqualTo(ExitCode.BUSY);
            assertThat(err.toString(UTF_8)).contains("error: the operator ended before", "doksnap status");
            killed.join();
        }
    }

    private Path file() {
        return directory.resolve("backup.sock");
    }

    private int ask(boolean interactive) {
        return QuickBackup.ask(
                directory,
                "böck",
                new Console(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), interactive),
                callOff -> {});
    }
}
