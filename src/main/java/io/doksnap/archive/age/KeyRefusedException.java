package io.doksnap.archive.age;

import com.exceptionfactory.jagged.RecipientStanza;
import java.io.Serial;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/** A header was read, and the identity does not open what it begins. Only within this package. */
final class KeyRefusedException extends GeneralSecurityException {
    @Serial
    private static final long serialVersionUID = 1L;

    KeyRefusedException(String message) {
        super(message);
    }

    /** The identity's kind or key is not among those that the header names. */
    static KeyRefusedException notFor(String identity, Iterable<RecipientStanza> stanzas) {
        List<String> types = new ArrayList<>();
        stanzas.forEach(stanza -> types.add(stanza.getType()));
        String to;
        if (types.contains(ScryptStanzas.TYPE)) {
            to = "with a passphrase; give that";
        } else {
            to = (types.size() == 1 ? "to another key" : "to " + types.size() + " other keys")
                    + "; give the identity file that belongs to " + (types.size() == 1 ? "it" : "one of them");
        }
        return new KeyRefusedException(identity + " does not open this archive, which was encrypted " + to);
    }
}
