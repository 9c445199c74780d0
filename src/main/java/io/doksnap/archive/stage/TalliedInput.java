package io.doksnap.archive.stage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A {@link PipeInput} whose bytes are counted and digested, also those that are skipped. */
public final class TalliedInput extends InputStream {
    private final PipeInput in;
    private final MessageDigest digest;
    private long bytes;

    /** Creates a tally of what is read from here on. */
    public TalliedInput(PipeInput in) {
        this.in = in;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many bytes were read so far. */
    public long bytes() {
        return bytes;
    }

    /** The SHA-256 of them all in lower case hexadecimal; to be asked once, at the end. */
    public String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int n = in.read(into, offset, length);
        if (n > 0) {
            digest.update(into, offset, n);
            bytes += n;
        }
        return n;
    }

    @Override
    public long skip(long most) throws IOException {
        ByteBuffer next = most <= 0 ? null : in.next();
        if (next == null) {
            return 0;
        }
        int n = (int) Math.min(most, next.remaining());
        digest.update(next.slice(next.position(), n));
        next.position(next.position() + n);
        bytes += n;
        return n;
    }

    @Override
    public void close() {
        in.close();
    }
}
