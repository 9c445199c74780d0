package io.doksnap.app;

import io.doksnap.archive.Decryption;
import io.doksnap.archive.Encryption;
import io.doksnap.archive.age.AgeRecipient;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.openpgp.OpenPgpRecipient;
import io.doksnap.declare.EncryptionSettings;
import io.doksnap.declare.Secret;
import io.doksnap.declare.SecretException;
import io.doksnap.declare.Settings;
import io.doksnap.policy.Policy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** The keys and passwords of a configuration. Each is read when it is needed, and never kept. */
final class ConfiguredKeys {
    private final Settings settings;
    private final Clock clock;

    /**
     * Of these settings.
     *
     * @param clock tells which keys have expired
     */
    ConfiguredKeys(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** How archives of a policy are encrypted. */
    Encryption encryption(Policy policy) throws CommandException {
        EncryptionSettings encryption = settings.encryption(policy.encryption())
                .orElseThrow(() -> new CommandException(
                        ExitCode.CONFIGURATION, policy.name() + ": there is no such encryption in the configuration"));
        try {
            if (encryption instanceof EncryptionSettings.Gpg gpg) {
                return new Encryption.ToRecipients(recipients(gpg));
            } else if (encryption instanceof EncryptionSettings.Password password) {
                return new Encryption.WithPassword(password.password().line().toCharArray());
            } else if (encryption instanceof EncryptionSettings.Age age) {
                return new Encryption.ToAgeRecipients(recipients(age));
            } else if (encryption instanceof EncryptionSettings.AgePassphrase age) {
                return new Encryption.WithAgePassphrase(age.passphrase().line().toCharArray());
            } else if (encryption instanceof EncryptionSettings.Missing missing) {
                throw new CommandException(ExitCode.CONFIGURATION, missing.reason());
            }
            return new Encryption.None();
        } catch (ArchiveException | SecretException e) {
            throw new CommandException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()));
        }
    }

    private static List<AgeRecipient> recipients(EncryptionSettings.Age age) throws ArchiveException, SecretException {
        List<AgeRecipient> all = new ArrayList<>();
        for (Secret recipients : age.recipients()) {
            all.addAll(AgeRecipient.read(recipients.bytes(), recipients.place().toString()));
        }
        return all.stream().distinct().toList();
    }

    private List<OpenPgpRecipient> recipients(EncryptionSettings.Gpg gpg)
            throws ArchiveException, SecretException, CommandException {
        List<OpenPgpRecipient> all = new ArrayList<>();
        for (Secret key : gpg.publicKeys()) {
            all.addAll(OpenPgpRecipient.read(key.bytes(), key.place().toString(), clock.instant()));
        }
        if (gpg.keyId().isEmpty()) {
            return all;
        }
        String wanted = gpg.keyId().get();
        List<OpenPgpRecipient> chosen =
                all.stream().filter(recipient -> recipient.isMeantBy(wanted)).toList();
        if (chosen.isEmpty()) {
            throw new CommandException(
                    ExitCode.CONFIGURATION,
                    "no public key is meant by the key id " + wanted + "; there is "
                            + String.join(
                                    ", ",
                                    all.stream().map(OpenPgpRecipient::toString).toList()));
        }
        return chosen;
    }

    /** Every password with which archives are or were encrypted, those of today first. */
    List<char[]> passwords() throws CommandException {
        return lines(settings.encryptions().passwords());
    }

    /** Every passphrase of age with which archives are or were encrypted. */
    List<char[]> agePassphrases() throws CommandException {
        return lines(settings.encryptions().agePassphrases());
    }

    private static List<char[]> lines(List<Secret> secrets) throws CommandException {
        List<char[]> lines = new ArrayList<>();
        for (Secret secret : secrets) {
            try {
                lines.add(secret.line().toCharArray());
            } catch (SecretException e) {
                throw new CommandException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()));
            }
        }
        return lines;
    }

    /** The private keys of before, to open older archives with. */
    List<Decryption> previousKeys(char[] passphrase) throws CommandException {
        List<Decryption> keys = new ArrayList<>();
        for (Secret key : settings.encryptions().previousKeys()) {
            try {
                keys.add(Decryption.ofKeyFile(key.bytes(), key.place().toString(), passphrase));
            } catch (ArchiveException | SecretException e) {
                throw new CommandException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()));
            }
        }
        return keys;
    }
}
