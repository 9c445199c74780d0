package io.doksnap.app;

import io.doksnap.archive.Decryption;
import io.doksnap.archive.Encryption;
import io.doksnap.archive.age.AgeIdentity;
import io.doksnap.archive.openpgp.OpenPgpIdentity;
import io.doksnap.policy.Policy;
import io.doksnap.run.KeyException;
import io.doksnap.run.Keys;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The keys of a configuration for runs that nobody watches: what is not configured cannot be asked for. */
final class OperatorKeys implements Keys {
    private final Supplier<ConfiguredKeys> configured;

    /** Of the configuration as it is when a key is needed. */
    OperatorKeys(Supplier<ConfiguredKeys> configured) {
        this.configured = configured;
    }

    @Override
    public Encryption encryption(Policy policy) throws KeyException {
        try {
            return configured.get().encryption(policy);
        } catch (CommandException e) {
            throw new KeyException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public List<Decryption> decryptions(List<EncryptionEntry> encryptions) throws KeyException {
        ConfiguredKeys keys = configured.get();
        List<Decryption> all = new ArrayList<>();
        try {
            if (uses(encryptions, Decryption.ORIGINAL)) {
                keys.passwords().stream().map(Decryption.OriginalPassword::new).forEach(all::add);
            } else if (uses(encryptions, "aes256")) {
                keys.passwords().stream()
                        .map(password -> new Decryption.OpenPgp(OpenPgpIdentity.ofPassword(password)))
                        .forEach(all::add);
            } else if (encryptions.stream().anyMatch(OperatorKeys::isAgePassphrase)) {
                keys.agePassphrases().stream()
                        .map(passphrase -> new Decryption.Age(AgeIdentity.ofPassphrase(passphrase)))
                        .forEach(all::add);
            } else {
                all.addAll(keys.previousKeys(new char[0]));
            }
            return all;
        } catch (CommandException e) {
            throw new KeyException(String.valueOf(e.getMessage()));
        }
    }

    private static boolean uses(List<EncryptionEntry> encryptions, String method) {
        return encryptions.stream().anyMatch(each -> each.method().equals(method));
    }

    private static boolean isAgePassphrase(EncryptionEntry encryption) {
        return encryption.method().equals("age") && encryption.fingerprints().isEmpty();
    }
}
