package io.doksnap.archive.openpgp;

import io.doksnap.archive.failure.ArchiveException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Date;
import java.util.List;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPBEKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;

/** Writes OpenPGP messages that stock gpg opens. */
public final class OpenPgpEncryption {
    private static final int PACKET_BYTES = 64 << 10;

    /** The encoded iteration count of RFC 4880, 3.7.1.3: 65,011,712 bytes hashed, the most there is. */
    private static final int MOST_ITERATIONS = 0xFF;

    private OpenPgpEncryption() {}

    /** A stream that encrypts to every recipient; closing it ends the message and leaves {@code out} open. */
    public static OutputStream toRecipients(List<OpenPgpRecipient> recipients, OutputStream out) throws IOException {
        PGPEncryptedDataGenerator generator = new PGPEncryptedDataGenerator(new AesEncryptorBuilder());
        for (OpenPgpRecipient recipient : recipients) {
            generator.addMethod(new BcPublicKeyKeyEncryptionMethodGenerator(recipient.encryptionKey()));
        }
        return open(generator, out);
    }

    /** A stream that encrypts with a password; closing it ends the message and leaves {@code out} open. */
    public static OutputStream withPassword(char[] password, OutputStream out) throws IOException {
        PGPEncryptedDataGenerator generator = new PGPEncryptedDataGenerator(new AesEncryptorBuilder());
        try {
            generator.addMethod(new BcPBEKeyEncryptionMethodGenerator(
                    password, new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA256), MOST_ITERATIONS));
        } catch (PGPException e) {
            throw new IllegalStateException("no SHA-256", e);
        }
        return open(generator, out);
    }

    private static OutputStream open(PGPEncryptedDataGenerator generator, OutputStream out) throws IOException {
        try {
            OutputStream encrypted = generator.open(out, new byte[PACKET_BYTES]);
            PGPLiteralDataGenerator literal = new PGPLiteralDataGenerator();
            OutputStream content =
                    literal.open(encrypted, PGPLiteralData.BINARY, "", new Date(0), new byte[PACKET_BYTES]);
            return new MessageStream(content, literal, encrypted, generator);
        } catch (PGPException e) {
            throw new OpenPgpException(Kind.KEY, "cannot encrypt: " + e.getMessage(), e);
        }
    }

    private static final class MessageStream extends OutputStream {
        private final OutputStream content;
        private final PGPLiteralDataGenerator literal;
        private final OutputStream encrypted;
        private final PGPEncryptedDataGenerator generator;
        private boolean closed;

        private MessageStream(
                OutputStream content,
                PGPLiteralDataGenerator literal,
                OutputStream encrypted,
                PGPEncryptedDataGenerator generator) {
            this.content = content;
            this.literal = literal;
            this.encrypted = encrypted;
            this.generator = generator;
        }

        @Override
        public void write(int b) throws IOException {
            content.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            content.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                literal.close();
                encrypted.close();
                generator.close();
            }
        }
    }
}
