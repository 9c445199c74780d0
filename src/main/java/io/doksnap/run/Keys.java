package io.doksnap.run;

import io.doksnap.archive.Decryption;
import io.doksnap.archive.Encryption;
import io.doksnap.policy.Policy;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import java.util.List;

/** What archives are encrypted with and opened by, where nobody is there to be asked. Each is read when it is needed. */
public interface Keys {

    /** How archives of a policy are encrypted. */
    Encryption encryption(Policy policy) throws KeyException;

    /** What may open archives that were encrypted like this, to be tried in this order; empty where nothing is there, or needed. */
    List<Decryption> decryptions(List<EncryptionEntry> encryptions) throws KeyException;
}
