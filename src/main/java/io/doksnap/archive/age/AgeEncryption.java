package io.doksnap.archive.age;

import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/** Writes files in the age format. */
public final class AgeEncryption {
    private AgeEncryption() {}

    /** A stream that encrypts to every recipient; closing it ends the file and leaves {@code out} open. */
    public static OutputStream toRecipients(List<AgeRecipient> recipients, OutputStream out) throws IOException {
        List<RecipientStanzaWriter> writers = new ArrayList<>();
        try {
            for (AgeRecipient recipient : recipients) {
                writers.add(recipient.writer());
            }
            return open(writers, out);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot encrypt to the age recipients " + recipients, e);
        }
    }

    /** A stream that encrypts with a passphrase; closing it ends the file and leaves {@code out} open. */
    public static OutputStream withPassphrase(char[] passphrase, OutputStream out) throws IOException {
        try {
            return open(List.of(new ScryptStanzas.Writer(passphrase)), out);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no ChaCha20-Poly1305", e);
        }
    }

    private static OutputStream open(List<RecipientStanzaWriter> writers, OutputStream out)
            throws GeneralSecurityException, IOException {
        return new EncryptedStream(new StandardEncryptingChannelFactory().newEncryptingChannel(new Sink(out), writers));
    }

    private static final class EncryptedStream extends OutputStream {
        private final WritableByteChannel channel;

        private EncryptedStream(WritableByteChannel channel) {
            this.channel = channel;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            channel.write(ByteBuffer.wrap(bytes, offset, length));
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** What the encrypting channel writes to; it closes with it, and the stream behind it does not. */
    private static final class Sink implements WritableByteChannel {
        private final OutputStream out;
        private boolean open = true;

        private Sink(OutputStream out) {
            this.out = out;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            int n = source.remaining();
            if (source.hasArray()) {
                out.write(source.array(), source.arrayOffset() + source.position(), n);
                source.position(source.limit());
            } else {
                byte[] bytes = new byte[n];
                source.get(bytes);
                out.write(bytes, 0, n);
            }
            return n;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }
    }
}
