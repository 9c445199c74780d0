package io.doksnap.docker;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a command inside a container reads. A thread of docker-java's own takes it and sends it, and dies of an exception that nobody catches when the
 * command ends first; how the command ended says everything, so that it is not printed.
 */
final class CommandInput extends FilterInputStream {
    private boolean begun;

    CommandInput(InputStream bytes) {
        super(bytes);
    }

    @Override
    public int read() throws IOException {
        quiet();
        return super.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        quiet();
        return super.read(bytes, offset, length);
    }

    private void quiet() {
        if (!begun) {
            begun = true;
            Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {});
        }
    }
}
