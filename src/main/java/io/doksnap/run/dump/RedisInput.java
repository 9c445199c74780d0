package io.doksnap.run.dump;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** A data set of Redis on its way into a shell, as lines of base64: a line that is none can then say that this is the end, as no byte of the data can. */
final class RedisInput extends LoadInput {
    /** A multiple of three, so that no line but the last is padded. */
    private static final int LINE = 12 << 10;

    private final OutputStream shell;
    private final String lastWord;
    private final byte[] line = new byte[LINE];
    private int held;

    RedisInput(OutputStream shell, String lastWord) {
        this.shell = shell;
        this.lastWord = lastWord;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int at = offset; at < offset + length; ) {
            int taken = Math.min(LINE - held, offset + length - at);
            System.arraycopy(bytes, at, line, held, taken);
            held += taken;
            at += taken;
            if (held == LINE) {
                send();
            }
        }
    }

    private void send() throws IOException {
        byte[] whole = held == LINE ? line : Arrays.copyOf(line, held);
        shell.write(Base64.getEncoder().encode(whole));
        shell.write('\n');
        held = 0;
    }

    @Override
    public void finish() throws IOException {
        if (held > 0) {
            send();
        }
        // What cuts the input off there may want to see a line more, as busybox does.
        shell.write((lastWord + "\n\n\n").getBytes(StandardCharsets.UTF_8));
        shell.flush();
    }
}
