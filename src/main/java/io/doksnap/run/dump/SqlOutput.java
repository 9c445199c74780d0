package io.doksnap.run.dump;

import java.io.OutputStream;

/** SQL with our marks: whole when the last of them stands at its end, and before that what the database's own tool ends with. */
final class SqlOutput extends DumpOutput {
    /** The mark stands after what little a tool writes behind its own last word: variables that it sets back. */
    private static final int END = 16 << 10;

    private final String mark;
    private final String ofTheTool;
    private final LastBytes end = new LastBytes(END);

    SqlOutput(OutputStream sink, String nonce, String ofTheTool) {
        super(sink);
        this.mark = "-- doksnap " + nonce + " complete\n";
        this.ofTheTool = ofTheTool;
    }

    @Override
    void look(byte[] piece, int offset, int length) {
        end.add(piece, offset, length);
    }

    @Override
    void checkWhole() throws DumpException {
        String text = end.text();
        if (!text.endsWith(mark)) {
            throw new DumpException("the dump ended without its last line, although its command succeeded");
        }
        if (!text.contains(ofTheTool)) {
            throw new DumpException("the dump lacks the line '" + ofTheTool + "' at its end; see what the tool prints");
        }
    }
}
