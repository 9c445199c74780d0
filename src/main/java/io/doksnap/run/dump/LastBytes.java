package io.doksnap.run.dump;

import java.nio.charset.StandardCharsets;

/** The end of what passed. */
final class LastBytes {
    private final byte[] kept;
    private int length;

    LastBytes(int most) {
        this.kept = new byte[most];
    }

    void add(byte[] piece, int offset, int count) {
        int taken = Math.min(count, kept.length);
        int stay = Math.min(length, kept.length - taken);
        System.arraycopy(kept, length - stay, kept, 0, stay);
        System.arraycopy(piece, offset + count - taken, kept, stay, taken);
        length = stay + taken;
    }

    /** With each byte as one character. */
    String text() {
        return new String(kept, 0, length, StandardCharsets.ISO_8859_1);
    }
}
