package io.doksnap.run;

import io.doksnap.archive.stage.BufferPipe;
import io.doksnap.archive.stage.PipeInput;
import io.doksnap.archive.stage.PipeOutput;
import io.doksnap.docker.ExecCommand;
import io.doksnap.docker.ExecOutcome;
import io.doksnap.docker.ExecStreams;
import io.doksnap.run.dump.DatabaseContainer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A command inside a container that reads what the calling thread writes.
 *
 * <p>A thread of its own follows the command. Where the writing fails, or the calling thread is interrupted, that thread is, which kills the command.
 * Where the command ends first, the writing fails.
 */
final class DumpFeed {
    private static final int SLOTS = 4;
    private static final int BUFFER = 256 << 10;

    /** Loading takes as long as it takes; whoever waits for it can call it off. */
    private static final Duration LONG = Duration.ofDays(7);

    private final DatabaseContainer inside;
    private final ExecCommand command;
    private final BufferPipe pipe = new BufferPipe(SLOTS, BUFFER);
    private final Input input = new Input(pipe);
    private final End printed = new End();
    private volatile @Nullable ExecOutcome outcome;
    private volatile @Nullable Exception failure;

    DumpFeed(DatabaseContainer inside, ExecCommand command) {
        this.inside = inside;
        this.command = command;
    }

    /** Writes all that the command is to read. */
    @FunctionalInterface
    interface Writer {
        void write(OutputStream command) throws IOException, RunException;
    }

    /** Whether the command has ended, or is about to. */
    boolean isOver() {
        return input.closed;
    }

    /** The end of what it printed. */
    String printed() {
        return printed.text();
    }

    /** Runs the command to its end. */
    ExecOutcome run(Writer writer) throws IOException, RunException {
        Thread follower = new Thread(this::follow, "doksnap-load");
        follower.setDaemon(true);
        follower.start();
        try {
            PipeOutput output = new PipeOutput(pipe);
            writer.write(output);
            output.close();
            pipe.finish();
        } catch (IOException | RunException | RuntimeException e) {
            if (!isOver()) {
                follower.interrupt();
                await(follower);
                throw e;
            }
            // How it ended says why.
        }
        await(follower);
        return outcome();
    }

    private void follow() {
        try {
            outcome = inside.containers().stream(
                    inside.container(), command, new ExecStreams(java.util.Optional.of(input), printed), LONG);
        } catch (IOException | RuntimeException e) {
            failure = e;
        } finally {
            input.close();
        }
    }

    private ExecOutcome outcome() throws IOException {
        Exception broken = failure;
        if (broken instanceof IOException e) {
            throw e;
        } else if (broken != null) {
            throw new IOException(broken.toString(), broken);
        }
        ExecOutcome how = outcome;
        if (how == null) {
            throw new IOException("the command's end was not told");
        }
        return how;
    }

    private static void await(Thread follower) {
        boolean interrupted = false;
        while (follower.isAlive()) {
            try {
                follower.join();
            } catch (InterruptedException e) {
                interrupted = true;
                follower.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the command reads. Closing it wakes both sides. */
    private static final class Input extends InputStream {
        private final BufferPipe pipe;
        private final PipeInput bytes;
        private volatile boolean closed;

        Input(BufferPipe pipe) {
            this.pipe = pipe;
            this.bytes = new PipeInput(pipe);
        }

        @Override
        public int read() throws IOException {
            return bytes.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return bytes.read(into, offset, length);
        }

        @Override
        public void close() {
            closed = true;
            pipe.close();
            pipe.finish();
        }
    }

    /** The last of what is printed; much of it is of no use to anybody. */
    private static final class End extends OutputStream {
        private static final int KEPT = 4 << 10;

        private final StringBuilder kept = new StringBuilder();

        @Override
        public synchronized void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] piece, int offset, int length) {
            kept.append(new String(piece, offset, length, StandardCharsets.ISO_8859_1));
            kept.delete(0, Math.max(0, kept.length() - KEPT));
        }

        synchronized String text() {
            return kept.toString();
        }
    }
}
