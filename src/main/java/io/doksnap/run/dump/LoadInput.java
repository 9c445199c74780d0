package io.doksnap.run.dump;

import java.io.IOException;
import java.io.OutputStream;

/** Takes a dump, and passes on what the command that loads it is to read. */
public abstract class LoadInput extends OutputStream {

    @Override
    public final void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public abstract void write(byte[] bytes, int offset, int length) throws IOException;

    /** All of the dump has come, and every check of the archive has passed: tells the command that this is the end. Throws where the dump is not whole. */
    public abstract void finish() throws IOException;
}
