package io.doksnap.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of this user's alone in the data directory that lives no longer than the run that writes it: {@link #delete} removes it, or else
 * the next start does. What is written to it must be encrypted by then.
 */
final class SpoolFile extends OutputStream {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolFile.class);
    private static final int BUFFER = 64 << 10;
    private static final long HARDLY_ANYTHING = 1 << 20;

    private final Path path;
    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER];
    private int buffered;

    SpoolFile(Path path, OutputStream out) {
        this.path = path;
        this.out = out;
    }

    /** Creates one that nobody else has. */
    static SpoolFile create(Path directory) throws SpoolException {
        Path path = directory;
        try {
            // Java makes temporary files for their owner alone.
            path = Files.createTempFile(directory, "index-", DataDirectory.SPOOL);
            return new SpoolFile(path, Files.newOutputStream(path));
        } catch (IOException e) {
            throw failure("create a spool in", path, e);
        }
    }

    @Override
    public void write(int b) throws SpoolException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws SpoolException {
        int done = 0;
        while (done < length) {
            if (buffered == BUFFER) {
                writeBuffer();
            }
            int n = Math.min(BUFFER - buffered, length - done);
            System.arraycopy(bytes, offset + done, buffer, buffered, n);
            buffered += n;
            done += n;
        }
    }

    private void writeBuffer() throws SpoolException {
        int n = buffered;
        if (n == 0) {
            return;
        }
        buffered = 0;
        try {
            out.write(buffer, 0, n);
        } catch (IOException e) {
            throw failure("write the spool", path, e);
        }
    }

    /** Writes what is left, and ends the writing; may be repeated. */
    @Override
    public void close() throws SpoolException {
        writeBuffer();
        try {
            out.close();
        } catch (IOException e) {
            throw failure("write the spool", path, e);
        }
    }

    /** Copies all of it; to be called once it is closed. */
    void copyTo(OutputStream target) throws IOException {
        byte[] bytes = new byte[BUFFER];
        try (InputStream in = open()) {
            for (int n = read(in, bytes); n >= 0; n = read(in, bytes)) {
                target.write(bytes, 0, n);
            }
        }
    }

    private InputStream open() throws SpoolException {
        try {
            return Files.newInputStream(path);
        } catch (IOException e) {
            throw failure("read the spool", path, e);
        }
    }

    private int read(InputStream in, byte[] bytes) throws SpoolException {
        try {
            return in.read(bytes);
        } catch (IOException e) {
            throw failure("read the spool", path, e);
        }
    }

    /** Removes it, whatever is still to be written. */
    void delete() {
        buffered = 0;
        try (out) {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warn("could not remove {} ({}); the next start does", path, Failures.describe(e));
        }
    }

    private static SpoolException failure(String doing, Path path, IOException cause) {
        boolean full = false;
        try {
            // Java has no exception for a full disk; the text depends on the locale, the space does not.
            full = Files.getFileStore(path).getUsableSpace() < HARDLY_ANYTHING;
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        String why = full
                ? "the disk is full; free some space there, or set data_dir to a directory on another disk"
                : Failures.describe(cause) + "; correct its owner, or set data_dir to another directory";
        return new SpoolException(full, "cannot " + doing + " " + path + ": " + why, cause);
    }

    /** The spool cannot be written or read; the message says where it is and what to do. */
    static final class SpoolException extends IOException {
        private static final long serialVersionUID = 1L;

        private final boolean full;

        SpoolException(boolean full, String message, IOException cause) {
            super(message, cause);
            this.full = full;
        }

        /** Whether its disk has no room left. */
        boolean isFull() {
            return full;
        }
    }
}
