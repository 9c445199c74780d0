package io.doksnap.archive.stage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A stream out of a {@link BufferPipe}; closing abandons the pipe. */
public final class PipeInput extends InputStream {
    private final BufferPipe pipe;
    private @Nullable ByteBuffer current;

    /** Creates a stream for the consuming thread of the pipe. */
    public PipeInput(BufferPipe pipe) {
        this.pipe = pipe;
    }

    @Override
    public int read() throws IOException {
        ByteBuffer next = next();
        return next == null ? -1 : next.get() & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        ByteBuffer next = next();
        if (next == null) {
            return -1;
        }
        int n = Math.min(length, next.remaining());
        next.get(bytes, offset, n);
        return n;
    }

    @Override
    public long skip(long most) throws IOException {
        ByteBuffer next = most <= 0 ? null : next();
        if (next == null) {
            return 0;
        }
        int n = (int) Math.min(most, next.remaining());
        next.position(next.position() + n);
        return n;
    }

    /** The bytes that can be read without waiting, or {@code null} at the end; whoever reads from it moves this stream on. */
    public @Nullable ByteBuffer next() throws IOException {
        while (current == null || !current.hasRemaining()) {
            if (current != null) {
                pipe.release(current);
                current = null;
            }
            current = pipe.take();
            if (current == null) {
                return null;
            }
        }
        return current;
    }

    @Override
    public void close() {
        pipe.close();
    }
}
