package io.doksnap.archive.failure;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The stream that a decoder reads from. It remembers its own failure: a connection that breaks is no damaged archive. */
public final class SourceStream extends FilterInputStream {
    private @Nullable IOException broken;

    /** Creates a stream that reads from another, which may well be read through this one alone. */
    public SourceStream(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        try {
            return super.read();
        } catch (IOException e) {
            broken = e;
            throw e;
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            return super.read(bytes, offset, length);
        } catch (IOException e) {
            broken = e;
            throw e;
        }
    }

    /** What the stream itself failed with; where it did not, what the decoder made of its bytes. */
    public IOException brokenOr(IOException otherwise) {
        return broken != null ? broken : otherwise;
    }
}
