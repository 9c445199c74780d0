package io.doksnap.declare.offen;

import static io.doksnap.declare.offen.OffenVariable.AGE_PASSPHRASE;
import static io.doksnap.declare.offen.OffenVariable.AGE_PUBLIC_KEYS;
import static io.doksnap.declare.offen.OffenVariable.GPG_PASSPHRASE;
import static io.doksnap.declare.offen.OffenVariable.GPG_PUBLIC_KEY_RING;

import io.doksnap.declare.offen.Moved.Encryption;
import io.doksnap.declare.offen.Moved.Variable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Moves how a schedule encrypts. */
final class KeysMove {
    private static final String BLOCK = "-----BEGIN PGP PUBLIC KEY BLOCK-----";

    private final Moved moved;

    KeysMove(Moved moved) {
        this.moved = moved;
    }

    /** The name of the encryption of a schedule. */
    String of(OffenSchedule schedule) {
        OffenVariable key = key(schedule);
        String fingerprint = key == null ? "" : key + schedule.fingerprint(key);
        for (Map.Entry<String, Encryption> known : moved.encryptions.entrySet()) {
            if (known.getValue().fingerprint().equals(fingerprint)) {
                return known.getKey();
            }
        }
        String name = moved.encryptions.isEmpty()
                ? Moved.DEFAULT
                : Names.unused(schedule.name(), "second", moved.encryptions.keySet());
        String method =
                key == null ? "none" : key == GPG_PASSPHRASE ? "aes256" : key == GPG_PUBLIC_KEY_RING ? "gpg" : "age";
        moved.encryptions.put(name, new Encryption(method, fingerprint));
        if (key == null) {
            moved.findings.add(Finding.note(
                    schedule.name().isEmpty() ? "encryption" : schedule.name(),
                    "archives are not encrypted there, and so not here; 'doksnap keygen' makes a key pair"));
        } else {
            variable(schedule, key, Names.suffix(name));
        }
        return name;
    }

    private static @Nullable OffenVariable key(OffenSchedule schedule) {
        return List.of(GPG_PASSPHRASE, GPG_PUBLIC_KEY_RING, AGE_PASSPHRASE, AGE_PUBLIC_KEYS).stream()
                .filter(schedule::has)
                .findFirst()
                .orElse(null);
    }

    private void variable(OffenSchedule schedule, OffenVariable key, String suffix) {
        String file = schedule.inFile(key) ? OffenVariable.FILE : "";
        String ours = key == GPG_PASSPHRASE
                ? "ENCRYPTION_PASSWORD"
                : key == GPG_PUBLIC_KEY_RING ? "GPG_PUBLIC_KEY" : key == AGE_PASSPHRASE ? key.name() : "AGE_RECIPIENTS";
        String from = schedule.name().isEmpty() || suffix.isEmpty() ? "" : " of " + schedule.name();
        String value = "the value of " + key + file + from;
        if (key == AGE_PUBLIC_KEYS && file.isEmpty()) {
            value = recipients(schedule.value(key, ""));
        } else if (ours.equals(key.name()) && suffix.isEmpty()) {
            value = "as it is";
        }
        moved.variables.add(new Variable(ours + suffix + file, value));
        int blocks = schedule.value(key, "").split(BLOCK, -1).length - 1;
        if (key == GPG_PUBLIC_KEY_RING && blocks > 1) {
            moved.findings.add(Finding.lost(
                    key.name(),
                    "encrypts to all keys of the ring, and ours to one: GPG_KEY_ID" + suffix + " says which"));
        }
    }

    /** Public keys may be shown. */
    private String recipients(String written) {
        List<String> keys = Arrays.stream(written.split("[,\\s]+"))
                .filter(key -> key.startsWith("age1"))
                .toList();
        if (written.contains("ssh-")) {
            moved.findings.add(Finding.lost(
                    AGE_PUBLIC_KEYS.name(),
                    "holds keys of ssh, which cannot be used; " + (keys.isEmpty() ? "make" : "or make")
                            + " a key of age with 'doksnap keygen --method age'"));
        }
        return keys.isEmpty() ? "the public key that 'doksnap keygen --method age' prints" : String.join(",", keys);
    }
}
