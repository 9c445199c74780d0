package io.doksnap.run;

import io.doksnap.run.SpoolFile.SpoolException;
import io.doksnap.run.SpoolSpace.Medium;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream between one thread that writes and another that takes, slower as like as not: what is ahead of the taker waits in a few buffers,
 * then, encrypted, on disk. Where the disk has no more room for it, the writer waits for the taker.
 *
 * <p>Places on disk are used again as soon as they were read, the last one first, so that a taker that keeps up costs no disk.
 */
final class Spool extends OutputStream {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final int BUFFERS = 4;

    /** How much is handed over at a time. */
    static final int CHUNK = 256 << 10;

    /** What one holds of the heap: its buffers, and what is encrypted and decrypted at the moment, twice over as the cipher copies it. */
    static final long HELD_BYTES = (BUFFERS + 4) * (long) CHUNK;

    /** What a chunk takes on disk. */
    static final int SLOT = CHUNK + SpoolCipher.TAG_BYTES;

    private final SpoolSpace space;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final SpoolCipher cipher = new SpoolCipher();
    private final AtomicInteger sides = new AtomicInteger(2);

    // Guarded by the lock.
    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private final Deque<byte[]> freeBuffers = new ArrayDeque<>();
    private final Deque<Integer> freeSlots = new ArrayDeque<>();
    private int buffersMade;
    private boolean taking;
    private boolean finished;
    private @Nullable IOException givenUp;
    private volatile Optional<String> waited = Optional.empty();

    // The writer's alone; the taker reads the medium after it was told of a chunk on it.
    private byte[] current = new byte[0];
    private int filled;
    private volatile @Nullable Medium medium;
    private int slotsMade;
    private long sealed;
    private String broken = "";

    private sealed interface Chunk {
        int length();
    }

    private record InMemory(ByteBuffer bytes) implements Chunk {
        @Override
        public int length() {
            return bytes.limit();
        }
    }

    private record OnDisk(int slot, long number, int length) implements Chunk {}

    Spool(SpoolSpace space) {
        this.space = space;
    }

    /** Why the writer had to wait for the taker, if it ever had: complete for a person to read. */
    Optional<String> waited() {
        return waited;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (current.length == 0) {
                current = new byte[CHUNK];
            }
            int n = Math.min(CHUNK - filled, length - done);
            System.arraycopy(bytes, offset + done, current, filled, n);
            filled += n;
            done += n;
            if (filled == CHUNK) {
                handOver();
            }
        }
    }

    /** Writer: there is no more. */
    void finish() throws IOException {
        if (filled > 0) {
            handOver();
        }
        current = new byte[0];
        locked(() -> finished = true);
    }

    /** Anybody: nothing of it is of use any more. The writer gets this to know, and the taker, too. */
    void giveUp(IOException because) {
        locked(() -> givenUp = givenUp == null ? because : givenUp);
    }

    private void handOver() throws IOException {
        while (!handedOver()) {
            waited = waited.or(() -> Optional.of(broken.isEmpty() ? "was full" : broken));
            await(() -> hasBuffer() || (broken.isEmpty() && !freeSlots.isEmpty()));
        }
        filled = 0;
    }

    private boolean handedOver() throws IOException {
        lockInterruptibly();
        try {
            checkGivenUp();
            if (hasBuffer()) {
                chunks.add(new InMemory(ByteBuffer.wrap(current, 0, filled)));
                if (freeBuffers.isEmpty()) {
                    buffersMade++;
                    current = new byte[CHUNK];
                } else {
                    current = freeBuffers.pop();
                }
                changed.signalAll();
                return true;
            }
        } finally {
            lock.unlock();
        }
        return writtenToDisk();
    }

    /** Called with the lock held. While nobody takes, what is in memory would stay there: that is for the disk. */
    private boolean hasBuffer() {
        return taking && (!freeBuffers.isEmpty() || buffersMade < BUFFERS);
    }

    private boolean writtenToDisk() throws IOException {
        if (!broken.isEmpty()) {
            return false;
        }
        int slot = slot();
        if (slot < 0) {
            return false;
        }
        try {
            byte[] bytes = new byte[filled + SpoolCipher.TAG_BYTES];
            int length = cipher.seal(sealed, current, filled, bytes);
            opened().write(ByteBuffer.wrap(bytes, 0, length), (long) slot * SLOT);
        } catch (ClosedChannelException e) {
            throw interrupted(e);
        } catch (IOException e) {
            broken = "cannot be written to (" + Failures.describe(e) + ")";
            LOG.warn("the spool in {} {}", space.directory(), broken);
            return false;
        }
        Chunk chunk = new OnDisk(slot, sealed++, filled);
        locked(() -> chunks.add(chunk));
        return true;
    }

    /** A place on disk; -1 where there is none. */
    private int slot() {
        lock.lock();
        try {
            Integer free = freeSlots.pollFirst();
            if (free != null) {
                return free;
            }
        } finally {
            lock.unlock();
        }
        return space.take(SLOT) ? slotsMade++ : -1;
    }

    private Medium opened() throws IOException {
        Medium open = medium;
        if (open == null) {
            open = space.open();
            medium = open;
        }
        return open;
    }

    /** Taker: from now on it takes. */
    void begin() {
        locked(() -> taking = true);
    }

    boolean hasTaker() {
        lock.lock();
        try {
            return taking;
        } finally {
            lock.unlock();
        }
    }

    /** Taker: the next bytes, at most {@link #CHUNK}; -1 at the end. */
    int take(byte[] into) throws IOException {
        await(() -> !chunks.isEmpty() || finished);
        Chunk chunk = next();
        if (chunk == null) {
            return -1;
        }
        if (chunk instanceof InMemory held) {
            held.bytes().get(into, 0, held.length());
            locked(() -> freeBuffers.push(held.bytes().array()));
        } else if (chunk instanceof OnDisk stored) {
            read(stored, into);
            locked(() -> freeSlots.push(stored.slot()));
        }
        return chunk.length();
    }

    private @Nullable Chunk next() {
        lock.lock();
        try {
            return chunks.poll();
        } finally {
            lock.unlock();
        }
    }

    private void read(OnDisk chunk, byte[] into) throws IOException {
        byte[] bytes = new byte[chunk.length() + SpoolCipher.TAG_BYTES];
        try {
            opened().read(ByteBuffer.wrap(bytes), (long) chunk.slot() * SLOT);
            cipher.open(chunk.number(), bytes, bytes.length, into);
        } catch (ClosedChannelException e) {
            throw interrupted(e);
        } catch (IOException e) {
            throw new SpoolException(
                    false,
                    "cannot read the spool in " + space.directory() + ": " + Failures.describe(e)
                            + "; set spool.directory to one on another disk",
                    e);
        }
    }

    /** Each of writer and taker, at its end: the last of them closes it. */
    void leave() {
        if (sides.decrementAndGet() == 0) {
            close();
        }
    }

    /** Gives everything back; to be called when nobody writes or takes any more. */
    @Override
    public void close() {
        locked(() -> {
            chunks.clear();
            freeBuffers.clear();
        });
        current = new byte[0];
        try {
            Medium open = medium;
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            LOG.debug("a spool does not close", e);
        } finally {
            space.giveBack((long) slotsMade * SLOT);
            slotsMade = 0;
        }
    }

    private void await(BooleanSupplier condition) throws IOException {
        lockInterruptibly();
        try {
            while (givenUp == null && !condition.getAsBoolean()) {
                changed.await();
            }
            checkGivenUp();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    /** Called with the lock held. */
    private void checkGivenUp() throws IOException {
        if (givenUp != null) {
            throw givenUp;
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void lockInterruptibly() throws InterruptedIOException {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static InterruptedIOException interrupted(Exception cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException wrapped = new InterruptedIOException("interrupted while a spool was written or read");
        wrapped.initCause(cause);
        return wrapped;
    }
}
