package io.doksnap.run;

import io.doksnap.archive.Decryption;
import io.doksnap.archive.Encryption;
import io.doksnap.archive.age.AgeIdentity;
import io.doksnap.archive.age.AgeRecipient;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.openpgp.OpenPgpIdentity;
import io.doksnap.archive.openpgp.OpenPgpRecipient;
import io.doksnap.policy.EncryptionChoice;
import io.doksnap.policy.Policy;
import io.doksnap.policy.SecretKey;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keys that a policy names itself, read from Secrets; whatever it does not name is the operator's own. */
public final class SecretKeys implements Keys {
    private final Keys configured;
    private final SecretSource secrets;
    private final Clock clock;

    /**
     * Creates them; nothing is read yet.
     *
     * @param clock tells which keys have expired
     */
    public SecretKeys(Keys configured, SecretSource secrets, Clock clock) {
        this.configured = configured;
        this.secrets = secrets;
        this.clock = clock;
    }

    @Override
    public Encryption encryption(Policy policy) throws KeyException {
        if (!(policy.encryption() instanceof EncryptionChoice.Own own)) {
            return configured.encryption(policy);
        }
        try {
            return switch (own.method()) {
                case GPG -> new Encryption.ToRecipients(openPgp(policy.namespace(), own));
                case AGE -> new Encryption.ToAgeRecipients(age(policy.namespace(), own));
                case AES256 ->
                    new Encryption.WithPassword(
                            line(policy.namespace(), own.keys().get(0)));
                case NONE -> new Encryption.None();
            };
        } catch (ArchiveException e) {
            throw new KeyException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public List<Decryption> decryptions(List<EncryptionEntry> encryptions) throws KeyException {
        return configured.decryptions(encryptions);
    }

    /** The same with one more key, or password, that is tried before all others. */
    public Keys with(String namespace, SecretKey key) {
        return new Keys() {
            @Override
            public Encryption encryption(Policy policy) throws KeyException {
                return SecretKeys.this.encryption(policy);
            }

            @Override
            public List<Decryption> decryptions(List<EncryptionEntry> encryptions) throws KeyException {
                List<Decryption> all = new ArrayList<>(named(namespace, key, encryptions));
                all.addAll(configured.decryptions(encryptions));
                return all;
            }
        };
    }

    /** A Secret does not say what it holds; how the archives are encrypted does. */
    private List<Decryption> named(String namespace, SecretKey key, List<EncryptionEntry> encryptions)
            throws KeyException {
        if (encryptions.stream().anyMatch(each -> each.method().equals(Decryption.ORIGINAL))) {
            return List.of(new Decryption.OriginalPassword(line(namespace, key)));
        } else if (encryptions.stream().anyMatch(each -> each.method().equals("aes256"))) {
            return List.of(new Decryption.OpenPgp(OpenPgpIdentity.ofPassword(line(namespace, key))));
        } else if (encryptions.stream()
                .anyMatch(each ->
                        each.method().equals("age") && each.fingerprints().isEmpty())) {
            return List.of(new Decryption.Age(AgeIdentity.ofPassphrase(line(namespace, key))));
        }
        try {
            return List.of(Decryption.ofKeyFile(secrets.read(namespace, key), words(key), new char[0]));
        } catch (ArchiveException e) {
            throw new KeyException(String.valueOf(e.getMessage()));
        }
    }

    private List<OpenPgpRecipient> openPgp(String namespace, EncryptionChoice.Own own)
            throws KeyException, ArchiveException {
        List<OpenPgpRecipient> all = new ArrayList<>();
        for (SecretKey key : own.keys()) {
            all.addAll(OpenPgpRecipient.read(secrets.read(namespace, key), words(key), clock.instant()));
        }
        return all;
    }

    private List<AgeRecipient> age(String namespace, EncryptionChoice.Own own) throws KeyException, ArchiveException {
        List<AgeRecipient> all = new ArrayList<>();
        for (SecretKey key : own.keys()) {
            all.addAll(AgeRecipient.read(secrets.read(namespace, key), words(key)));
        }
        return all.stream().distinct().toList();
    }

    /** The first line; an editor leaves a line break behind it. */
    private char[] line(String namespace, SecretKey key) throws KeyException {
        CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(secrets.read(namespace, key)));
        int end = 0;
        while (end < text.length() && text.get(end) != '\n' && text.get(end) != '\r') {
            end++;
        }
        if (end == 0) {
            throw new KeyException(words(key) + " is empty; a password has at least one character");
        }
        return Arrays.copyOfRange(text.array(), text.arrayOffset(), text.arrayOffset() + end);
    }

    private static String words(SecretKey key) {
        return "the entry " + key.key() + " of the Secret " + key.name();
    }
}
