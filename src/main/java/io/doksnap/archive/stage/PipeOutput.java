package io.doksnap.archive.stage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/** A stream into a {@link BufferPipe}; closing hands over what is left, and does not finish the pipe. */
public final class PipeOutput extends OutputStream {
    private final BufferPipe pipe;
    private @Nullable ByteBuffer current;
    private long written;

    /** Creates a stream for the producing thread of the pipe. */
    public PipeOutput(BufferPipe pipe) {
        this.pipe = pipe;
    }

    /** How many bytes went in so far. */
    public long written() {
        return written;
    }

    @Override
    public void write(int b) throws IOException {
        room().put((byte) b);
        written++;
        publishIfFull();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            ByteBuffer room = room();
            int n = Math.min(room.remaining(), length - done);
            room.put(bytes, offset + done, n);
            done += n;
            publishIfFull();
        }
        written += length;
    }

    /** Writes all that is left in a buffer. */
    public void write(ByteBuffer bytes) throws IOException {
        written += bytes.remaining();
        int limit = bytes.limit();
        while (bytes.position() < limit) {
            ByteBuffer room = room();
            bytes.limit(Math.min(limit, bytes.position() + room.remaining()));
            room.put(bytes);
            bytes.limit(limit);
            publishIfFull();
        }
    }

    /**
     * Reads once from a channel straight into the current buffer, without a copy in between.
     *
     * @param most the most bytes to take
     * @return how many came, or -1 at the channel's end
     */
    public int transferFrom(ReadableByteChannel channel, long most) throws IOException {
        ByteBuffer room = room();
        int limit = room.limit();
        room.limit(room.position() + (int) Math.min(room.remaining(), most));
        int n;
        try {
            n = channel.read(room);
        } finally {
            room.limit(limit);
        }
        if (n > 0) {
            written += n;
            publishIfFull();
        }
        return n;
    }

    @Override
    public void close() {
        if (current != null && current.position() > 0) {
            pipe.publish(current);
        }
        current = null;
    }

    private ByteBuffer room() throws IOException {
        if (current == null) {
            current = pipe.acquire();
        }
        return current;
    }

    private void publishIfFull() {
        if (current != null && !current.hasRemaining()) {
            pipe.publish(current);
            current = null;
        }
    }
}
