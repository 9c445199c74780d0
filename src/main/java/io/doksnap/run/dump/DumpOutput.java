package io.doksnap.run.dump;

import java.io.IOException;
import java.io.OutputStream;

/** A dump on its way: passes its bytes on, and tells in the end whether it was whole. That it ended says nothing. */
public abstract class DumpOutput extends OutputStream {
    private final OutputStream sink;
    private long bytes;

    DumpOutput(OutputStream sink) {
        this.sink = sink;
    }

    /** How many bytes came. */
    public final long bytes() {
        return bytes;
    }

    @Override
    public final void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public final void write(byte[] piece, int offset, int length) throws IOException {
        bytes += length;
        pass(piece, offset, length);
    }

    /** Passes the next bytes on, now or later. */
    void pass(byte[] piece, int offset, int length) throws IOException {
        sink.write(piece, offset, length);
        look(piece, offset, length);
    }

    /** To be asked when there is no more and the command has succeeded: passes on what was held back, and throws where something is missing. */
    public void finish() throws IOException {
        checkWhole();
    }

    final OutputStream sink() {
        return sink;
    }

    /** Sees all that passes. */
    abstract void look(byte[] piece, int offset, int length);

    /** Throws where something is missing. */
    abstract void checkWhole() throws DumpException;
}
