package io.doksnap.run.dump;

import java.io.OutputStream;

/** What a command of the policy's own prints, of which nothing is known but its size: what a compressor makes of nothing is very small. */
final class CommandOutput extends DumpOutput {
    private static final int HARDLY_ANYTHING = 40;

    CommandOutput(OutputStream sink) {
        super(sink);
    }

    @Override
    void look(byte[] piece, int offset, int length) {}

    @Override
    void checkWhole() throws DumpException {
        if (bytes() > 0 && bytes() < HARDLY_ANYTHING) {
            throw new DumpException("its command printed only " + bytes()
                    + " bytes, as a compressor does when there was nothing; leave the compression to doksnap, or, if that is"
                    + " right, set allow_empty: true");
        }
    }
}
