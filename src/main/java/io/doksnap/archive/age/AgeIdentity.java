package io.doksnap.archive.age;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.failure.ArchiveException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What opens files in the age format: private keys, or a passphrase. Never printed, never stored. */
public final class AgeIdentity {
    static final String PREFIX = "AGE-SECRET-KEY-1";

    private static final String MESSAGE = "age-encryption.org/";
    private static final String ARMOR = "-----BEGIN AGE ";

    private final String description;
    private final RecipientStanzaReader reader;

    private AgeIdentity(String description, RecipientStanzaReader reader) {
        this.description = description;
        this.reader = reader;
    }

    /** An identity that is a passphrase. */
    public static AgeIdentity ofPassphrase(char[] passphrase) {
        String description = "the passphrase";
        return new AgeIdentity(description, new ScryptStanzas.Reader(passphrase.clone(), description));
    }

    /** Whether a file looks like one that {@link #read} is for. */
    public static boolean isIdentityFile(byte[] content) {
        return isEncrypted(content) || lines(content).stream().anyMatch(line -> line.startsWith("AGE-SECRET-KEY-"));
    }

    /**
     * Reads an identity file as {@code age-keygen} writes it: private keys, each in a line, and comments. It may itself be encrypted with
     * a passphrase.
     *
     * @param source where it comes from, for messages
     * @param passphrase of the file; empty where it is not encrypted
     * @throws ArchiveException when there is no private key, or the passphrase is wrong
     */
    public static AgeIdentity read(byte[] content, String source, char[] passphrase) throws ArchiveException {
        byte[] plain = isEncrypted(content) ? decrypted(content, source, passphrase) : content;
        List<RecipientStanzaReader> keys = new ArrayList<>();
        for (String line : lines(plain)) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                keys.add(key(line, source));
            }
        }
        if (keys.isEmpty()) {
            throw noKey(source + " holds no private key of age", null);
        }
        String description = "the private key in " + source;
        return new AgeIdentity(description, new PrivateKeys(keys, description));
    }

    private static RecipientStanzaReader key(String line, String source) throws ArchiveException {
        try {
            return X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(line);
        } catch (GeneralSecurityException | RuntimeException e) {
            // Not passed on as the cause: its message may tell part of the key.
            String what = line.startsWith(PREFIX) ? " holds a damaged private key of age" : " holds a line that is no";
            throw noKey(source + (line.startsWith(PREFIX) ? what : what + " private key of age, nor a comment"), null);
        }
    }

    private static byte[] decrypted(byte[] content, String source, char[] passphrase) throws ArchiveException {
        if (passphrase.length == 0) {
            throw new ArchiveException(Kind.LOCKED, "the private key in " + source + " needs a passphrase", null);
        }
        try {
            return AgeDecryption.open(new ByteArrayInputStream(content), ofPassphrase(passphrase))
                    .readAllBytes();
        } catch (ArchiveException e) {
            if (e.kind() == Kind.KEY) {
                throw new ArchiveException(
                        Kind.LOCKED, "the private key in " + source + " stays locked: " + e.getMessage(), e);
            }
            throw noKey(source + " holds a damaged private key of age", e);
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory cannot break", e);
        }
    }

    private static boolean isEncrypted(byte[] content) {
        String start = new String(content, 0, Math.min(content.length, MESSAGE.length()), StandardCharsets.US_ASCII);
        return start.startsWith(MESSAGE) || start.startsWith(ARMOR);
    }

    private static List<String> lines(byte[] content) {
        return new String(content, StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .toList();
    }

    private static ArchiveException noKey(String what, @Nullable Throwable cause) {
        return new ArchiveException(
                Kind.KEY, what + "; give the file that age-keygen wrote, with the line " + PREFIX + "...", cause);
    }

    /** Says what this is without saying any of its secrets. */
    public String describe() {
        return description;
    }

    @Override
    public String toString() {
        return "AgeIdentity[" + description + "]";
    }

    RecipientStanzaReader reader() {
        return reader;
    }
}
