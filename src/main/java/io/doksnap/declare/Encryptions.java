package io.doksnap.declare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How archives can be encrypted, and what opens older ones.
 *
 * @param usual for policies that choose none
 * @param named by name, in the order of the file
 * @param previousPasswords only ever used to open what was encrypted with them
 * @param previousKeys private keys, likewise
 */
public record Encryptions(
        EncryptionSettings usual,
        Map<String, EncryptionSettings> named,
        List<Secret> previousPasswords,
        List<Secret> previousKeys) {

    public Encryptions {
        named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
        previousPasswords = List.copyOf(previousPasswords);
        previousKeys = List.copyOf(previousKeys);
    }

    /** The encryption of that name. */
    public Optional<EncryptionSettings> find(String name) {
        return Optional.ofNullable(named.get(name));
    }

    /** Every password that may have been used, those of today first. */
    public List<Secret> passwords() {
        List<Secret> passwords = new ArrayList<>();
        all().forEach(settings -> {
            if (settings instanceof EncryptionSettings.Password password && !passwords.contains(password.password())) {
                passwords.add(password.password());
            }
        });
        passwords.addAll(previousPasswords);
        return passwords;
    }

    /** Every passphrase of age that may have been used, those of today first; a password of before may have been one. */
    public List<Secret> agePassphrases() {
        List<Secret> passphrases = new ArrayList<>();
        all().forEach(settings -> {
            if (settings instanceof EncryptionSettings.AgePassphrase age && !passphrases.contains(age.passphrase())) {
                passphrases.add(age.passphrase());
            }
        });
        passphrases.addAll(previousPasswords);
        return passphrases;
    }

    /** Every key and password there is. */
    List<Secret> secrets() {
        List<Secret> secrets = new ArrayList<>();
        all().distinct().forEach(settings -> secrets.addAll(settings.secrets()));
        secrets.addAll(previousPasswords);
        secrets.addAll(previousKeys);
        return secrets;
    }

    private Stream<EncryptionSettings> all() {
        return Stream.concat(Stream.of(usual), named.values().stream());
    }
}
