package io.doksnap.declare;

import io.doksnap.policy.EncryptionMethod;
import io.doksnap.policy.Nearest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads how archives are encrypted: {@code encryption}, and the keys from the environment, which win over the file's. */
final class EncryptionReader {
    private static final List<String> METHODS = List.of("gpg", "aes256", "age", "none");
    private static final String ARMOR = "-----BEGIN PGP ";

    private final Environment environment;
    private final Path directory;
    private final Problems problems;

    EncryptionReader(Environment environment, Path directory, Problems problems) {
        this.environment = environment;
        this.directory = directory;
        this.problems = problems;
    }

    /**
     * Reads the section.
     *
     * @param inBucket whether backups leave this machine, so that encryption is expected of them
     */
    EncryptionSettings read(Section section, boolean inBucket) {
        Optional<String> method = section.text("method");
        Optional<Secret> key = publicKey(section);
        Optional<Secret> password = password(section);
        Optional<String> writtenKeyId = section.text("key_id");
        Optional<String> keyId = environment.value("GPG_KEY_ID").or(() -> writtenKeyId);
        AgeReader ageReader = new AgeReader(environment, directory, problems);
        AgeReader.Keys age = ageReader.keys(section);
        rejectSecrets(section);
        section.reportUnknownKeys();
        if (method.isPresent() && !METHODS.contains(method.get())) {
            problems.add(
                    section.place("method"),
                    "'" + method.get() + "' is unknown; " + Nearest.remedy(method.get(), METHODS));
        }
        boolean expected =
                inBucket || section.isPresent() || key.isPresent() || password.isPresent() || age.isPresent();
        if (!expected) {
            problems.warn(
                    section.place(),
                    "is not configured, so archives are stored as they are; set GPG_PUBLIC_KEY ('doksnap keygen' makes a key"
                            + " pair), or say method: none");
            return new EncryptionSettings.Unset();
        }
        String chosen = method.orElse("gpg");
        List<Secret> others = chosen.equals("age")
                ? Stream.concat(key.stream(), password.stream()).toList()
                : age.all();
        others.forEach(unused -> problems.warn(unused.place(), "is not used by encryption.method " + chosen));
        return switch (chosen) {
            case "none" -> none(section, key.or(() -> password));
            case "aes256" -> aes256(section, key, password);
            case "age" -> ageReader.settings(section, age);
            default -> gpg(section, key, keyId, password, age);
        };
    }

    private EncryptionSettings gpg(
            Section section,
            Optional<Secret> key,
            Optional<String> keyId,
            Optional<Secret> password,
            AgeReader.Keys age) {
        if (key.isPresent()) {
            password.ifPresent(unused -> problems.warn(unused.place(), "is not used by encryption.method gpg"));
            return new EncryptionSettings.Gpg(List.of(key.get()), keyId);
        }
        String more = "";
        if (keyId.isPresent()) {
            more = " (a key id alone is not enough: 'gpg --armor --export " + keyId.get() + "' prints the key)";
        } else if (password.isPresent()) {
            more = " (a password is configured: to use it, set encryption.method to aes256)";
        } else if (age.isPresent()) {
            more = " (a key of age is configured: to use it, set encryption.method to age)";
        }
        return new EncryptionSettings.Missing(
                EncryptionMethod.GPG,
                section.place() + ": there is no public key to encrypt to" + more
                        + "; set GPG_PUBLIC_KEY or encryption.public_key_file ('doksnap keygen' makes a key pair),"
                        + " or say encryption.method: none to store archives as they are");
    }

    private EncryptionSettings aes256(Section section, Optional<Secret> key, Optional<Secret> password) {
        key.ifPresent(unused -> problems.warn(unused.place(), "is not used by encryption.method aes256"));
        if (password.isPresent()) {
            return new EncryptionSettings.Password(password.get());
        }
        return new EncryptionSettings.Missing(
                EncryptionMethod.AES256,
                section.place("method")
                        + ": there is no password; set ENCRYPTION_PASSWORD or encryption.password_file, or encrypt to"
                        + " a key instead ('doksnap keygen' makes a key pair)");
    }

    private EncryptionSettings none(Section section, Optional<Secret> unused) {
        unused.ifPresent(secret -> problems.warn(
                section.place("method"),
                "is none, so archives are stored as they are although "
                        + secret.place().path() + " is set"));
        return new EncryptionSettings.None();
    }

    private Optional<Secret> publicKey(Section section) {
        Optional<String> text = environment.value("GPG_PUBLIC_KEY");
        Optional<Secret> fromFile = file(section, "public_key_file");
        Optional<Secret> fromEnvironment = environment.secret("GPG_PUBLIC_KEY");
        if (text.isPresent() && !text.get().startsWith(ARMOR)) {
            problems.addUnlessSaid(
                    Place.variable("GPG_PUBLIC_KEY"),
                    "holds no armored key (it starts with " + ARMOR + "PUBLIC KEY BLOCK-----); to name a file, set"
                            + " GPG_PUBLIC_KEY_FILE");
        }
        if (text.isPresent()) {
            fromEnvironment = Optional.of(Secret.of(Place.variable("GPG_PUBLIC_KEY"), unfold(text.get())));
        }
        return first(fromEnvironment, fromFile);
    }

    /** Undoes what a line of an {@code .env} file does to a key of many lines. */
    private static String unfold(String armored) {
        return armored.contains("\n") ? armored : armored.replace("\\r", "").replace("\\n", "\n");
    }

    private Optional<Secret> password(Section section) {
        Optional<Secret> fromFile = file(section, "password_file");
        return first(environment.secret("ENCRYPTION_PASSWORD"), fromFile);
    }

    private Optional<Secret> file(Section section, String key) {
        return section.path(key, directory).map(path -> Secret.inFile(section.place(key), path));
    }

    private Optional<Secret> first(Optional<Secret> fromEnvironment, Optional<Secret> fromFile) {
        if (fromEnvironment.isPresent() && fromFile.isPresent()) {
            problems.warn(
                    fromFile.get().place(),
                    "is not used, because " + fromEnvironment.get().place().path() + " in the environment wins");
        }
        return fromEnvironment.or(() -> fromFile);
    }

    private void rejectSecrets(Section section) {
        if (section.has("password")) {
            section.text("password");
            problems.add(
                    section.place("password"),
                    "a password does not belong into the file; set ENCRYPTION_PASSWORD, or password_file to a path");
        }
        if (section.has("public_key")) {
            section.text("public_key");
            problems.add(
                    section.place("public_key"), "unknown setting; set GPG_PUBLIC_KEY, or public_key_file to a path");
        }
    }
}
