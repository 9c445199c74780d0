package io.doksnap.run.dump;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SQL with our marks, cut at them. The first line says how they begin: with a number that was drawn for this dump, so that no line of data is taken
 * for one.
 */
abstract class MarkedInput extends LoadInput {
    private static final int LONGEST_MARK = 4 << 10;
    private static final String COMPLETE = "complete";

    private final Pattern header;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private byte[] mark = new byte[0];
    private boolean inText;
    private boolean complete;

    /**
     * Creates it.
     *
     * @param kind as the first line names it
     */
    MarkedInput(String kind) {
        this.header = Pattern.compile("-- doksnap ([0-9A-Za-z]+) " + kind + " 1\r?");
    }

    /** A mark, without what they all begin with. */
    abstract void mark(String words) throws IOException;

    /** What stands between two marks, in pieces. */
    abstract void text(byte[] bytes, int offset, int length) throws IOException;

    /** The end, all marks having come. */
    abstract void end() throws IOException;

    @Override
    public final void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (inText) {
                int next = afterLine(bytes, at, end);
                pass(bytes, at, next - at);
                inText = bytes[next - 1] != '\n';
                at = next;
            } else {
                take(bytes[at++]);
            }
        }
    }

    @Override
    public final void finish() throws IOException {
        if (!complete || line.size() > 0) {
            throw new DumpException("the dump ends without its last line");
        }
        end();
    }

    /** A line that may be a mark, byte by byte. */
    private void take(byte next) throws IOException {
        line.write(next);
        if (mark.length > 0 && line.size() <= mark.length && next != mark[line.size() - 1]) {
            byte[] text = line.toByteArray();
            line.reset();
            inText = next != '\n';
            pass(text, 0, text.length);
        } else if (next == '\n') {
            String words = line.toString(StandardCharsets.UTF_8);
            line.reset();
            read(words.substring(0, words.length() - 1));
        } else if (line.size() > LONGEST_MARK) {
            throw mark.length == 0 ? notOurs() : new DumpException("the dump holds a line of ours that makes no sense");
        }
    }

    private void read(String words) throws IOException {
        if (mark.length == 0) {
            Matcher first = header.matcher(words);
            if (!first.matches()) {
                throw notOurs();
            }
            mark = ("-- doksnap " + first.group(1) + " ").getBytes(StandardCharsets.UTF_8);
            return;
        }
        String rest = words.substring(mark.length);
        if (rest.equals(COMPLETE)) {
            complete = true;
        }
        mark(rest);
    }

    private void pass(byte[] bytes, int offset, int length) throws IOException {
        if (complete) {
            throw new DumpException("the dump goes on behind its last line");
        }
        text(bytes, offset, length);
    }

    private static DumpException notOurs() {
        return new DumpException("the dump does not begin as one that this version can load");
    }

    private static int afterLine(byte[] bytes, int from, int end) {
        for (int i = from; i < end; i++) {
            if (bytes[i] == '\n') {
                return i + 1;
            }
        }
        return end;
    }
}
