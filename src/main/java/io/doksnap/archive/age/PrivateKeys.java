package io.doksnap.archive.age;

import com.exceptionfactory.jagged.FileKey;
import com.exceptionfactory.jagged.RecipientStanza;
import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.UnsupportedRecipientStanzaException;
import java.security.GeneralSecurityException;
import java.util.List;

/** Tries one private key after another, so that a header which none of them opens is one failure with one reason. */
record PrivateKeys(List<RecipientStanzaReader> keys, String description) implements RecipientStanzaReader {
    @Override
    public FileKey getFileKey(Iterable<RecipientStanza> stanzas) throws GeneralSecurityException {
        for (RecipientStanzaReader key : keys) {
            try {
                return key.getFileKey(stanzas);
            } catch (UnsupportedRecipientStanzaException notThisOne) {
                // The next one may be the one.
            }
        }
        throw KeyRefusedException.notFor(description, stanzas);
    }
}
