package io.doksnap.archive.openpgp;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
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

/** Opens OpenPGP messages, ours and those of gpg. */
public final class OpenPgpDecryption {
    private OpenPgpDecryption() {}

    /**
     * The content of a message. What is read before the end must not be trusted before the end was reached without an exception,
     * since only there the whole is known to be unchanged.
     *
     * @throws OpenPgpException when no key of the identity opens the message, or it is damaged
     */
    public static InputStream open(InputStream message, OpenPgpIdentity identity) throws IOException {
        try {
            Object first = new BcPGPObjectFactory(new BufferedInputStream(message, 64 << 10)).nextObject();
            if (!(first instanceof PGPEncryptedDataList list)) {
                throw damaged("it is no encrypted OpenPGP message", null);
            }
            PGPEncryptedData data = null;
            InputStream plain = null;
            for (PGPEncryptedData candidate : encryptions(list)) {
                plain = identity.open(candidate);
                if (plain != null) {
                    data = candidate;
                    break;
                }
            }
            if (data == null || plain == null) {
                throw new OpenPgpException(
                        OpenPgpException.Kind.KEY,
                        identity.describe() + " does not open this archive, which was encrypted for " + describe(list)
                                + "; give the private key that belongs to it",
                        null);
            }
            if (!data.isIntegrityProtected() && !data.isAEAD()) {
                throw damaged("it has no integrity protection, so a change could not be noticed", null);
            }
            return new CheckedStream(content(plain), plain, data);
        } catch (PGPException e) {
            throw new OpenPgpException(
                    OpenPgpException.Kind.KEY, identity.describe() + " does not open this archive", e);
        } catch (OpenPgpException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw damaged("it is no complete OpenPGP message", e);
        }
    }

    private static List<PGPEncryptedData> encryptions(PGPEncryptedDataList list) {
        List<PGPEncryptedData> all = new ArrayList<>();
        list.forEach(all::add);
        return all;
    }

    private static String describe(PGPEncryptedDataList list) {
        List<String> keys = new ArrayList<>();
        for (PGPEncryptedData data : encryptions(list)) {
            if (data instanceof PGPPublicKeyEncryptedData forKey) {
                keys.add(String.format("key %016X", forKey.getKeyIdentifier().getKeyId()));
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
        return new OpenPgpException(OpenPgpException.Kind.DAMAGED, "the archive cannot be decrypted: " + what, cause);
    }

    /** Checks the modification detection code when the content has been read to its end. */
    private static final class CheckedStream extends FilterInputStream {
        private final InputStream plain;
        private final PGPEncryptedData data;
        private boolean checked;

        private CheckedStream(InputStream content, InputStream plain, PGPEncryptedData data) {
            super(content);
            this.plain = plain;
            this.data = data;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                int n = super.read(bytes, offset, length);
                if (n < 0 && !checked) {
                    plain.skip(Long.MAX_VALUE);
                    if (!data.verify()) {
                        throw damaged("its content was changed after it was written", null);
                    }
                    checked = true;
                }
                return n;
            } catch (OpenPgpException e) {
                throw e;
            } catch (PGPException | IOException e) {
                throw damaged("it is cut off or its content was changed after it was written", e);
            }
        }
    }
}
