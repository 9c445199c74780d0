package io.doksnap.archive.openpgp;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;

/** OpenPGP data as it comes: binary, or as ASCII armor (RFC 4880, 6.2). */
final class OpenPgpPackets {
    private static final int READ_AHEAD = 64 << 10;

    private OpenPgpPackets() {}

    static BufferedInputStream buffered(InputStream in) {
        return new BufferedInputStream(in, READ_AHEAD);
    }

    /** The packets of a message: every binary packet begins with the highest bit set, and no letter of an armor has it. */
    static InputStream of(BufferedInputStream in) throws IOException {
        int first = peek(in);
        return first < 0 || (first & 0x80) != 0
                ? in
                : ArmoredInputStream.builder().build(in);
    }

    /** All keys and whatever else there is, of every armored block: people join key files with {@code cat}. */
    static List<Object> all(byte[] bytes) throws IOException {
        List<Object> found = new ArrayList<>();
        BufferedInputStream in = buffered(new ByteArrayInputStream(bytes));
        while (peekBeyondSpace(in) >= 0) {
            BcPGPObjectFactory objects = new BcPGPObjectFactory(PGPUtil.getDecoderStream(in));
            for (Object next = objects.nextObject(); next != null; next = objects.nextObject()) {
                found.add(next);
            }
        }
        return found;
    }

    private static int peekBeyondSpace(BufferedInputStream in) throws IOException {
        int next = peek(in);
        while (next == ' ' || next == '\t' || next == '\r' || next == '\n') {
            in.read();
            next = peek(in);
        }
        return next;
    }

    private static int peek(BufferedInputStream in) throws IOException {
        in.mark(1);
        int next = in.read();
        in.reset();
        return next;
    }
}
