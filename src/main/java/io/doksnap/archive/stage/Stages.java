package io.doksnap.archive.stage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The threads of one pipeline; the calling thread is its last stage. Closing ends them all: every pipe is abandoned, every thread
 * interrupted and waited for, so that no thread outlives the run that it belonged to. A body that waits in somebody else's stream, which an
 * interrupt does not reach, is waited for until that stream's own timeout.
 */
public final class Stages implements AutoCloseable {
    /** Bytes of address space for each thread's stack: trees are as deep as paths are long, and only what is used takes memory. */
    private static final long STACK = 16L << 20;

    private final List<Thread> threads = new ArrayList<>();
    private final List<BufferPipe> pipes = new ArrayList<>();

    /** Starts a stage that fills a pipe; when the body ends the pipe is finished, when it throws the pipe fails. */
    public void start(String name, BufferPipe output, Body body) {
        pipes.add(output);
        Thread thread = new Thread(null, () -> run(output, body), name, STACK);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private static void run(BufferPipe output, Body body) {
        try {
            body.run();
            output.finish();
        } catch (IOException | RuntimeException | Error e) {
            output.fail(e);
        }
    }

    @Override
    public void close() {
        pipes.forEach(BufferPipe::close);
        threads.forEach(Thread::interrupt);
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a stage does, on its own thread. */
    @FunctionalInterface
    public interface Body {
        /** Reads its input to the end and publishes to its output. */
        void run() throws IOException;
    }
}
