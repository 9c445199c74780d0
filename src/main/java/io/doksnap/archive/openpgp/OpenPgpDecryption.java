package io.doksnap.archive.openpgp;

import io.doksnap.archive.failure.ArchiveException.Kind;
import io.doksnap.archive.failure.SourceStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.openpgp.PGPCompressedData;
import org.bouncycastle.openpgp.PGPEncryptedData;
import org.bouncycastle.openpgp.PGPEncryptedDataList;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPPBEEncryptedData;
import org.bouncycastle.openpgp.PGPPublicKeyEncryptedData;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.jspecify.annotations.Nullable;

/** Opens OpenPGP messages, binary or armored, ours and those of gpg. */
public final class OpenPgpDecryption {
    private static final int SKIP_BYTES = 8192;

    private OpenPgpDecryption() {}

    /**
     * The content of a message. What is read before the end must not be trusted before the end was reached without an exception,
     * since only there the whole is known to be unchanged, and the message to have been read to its end.
     *
     * @throws OpenPgpException when no key of the identity opens the message, or it is damaged
     * @throws IOException what the stream of the message threw
     */
    public static InputStream open(InputStream message, OpenPgpIdentity identity) throws IOException {
        SourceStream source = new SourceStream(message);
        BufferedInputStream whole = OpenPgpPackets.buffered(source);
        try {
            InputStream packets = OpenPgpPackets.of(whole);
            Object first = new BcPGPObjectFactory(packets).nextObject();
            if (!(first instanceof PGPEncryptedDataList list)) {
                throw damaged("it is no encrypted OpenPGP message", null);
            }
            Opened opened = open(list, identity);
            return new CheckedStream(content(opened.plain), opened, packets, source);
        } catch (PGPException e) {
            throw source.brokenOr(
                    new OpenPgpException(Kind.KEY, identity.describe() + " does not open this archive", e));
        } catch (OpenPgpException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw source.brokenOr(damaged("it is no complete OpenPGP message", e));
        }
    }

    private static Opened open(PGPEncryptedDataList list, OpenPgpIdentity identity) throws IOException, PGPException {
        for (PGPEncryptedData candidate : list) {
            InputStream plain = identity.open(candidate);
            if (plain == null) {
                continue;
            }
            if (!candidate.isIntegrityProtected() && !candidate.isAEAD()) {
                throw damaged("it has no integrity protection, so a change could not be noticed", null);
            }
            return new Opened(candidate, plain);
        }
        throw new OpenPgpException(
                Kind.KEY,
                identity.describe() + " does not open this archive, which was encrypted for " + describe(list)
                        + "; give the private key or the password that belongs to it",
                null);
    }

    private static String describe(PGPEncryptedDataList list) {
        List<String> keys = new ArrayList<>();
        for (PGPEncryptedData data : list) {
            if (data instanceof PGPPublicKeyEncryptedData forKey) {
                long id = forKey.getKeyIdentifier().getKeyId();
                keys.add(id == OpenPgpIdentity.ANY_KEY ? "a hidden key" : String.format("key %016X", id));
            } else if (data instanceof PGPPBEEncryptedData) {
                keys.add("a password");
            }
        }
        return String.join(", ", keys);
    }

    private static InputStream content(InputStream plain) throws IOException, PGPException {
        BcPGPObjectFactory objects = new BcPGPObjectFactory(plain);
        for (Object next = objects.nextObject(); next != null; next = objects.nextObject()) {
            if (next instanceof PGPCompressedData compressed) {
                objects = new BcPGPObjectFactory(compressed.getDataStream());
            } else if (next instanceof PGPLiteralData literal) {
                return literal.getInputStream();
            }
        }
        throw damaged("it holds no data", null);
    }

    private static OpenPgpException damaged(String what, @Nullable Throwable cause) {
        return new OpenPgpException(Kind.DAMAGED, "the archive cannot be decrypted: " + what, cause);
    }

    private record Opened(PGPEncryptedData data, InputStream plain) {}

    /** Checks the modification detection code when the content has been read to its end, and that nothing follows it. */
    private static final class CheckedStream extends InputStream {
        private final InputStream content;
        private final Opened opened;
        private final InputStream packets;
        private final SourceStream source;
        private boolean checked;

        private CheckedStream(InputStream content, Opened opened, InputStream packets, SourceStream source) {
            this.content = content;
            this.opened = opened;
            this.packets = packets;
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
                int n = content.read(bytes, offset, length);
                if (n < 0 && !checked) {
                    check();
                    checked = true;
                }
                return n;
            } catch (OpenPgpException e) {
                throw e;
            } catch (PGPException | IOException | RuntimeException e) {
                throw source.brokenOr(damaged("it is cut off or its content was changed after it was written", e));
            }
        }

        @Override
        public void close() throws IOException {
            source.close();
        }

        private void check() throws IOException, PGPException {
            readToEnd(opened.plain);
            // Packet 20 of newer gpg has no code over the whole: its chunks and its last tag were checked while they
            // were read.
            if (opened.data.isIntegrityProtected() && !opened.data.verify()) {
                throw damaged("its content was changed after it was written", null);
            }
            if (packets.read() >= 0) {
                throw damaged("something follows its end; it may be several archives joined", null);
            }
        }

        private static void readToEnd(InputStream in) throws IOException {
            byte[] rest = new byte[SKIP_BYTES];
            int n = in.read(rest);
            while (n >= 0) {
                n = in.read(rest);
            }
        }
    }
}
