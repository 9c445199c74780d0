package io.doksnap.archive.age;

import com.exceptionfactory.jagged.FileKey;
import com.exceptionfactory.jagged.RecipientStanza;
import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.framework.codec.CanonicalBase64;
import com.exceptionfactory.jagged.framework.crypto.CipherKey;
import com.exceptionfactory.jagged.framework.crypto.EncryptedFileKey;
import com.exceptionfactory.jagged.framework.crypto.FileKeyDecryptorFactory;
import com.exceptionfactory.jagged.framework.crypto.FileKeyEncryptorFactory;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;
import org.bouncycastle.crypto.generators.SCrypt;

/**
 * The passphrase recipient of the age format (age-encryption.org/v1, "The scrypt recipient type"): the key of the file, wrapped with a key
 * that scrypt makes of the passphrase.
 */
final class ScryptStanzas {
    static final String TYPE = "scrypt";

    /** The work factor that is written, as a power of two: 64 MiB and a quarter of a second, which fits the heap of a backup. */
    private static final int WORK = 16;

    /** The most that is read, as with stock age: 4 GiB. */
    private static final int MOST_WORK = 22;

    private static final Pattern WORK_FACTOR = Pattern.compile("[1-9][0-9]?");
    private static final int BLOCK_SIZE = 8;
    private static final int PARALLEL = 1;
    private static final int SALT_BYTES = 16;
    private static final int KEY_BYTES = 32;
    private static final int BODY_BYTES = 32;
    private static final byte[] LABEL = "age-encryption.org/v1/scrypt".getBytes(StandardCharsets.US_ASCII);

    private ScryptStanzas() {}

    /** Wraps the file's key. */
    static final class Writer implements RecipientStanzaWriter {
        private final char[] passphrase;

        Writer(char[] passphrase) {
            this.passphrase = passphrase;
        }

        @Override
        public Iterable<RecipientStanza> getRecipientStanzas(FileKey fileKey) throws GeneralSecurityException {
            byte[] salt = new byte[SALT_BYTES];
            new SecureRandom().nextBytes(salt);
            byte[] body = new FileKeyEncryptorFactory()
                    .newFileKeyEncryptor()
                    .getEncryptedFileKey(fileKey, wrapKey(passphrase, salt, WORK))
                    .getEncoded();
            String encoded = Base64.getEncoder().withoutPadding().encodeToString(salt);
            return List.of(new Stanza(List.of(encoded, String.valueOf(WORK)), body));
        }
    }

    /** Unwraps the file's key. */
    static final class Reader implements RecipientStanzaReader {
        private final char[] passphrase;
        private final String description;

        Reader(char[] passphrase, String description) {
            this.passphrase = passphrase;
            this.description = description;
        }

        @Override
        public FileKey getFileKey(Iterable<RecipientStanza> stanzas) throws GeneralSecurityException {
            Iterator<RecipientStanza> all = stanzas.iterator();
            RecipientStanza stanza = all.hasNext() ? all.next() : new Stanza(List.of(), new byte[0]);
            // A passphrase beside other recipients would let each of them forge what the passphrase seems to vouch for.
            if (all.hasNext() || !stanza.getType().equals(TYPE)) {
                throw KeyRefusedException.notFor(description, stanzas);
            }
            byte[] salt = salt(stanza);
            int work = work(stanza.getArguments().get(1));
            if (stanza.getBody().length != BODY_BYTES) {
                throw new GeneralSecurityException("the wrapped key has a wrong length");
            }
            try {
                return new FileKeyDecryptorFactory()
                        .newFileKeyDecryptor()
                        .getFileKey(new EncryptedFileKey(stanza.getBody()), wrapKey(passphrase, salt, work));
            } catch (AEADBadTagException e) {
                throw new KeyRefusedException(description + " does not open this archive: it is wrong");
            }
        }

        private static byte[] salt(RecipientStanza stanza) throws GeneralSecurityException {
            List<String> arguments = stanza.getArguments();
            if (arguments.size() != 2 || !WORK_FACTOR.matcher(arguments.get(1)).matches()) {
                throw new GeneralSecurityException("the passphrase's line has wrong arguments");
            }
            byte[] salt = CanonicalBase64.getDecoder().decode(arguments.get(0).getBytes(StandardCharsets.US_ASCII));
            if (salt.length != SALT_BYTES) {
                throw new GeneralSecurityException("the salt has a wrong length");
            }
            return salt;
        }

        private static int work(String text) throws GeneralSecurityException {
            int work = Integer.parseInt(text);
            if (work > MOST_WORK) {
                throw new GeneralSecurityException("the work factor is beyond all measure: " + work);
            }
            long needed = (128L * BLOCK_SIZE) << work;
            long heap = Runtime.getRuntime().maxMemory();
            if (needed > heap / 4 * 3) {
                long megabytes = (needed >> 20) + 128;
                throw new KeyRefusedException("to try the passphrase takes " + (needed >> 20)
                        + " MiB of memory, and there is too little; give more: DOKSNAP_JAVA_OPTS=-Xmx" + megabytes
                        + "m");
            }
            return work;
        }
    }

    private static CipherKey wrapKey(char[] passphrase, byte[] salt, int work) {
        byte[] labelled = Arrays.copyOf(LABEL, LABEL.length + SALT_BYTES);
        System.arraycopy(salt, 0, labelled, LABEL.length, SALT_BYTES);
        ByteBuffer utf8 = StandardCharsets.UTF_8.encode(CharBuffer.wrap(passphrase));
        byte[] secret = new byte[utf8.remaining()];
        utf8.get(secret);
        return new CipherKey(SCrypt.generate(secret, labelled, 1 << work, BLOCK_SIZE, PARALLEL, KEY_BYTES));
    }

    private static final class Stanza implements RecipientStanza {
        private final List<String> arguments;
        private final byte[] body;

        private Stanza(List<String> arguments, byte[] body) {
            this.arguments = arguments;
            this.body = body;
        }

        @Override
        public String getType() {
            return TYPE;
        }

        @Override
        public List<String> getArguments() {
            return arguments;
        }

        @Override
        public byte[] getBody() {
            return body;
        }
    }
}
