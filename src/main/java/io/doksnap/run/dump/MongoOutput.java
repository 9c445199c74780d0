package io.doksnap.run.dump;

import java.io.OutputStream;

/** An archive of mongodump: begins with its magic number, and ends with the terminator of its last block (mongo-tools, archive/SPEC.md). */
final class MongoOutput extends DumpOutput {
    private static final String MAGIC = "m\u00e2\u0099\u0081";
    private static final String TERMINATOR = "\u00ff\u00ff\u00ff\u00ff";

    private final StringBuilder begin = new StringBuilder();
    private final LastBytes end = new LastBytes(TERMINATOR.length());

    MongoOutput(OutputStream sink) {
        super(sink);
    }

    @Override
    void look(byte[] piece, int offset, int length) {
        for (int i = 0; i < length && begin.length() < MAGIC.length(); i++) {
            begin.append((char) (piece[offset + i] & 0xFF));
        }
        end.add(piece, offset, length);
    }

    @Override
    void checkWhole() throws DumpException {
        if (!begin.toString().equals(MAGIC)) {
            throw new DumpException("what mongodump printed is no archive of it");
        }
        if (!end.text().equals(TERMINATOR)) {
            throw new DumpException("the archive of mongodump is cut off, although mongodump succeeded");
        }
    }
}
