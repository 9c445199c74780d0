package io.doksnap.archive.stage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A bounded hand-over of pooled direct buffers from one producing thread to one consuming thread.
 *
 * <p>The producer takes an {@linkplain #acquire() empty buffer}, fills it and {@linkplain #publish publishes} it; the
 * consumer {@linkplain #take() takes} it and {@linkplain #release releases} it. There are never more buffers than slots, so
 * a slow consumer holds the producer back and memory stays constant. A failure of the producer surfaces in the consumer; a consumer that leaves
 * makes the producer's next call fail. Interrupting a thread ends its next {@code acquire} or {@code take}, also where it need not wait.
 */
public final class BufferPipe implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private final Deque<ByteBuffer> filled = new ArrayDeque<>();
    private final int bufferBytes;
    private final Consumer<ByteBuffer> observer;
    private int unallocated;
    private boolean finished;
    private boolean abandoned;
    private @Nullable Throwable failure;

    /** Creates a pipe of so many buffers of so many bytes each; a buffer is allocated when it is first needed. */
    public BufferPipe(int slots, int bufferBytes) {
        this(slots, bufferBytes, taken -> {});
    }

    /**
     * The same, with somebody who looks at all that passes.
     *
     * @param observer is shown a copy of each buffer's bounds before it is taken, by the consuming thread
     */
    public BufferPipe(int slots, int bufferBytes, Consumer<ByteBuffer> observer) {
        this.unallocated = slots;
        this.bufferBytes = bufferBytes;
        this.observer = observer;
    }

    /** Producer: an empty buffer, as soon as one is free. */
    public ByteBuffer acquire() throws IOException {
        lockInterruptibly();
        try {
            awaitUntil(() -> !free.isEmpty() || unallocated > 0 || abandoned);
            if (abandoned) {
                throw new IOException("the reading side of the pipe was closed");
            }
            if (!free.isEmpty()) {
                return free.pop().clear();
            }
            unallocated--;
        } finally {
            lock.unlock();
        }
        return ByteBuffer.allocateDirect(bufferBytes);
    }

    /** Producer: hands a filled buffer over, from its start to its position. */
    public void publish(ByteBuffer buffer) {
        lock.lock();
        try {
            filled.add(buffer.flip());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Producer: nothing more will come. */
    public void finish() {
        lock.lock();
        try {
            finished = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Producer: nothing more will come, for this reason; the consumer gets it as soon as it asks again. */
    public void fail(Throwable cause) {
        lock.lock();
        try {
            failure = cause;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Consumer: the next buffer to read, or {@code null} at the end.
     *
     * @throws IOException the producer's own failure where it was an I/O error, else one that carries it as its cause
     */
    public @Nullable ByteBuffer take() throws IOException {
        ByteBuffer taken = takeNext();
        if (taken != null) {
            // Outside of the lock, so that the producer goes on meanwhile.
            observer.accept(taken.duplicate());
        }
        return taken;
    }

    private @Nullable ByteBuffer takeNext() throws IOException {
        lockInterruptibly();
        try {
            awaitUntil(() -> !filled.isEmpty() || finished || failure != null);
            if (failure instanceof IOException broken) {
                throw broken;
            } else if (failure instanceof Error broken) {
                throw broken;
            } else if (failure != null) {
                throw new IOException(failure.toString(), failure);
            }
            return filled.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Consumer: gives a buffer back. */
    public void release(ByteBuffer buffer) {
        lock.lock();
        try {
            free.push(buffer);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Consumer: leaves; the producer's next {@link #acquire()} fails. Closing after the end changes nothing. */
    @Override
    public void close() {
        lock.lock();
        try {
            abandoned = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void lockInterruptibly() throws InterruptedIOException {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(e);
        }
    }

    private void awaitUntil(BooleanSupplier condition) throws InterruptedIOException {
        try {
            while (!condition.getAsBoolean()) {
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(e);
        }
    }

    private static InterruptedIOException interrupted(InterruptedException cause) {
        InterruptedIOException wrapped = new InterruptedIOException("interrupted while waiting for the next stage");
        wrapped.initCause(cause);
        return wrapped;
    }
}
