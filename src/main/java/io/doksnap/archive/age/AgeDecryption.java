package io.doksnap.archive.age;

import com.exceptionfactory.jagged.framework.armor.ArmoredDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.failure.ArchiveException.Kind;
import io.doksnap.archive.failure.SourceStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.security.GeneralSecurityException;
import java.util.List;

/** Opens files in the age format, binary or armored, ours and those of stock age. */
public final class AgeDecryption {
    private AgeDecryption() {}

    /**
     * The content of a file. Every chunk is checked before any of it is handed out; that the whole is there is only known when its end
     * was reached without an exception.
     *
     * @throws ArchiveException when the identity does not open the file, or it is damaged
     * @throws IOException what the stream of the file threw
     */
    public static InputStream open(InputStream file, AgeIdentity identity) throws IOException {
        SourceStream source = new SourceStream(file);
        PushbackInputStream whole = new PushbackInputStream(source);
        try {
            int first = whole.read();
            if (first >= 0) {
                whole.unread(first);
            }
            StandardDecryptingChannelFactory format =
                    first == '-' ? new ArmoredDecryptingChannelFactory() : new StandardDecryptingChannelFactory();
            return new PlainStream(format.newDecryptingChannel(new Source(whole), List.of(identity.reader())), source);
        } catch (KeyRefusedException e) {
            throw new ArchiveException(Kind.KEY, String.valueOf(e.getMessage()), e);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw source.brokenOr(damaged("it is no complete age file", e));
        }
    }

    private static ArchiveException damaged(String what, Throwable cause) {
        return new ArchiveException(Kind.DAMAGED, "the archive cannot be decrypted: " + what, cause);
    }

    private static final class PlainStream extends InputStream {
        private final ReadableByteChannel plain;
        private final SourceStream source;

        private PlainStream(ReadableByteChannel plain, SourceStream source) {
            this.plain = plain;
            this.source = source;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return length == 0 ? 0 : plain.read(ByteBuffer.wrap(bytes, offset, length));
            } catch (IOException | RuntimeException e) {
                throw source.brokenOr(damaged("it is cut off or its content was changed after it was written", e));
            }
        }

        @Override
        public void close() throws IOException {
            plain.close();
        }
    }

    /** What the decrypting channel reads from, straight into its buffer. */
    private record Source(InputStream in) implements ReadableByteChannel {
        @Override
        public int read(ByteBuffer target) throws IOException {
            if (!target.hasArray()) {
                byte[] bytes = new byte[target.remaining()];
                int n = in.read(bytes);
                target.put(bytes, 0, Math.max(n, 0));
                return n;
            }
            int n = in.read(target.array(), target.arrayOffset() + target.position(), target.remaining());
            target.position(target.position() + Math.max(n, 0));
            return n;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
