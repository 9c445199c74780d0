package io.doksnap.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import io.doksnap.docker.DockerException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One command whose standard output is handed on while it runs.
 *
 * <p>A thread of its own reads the engine's answer into a short queue; the calling thread takes from there and writes to the sink. So a sink that is
 * slow holds the command back, and nobody writes to the sink once the call has returned. docker-java's own reader is not used: it copies by the
 * kilobyte.
 */
final class ExecStream {
    private static final int QUEUED = 8;
    private static final int CHUNK = 32 << 10;

    /** What a runtime says when it cannot start a command is much shorter. */
    private static final int LONGEST_REFUSAL = 64 << 10;

    private static final int HEADER = 8;
    private static final int LENGTH = 4;
    private static final int STDERR = 2;

    private final EngineCalls calls;
    private final RemoteExec exec;
    private final ExecStreams streams;
    private final OutputTail errors;
    private final BlockingQueue<Chunk> queue = new ArrayBlockingQueue<>(QUEUED);

    /** What came before anything told that the command runs; a runtime that cannot start it says so here, of all places. */
    private @Nullable ByteArrayOutputStream held;

    /**
     * Creates it; nothing runs yet.
     *
     * @param tellsItsNumber whether a shell says that it runs before the command does anything
     */
    ExecStream(EngineCalls calls, RemoteExec exec, ExecStreams streams, OutputTail errors, boolean tellsItsNumber) {
        this.calls = calls;
        this.exec = exec;
        this.streams = streams;
        this.errors = errors;
        this.held = tellsItsNumber ? new ByteArrayOutputStream() : null;
    }

    /** Bytes, the end, or what broke. */
    private static final class Chunk {
        static final Chunk END = new Chunk(new byte[0], -1, null);

        private final byte[] bytes;
        private final int length;
        private final @Nullable Exception broken;

        Chunk(byte[] bytes, int length, @Nullable Exception broken) {
            this.bytes = bytes;
            this.length = length;
            this.broken = broken;
        }

        boolean isLast() {
            return length < 0;
        }
    }

    ExecOutcome run(Duration within) throws IOException {
        boolean ended;
        try {
            ended = follow(within);
        } catch (IOException | RuntimeException e) {
            // Also where the engine went away in the middle: what it started may go on without it.
            boolean interrupted = Thread.interrupted();
            boolean ignored = exec.kill(errors.pid());
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            throw e;
        } finally {
            closeInput();
        }
        if (!ended) {
            return new ExecOutcome.Overdue(said(), exec.kill(errors.pid()));
        }
        int exitCode = exec.exitCode();
        if (exitCode == 0 || errors.pid().isPresent()) {
            // The command did run, so what was held back came from it.
            release();
        }
        return new ExecOutcome.Ended(exitCode, said());
    }

    /** Whether it came to its end in time. */
    private boolean follow(Duration within) throws IOException {
        long end = System.nanoTime() + within.toNanos();
        DockerHttpClient engine = calls.transport();
        Thread reader = new Thread(() -> read(engine), "docker " + exec.purpose());
        reader.setDaemon(true);
        reader.start();
        try {
            while (true) {
                Chunk next = queue.poll(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (next == null || (!next.isLast() && System.nanoTime() > end)) {
                    return false;
                }
                if (next.broken != null) {
                    throw calls.failure(exec.purpose(), next.broken);
                }
                if (next.isLast()) {
                    return true;
                }
                handOn(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DockerException(Kind.UNAVAILABLE, "Interrupted while waiting to " + exec.purpose() + ".", e);
        } finally {
            close(engine);
            reader.interrupt();
        }
    }

    private void handOn(Chunk chunk) throws IOException {
        ByteArrayOutputStream early = held;
        if (early != null) {
            early.write(chunk.bytes, 0, chunk.length);
            if (errors.pid().isPresent() || early.size() > LONGEST_REFUSAL) {
                release();
            }
            return;
        }
        streams.output().write(chunk.bytes, 0, chunk.length);
    }

    private void release() throws IOException {
        ByteArrayOutputStream early = held;
        held = null;
        if (early != null) {
            early.writeTo(streams.output());
        }
    }

    /** What it said of itself; what was held back was never the command's own output, as that never ran. */
    private String said() {
        String text = errors.text();
        ByteArrayOutputStream early = held;
        return text.isBlank() && early != null ? early.toString(StandardCharsets.UTF_8) : text;
    }

    /** On a thread of its own: the engine's answer, until it ends or the connection is closed. */
    private void read(DockerHttpClient engine) {
        DockerHttpClient.Request.Builder request = DockerHttpClient.Request.builder()
                .method(DockerHttpClient.Request.Method.POST)
                .path("/exec/" + exec.id() + "/start")
                .putHeader("Content-Type", "application/json")
                .bodyBytes("{\"Detach\":false,\"Tty\":false}".getBytes(StandardCharsets.UTF_8));
        streams.input().ifPresent(input -> request.hijackedInput(new CommandInput(input)));
        try {
            try (DockerHttpClient.Response response = engine.execute(request.build())) {
                if (response.getStatusCode() != 200) {
                    String text = new String(response.getBody().readNBytes(CHUNK), StandardCharsets.UTF_8);
                    throw EngineCalls.refusal(response.getStatusCode(), text);
                }
                frames(response.getBody());
                queue.put(Chunk.END);
            } catch (IOException | RuntimeException e) {
                queue.put(new Chunk(new byte[0], -1, e));
            }
        } catch (InterruptedException abandoned) {
            // Nobody takes from the queue any more.
            Thread.currentThread().interrupt();
        }
    }

    /** Both streams in one: eight bytes before each piece say which and how long. */
    private void frames(InputStream body) throws IOException, InterruptedException {
        byte[] header = new byte[HEADER];
        for (int n = body.readNBytes(header, 0, HEADER); n > 0; n = body.readNBytes(header, 0, HEADER)) {
            if (n < HEADER) {
                throw new EOFException("the engine's answer ends in the middle");
            }
            long left = ByteBuffer.wrap(header).getInt(LENGTH) & 0xFFFFFFFFL;
            while (left > 0) {
                byte[] bytes = new byte[(int) Math.min(CHUNK, left)];
                int length = body.read(bytes);
                if (length < 0) {
                    throw new EOFException("the engine's answer ends in the middle");
                }
                if (header[0] == STDERR) {
                    errors.take(bytes, length, true);
                } else {
                    queue.put(new Chunk(bytes, length, null));
                }
                left -= length;
            }
        }
    }

    private void closeInput() {
        Optional<InputStream> input = streams.input();
        if (input.isPresent()) {
            close(input.get());
        }
    }

    private static void close(AutoCloseable what) {
        try {
            what.close();
        } catch (Exception ignored) {
            // How the command ended is known, or its failure is on its way; a connection that ends badly changes
            // neither.
        }
    }
}
