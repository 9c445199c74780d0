package io.doksnap.run;

import io.doksnap.archive.Decryption;
import io.doksnap.archive.Encryption;
import io.doksnap.policy.Policy;
import io.doksnap.snapshot.CatalogueEntry;
import java.util.Optional;

/**
 * Whether a snapshot that is not encrypted may be restored. Whoever may write to a bucket can put one there, and what says that it is not encrypted is its own manifest; so where
 * encryption is expected, somebody has to name the snapshot.
 *
 * @param keyGiven whether a key or password was given for this very restore, which the snapshot then has to need
 * @param encrypts whether the policy has its snapshots encrypted now; earlier ones need not be
 * @param named whether this snapshot was asked for by its id, and not whatever is the newest
 */
public record PlainSnapshot(boolean keyGiven, boolean encrypts, boolean named) {

    /** Whether a policy has its snapshots encrypted; one whose key is not to be had just now wants that all the same. */
    public static boolean encrypts(Keys keys, Policy policy) {
        try {
            return !(keys.encryption(policy) instanceof Encryption.None);
        } catch (KeyException e) {
            return true;
        }
    }

    /** Why the snapshot is not restored, with the remedy; empty where it may be. */
    public Optional<String> refusal(CatalogueEntry.Snapshot snapshot) {
        if (!isPlain(snapshot)) {
            return Optional.empty();
        }
        String id = snapshot.folder().id();
        if (keyGiven) {
            return Optional.of("the snapshot " + id
                    + " is not encrypted, and a key was given to open it: whoever may write to the destination can have put"
                    + " it there; leave the key out to restore it all the same");
        }
        return encrypts && !named
                ? Optional.of("the newest snapshot that is meant, " + id
                        + ", is not encrypted, and those of this policy are now: whoever may write to the destination can have"
                        + " put it there; to restore it all the same, or an earlier one, name it by its id")
                : Optional.empty();
    }

    /** What is to be said beside a restore of the snapshot. */
    public Optional<String> warning(CatalogueEntry.Snapshot snapshot) {
        return isPlain(snapshot) && encrypts
                ? Optional.of("the snapshot " + snapshot.folder().id()
                        + " is not encrypted, and those of this policy are now: be sure that it is older than that")
                : Optional.empty();
    }

    private static boolean isPlain(CatalogueEntry.Snapshot snapshot) {
        Decryption none = new Decryption.None();
        return snapshot.manifest().sources().stream()
                .anyMatch(source -> none.opens(source.encryption().method()));
    }
}
