package io.doksnap.app;

import io.doksnap.archive.Decryption;
import io.doksnap.archive.age.AgeIdentity;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.failure.ArchiveException.Kind;
import io.doksnap.archive.openpgp.OpenPgpIdentity;
import io.doksnap.snapshot.LooseArchive;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What opens encrypted archives: a private key or a password, used in this process and never kept. */
final class IdentityOptions {
    private static final String PASSPHRASE = "DOKSNAP_IDENTITY_PASSPHRASE";
    private static final String PASSWORD = "ENCRYPTION_PASSWORD";
    private static final String AGE_PASSPHRASE = "AGE_PASSPHRASE";
    private static final int LARGEST_KEY = 1 << 20;

    @Option(
            names = "--identity",
            paramLabel = "KEYFILE",
            description = {
                "the private key that opens the archive, of OpenPGP or of age; - reads it from the standard input.",
                "Its passphrase, if any, comes from " + PASSPHRASE + " or is asked for"
            })
    private @Nullable String keyFile;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private PasswordOption password;

    /** What opens an archive that has no manifest; empty where nothing was given or is needed. */
    Optional<Decryption> decryption(LooseArchive archive, Workspace workspace, Cli cli) throws CommandException {
        String method = archive.encryption().method();
        if (keyFile != null || method.equals("none")) {
            return keyFile == null ? Optional.empty() : Optional.of(fromKeyFile(keyFile, cli));
        } else if (method.equals(Decryption.ORIGINAL)) {
            return secret(workspace.password(), PASSWORD, cli)
                    .or(() -> PasswordOption.ask(archive.key(), cli))
                    .map(Decryption.OriginalPassword::new);
        } else if (method.equals("age")) {
            return secret(workspace.agePassphrase(), AGE_PASSPHRASE, cli)
                    .map(passphrase -> new Decryption.Age(AgeIdentity.ofPassphrase(passphrase)));
        }
        // Nothing tells whether ours is encrypted to a key or with a password; the original's is to a key.
        return archive.ofTheOriginal()
                ? Optional.empty()
                : secret(workspace.password(), PASSWORD, cli)
                        .map(password -> new Decryption.OpenPgp(OpenPgpIdentity.ofPassword(password)));
    }

    /** What opens the archives of a snapshot; empty where nothing was given or is needed. */
    Optional<Decryption> decryption(Manifest manifest, Workspace workspace, Cli cli) throws CommandException {
        if (keyFile != null) {
            return Optional.of(fromKeyFile(keyFile, cli));
        } else if (any(manifest, encryption -> encryption.method().equals("aes256"))) {
            return secret(workspace.password(), PASSWORD, cli)
                    .map(password -> new Decryption.OpenPgp(OpenPgpIdentity.ofPassword(password)));
        } else if (any(manifest, IdentityOptions::isAgePassphrase)) {
            return secret(workspace.agePassphrase(), AGE_PASSPHRASE, cli)
                    .map(passphrase -> new Decryption.Age(AgeIdentity.ofPassphrase(passphrase)));
        }
        return Optional.empty();
    }

    private static boolean any(Manifest manifest, Predicate<EncryptionEntry> condition) {
        return manifest.sources().stream().anyMatch(source -> condition.test(source.encryption()));
    }

    private static boolean isAgePassphrase(EncryptionEntry encryption) {
        return encryption.method().equals("age") && encryption.fingerprints().isEmpty();
    }

    private Optional<char[]> secret(Optional<char[]> configured, String variable, Cli cli) throws CommandException {
        Optional<char[]> given = password.read();
        return given.or(() -> configured)
                .or(() -> Optional.ofNullable(cli.environment().get(variable)).map(String::toCharArray));
    }

    private static Decryption fromKeyFile(String keyFile, Cli cli) throws CommandException {
        byte[] key = content(keyFile);
        String source = keyFile.equals("-") ? "the standard input" : keyFile;
        char[] passphrase = cli.environment().getOrDefault(PASSPHRASE, "").toCharArray();
        try {
            return Decryption.ofKeyFile(key, source, passphrase);
        } catch (ArchiveException e) {
            if (e.kind() != Kind.LOCKED) {
                throw new CommandException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()));
            }
            boolean canAsk = cli.console().interactive() && !keyFile.equals("-") && passphrase.length == 0;
            Optional<Console> terminal = Optional.ofNullable(System.console()).filter(there -> canAsk);
            if (terminal.isEmpty()) {
                throw new CommandException(
                        ExitCode.CONFIGURATION, e.getMessage() + "; a passphrase can be given in " + PASSPHRASE);
            }
            return ask(terminal.get(), key, source);
        }
    }

    private static Decryption ask(Console terminal, byte[] key, String source) throws CommandException {
        char[] passphrase = terminal.readPassword("Passphrase of %s: ", source);
        try {
            return Decryption.ofKeyFile(key, source, passphrase == null ? new char[0] : passphrase);
        } catch (ArchiveException e) {
            throw new CommandException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()));
        }
    }

    private static byte[] content(String keyFile) throws CommandException {
        try {
            byte[] key = keyFile.equals("-") ? System.in.readNBytes(LARGEST_KEY) : Files.readAllBytes(Path.of(keyFile));
            if (key.length == 0) {
                throw new CommandException(ExitCode.CONFIGURATION, keyFile + " holds no key: it is empty");
            }
            return key;
        } catch (NoSuchFileException e) {
            throw new CommandException(ExitCode.CONFIGURATION, "there is no key file " + keyFile);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.CONFIGURATION, "cannot read the key file " + keyFile + ": " + e.getMessage());
        }
    }
}
