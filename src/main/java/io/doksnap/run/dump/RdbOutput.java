package io.doksnap.run.dump;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The data set of a Redis server: begins with its magic word, and ends with an end byte and a checksum. A server that sends it without having written
 * it to its disk (diskless replication, the default) adds a mark of 40 bytes, which redis-cli leaves in what it prints and which belongs to
 * no file: it is taken off.
 */
final class RdbOutput extends DumpOutput {
    private static final byte[] MAGIC = {'R', 'E', 'D', 'I', 'S'};
    private static final byte[] MAGIC_OF_VALKEY = {'V', 'A', 'L', 'K', 'E', 'Y'};
    private static final int CHECKSUM = 8;
    private static final int MARK = 40;
    private static final byte END = (byte) 0xFF;

    /** The end byte is among what is held back, since its place is not known before the end. */
    private static final int HELD = 1 + CHECKSUM + MARK;

    private final byte[] begin = new byte[MAGIC_OF_VALKEY.length];
    private final byte[] held = new byte[HELD];
    private int holding;
    private long crc;

    RdbOutput(OutputStream sink) {
        super(sink);
    }

    @Override
    void pass(byte[] piece, int offset, int length) throws IOException {
        // What came before all of this piece.
        long before = bytes() - length;
        for (int i = 0; i < length && before + i < begin.length; i++) {
            begin[(int) before + i] = piece[offset + i];
        }
        int surplus = Math.max(0, holding + length - HELD);
        int fromHeld = Math.min(holding, surplus);
        passOn(held, 0, fromHeld);
        System.arraycopy(held, fromHeld, held, 0, holding - fromHeld);
        holding -= fromHeld;
        int direct = surplus - fromHeld;
        passOn(piece, offset, direct);
        System.arraycopy(piece, offset + direct, held, holding, length - direct);
        holding += length - direct;
    }

    private void passOn(byte[] piece, int offset, int length) throws IOException {
        sink().write(piece, offset, length);
        crc = Crc64.update(crc, piece, offset, length);
    }

    @Override
    void look(byte[] piece, int offset, int length) {}

    @Override
    public void finish() throws IOException {
        checkWhole();
        int end = endOfFile();
        sink().write(held, 0, end);
    }

    @Override
    void checkWhole() throws DumpException {
        if (!begins(MAGIC) && !begins(MAGIC_OF_VALKEY)) {
            throw new DumpException("what redis-cli printed is no data set of Redis");
        }
        if (endOfFile() < 0) {
            throw new DumpException("the data set is cut off or damaged, although redis-cli succeeded:"
                    + " its checksum is not at its end");
        }
    }

    private boolean begins(byte[] magic) {
        for (int i = 0; i < magic.length; i++) {
            if (begin[i] != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /** How much of what is held belongs to the file; negative where it does not end here. */
    private int endOfFile() {
        if (endsAt(holding)) {
            return holding;
        }
        boolean marked = holding == HELD
                && new String(held, HELD - MARK, MARK, StandardCharsets.ISO_8859_1).matches("[0-9a-f]{40}");
        return marked && endsAt(HELD - MARK) ? HELD - MARK : -1;
    }

    private boolean endsAt(int end) {
        int checksum = end - CHECKSUM;
        if (checksum < 1 || held[checksum - 1] != END) {
            return false;
        }
        long stored = ByteBuffer.wrap(held).order(ByteOrder.LITTLE_ENDIAN).getLong(checksum);
        // A server may be told to write none.
        return stored == 0 || stored == Crc64.update(crc, held, 0, checksum);
    }
}
