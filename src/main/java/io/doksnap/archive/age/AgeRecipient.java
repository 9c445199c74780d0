package io.doksnap.archive.age;

import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import io.doksnap.archive.failure.ArchiveException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Somebody to whom archives are encrypted.
 *
 * @param publicKey an X25519 recipient as {@code age-keygen} prints it: {@code age1...}
 */
public record AgeRecipient(String publicKey) {
    /** What every recipient begins with. */
    public static final String PREFIX = "age1";

    private static final Pattern WORD = Pattern.compile("[^\\s,]+");
    private static final int LONGEST_SHOWN = 24;

    /**
     * Reads recipients: one a line as in a file for {@code age -R}, or several in a line; lines that begin with {@code #} are comments.
     *
     * @param source where they come from, for messages
     * @throws ArchiveException when there is none, or one of them cannot be used
     */
    public static List<AgeRecipient> read(byte[] text, String source) throws ArchiveException {
        List<AgeRecipient> recipients = new ArrayList<>();
        for (String line : new String(text, StandardCharsets.UTF_8).lines().toList()) {
            String content = line.strip();
            if (content.startsWith("ssh-")) {
                throw unusable(source + " holds an SSH key; only keys of age itself can be used", null);
            }
            if (!content.startsWith("#") && !content.isEmpty()) {
                for (Matcher words = WORD.matcher(content); words.find(); ) {
                    recipients.add(recipient(words.group(), source));
                }
            }
        }
        if (recipients.isEmpty()) {
            throw unusable(source + " holds no age recipient", null);
        }
        return recipients;
    }

    private static AgeRecipient recipient(String word, String source) throws ArchiveException {
        if (word.regionMatches(true, 0, AgeIdentity.PREFIX, 0, AgeIdentity.PREFIX.length())) {
            throw new ArchiveException(
                    ArchiveException.Kind.KEY,
                    source + " holds a private key of age; only the public key belongs here (age1...)",
                    null);
        }
        AgeRecipient recipient = new AgeRecipient(word);
        try {
            recipient.writer();
        } catch (GeneralSecurityException | RuntimeException e) {
            String shown = word.length() > LONGEST_SHOWN ? word.substring(0, LONGEST_SHOWN) + "..." : word;
            throw unusable("'" + shown + "' in " + source + " is no X25519 recipient of age", e);
        }
        return recipient;
    }

    private static ArchiveException unusable(String what, @Nullable Throwable cause) {
        return new ArchiveException(
                ArchiveException.Kind.KEY, what + "; age-keygen prints one, which begins with " + PREFIX, cause);
    }

    RecipientStanzaWriter writer() throws GeneralSecurityException {
        return X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(publicKey);
    }

    @Override
    public String toString() {
        return publicKey;
    }
}
