package io.doksnap.app;

import io.doksnap.archive.Decryption;
import io.doksnap.archive.age.AgeIdentity;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.failure.ArchiveException.Kind;
import io.doksnap.archive.openpgp.OpenPgpIdentity;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
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

    private @Nullable Decryption opened;

    /** Whether a key was named. */
    boolean isGiven() {
        return keyFile != null;
    }

    /** Reads the key that was named, and asks for its passphrase where it takes one; done once, and not before it is needed unless told. */
    void open(Cli cli) throws CommandException {
        if (keyFile != null && opened == null) {
            opened = fromKeyFile(keyFile, cli);
        }
    }

    /** What may open the archives of a snapshot, to be tried in this order; empty where nothing was given or is needed. */
    List<Decryption> decryptions(Manifest manifest, Workspace workspace, Cli cli) throws CommandException {
        ConfiguredKeys keys = workspace.keys();
        open(cli);
        if (opened != null) {
            return List.of(opened);
        } else if (any(manifest, encryption -> encryption.method().equals(Decryption.ORIGINAL))) {
            return secrets(keys.passwords(), PASSWORD, cli, Decryption.OriginalPassword::new);
        } else if (any(manifest, encryption -> encryption.method().equals("aes256"))) {
            return secrets(
                    keys.passwords(),
                    PASSWORD,
                    cli,
                    password -> new Decryption.OpenPgp(OpenPgpIdentity.ofPassword(password)));
        } else if (any(manifest, IdentityOptions::isAgePassphrase)) {
            return secrets(
                    keys.agePassphrases(),
                    AGE_PASSPHRASE,
                    cli,
                    passphrase -> new Decryption.Age(AgeIdentity.ofPassphrase(passphrase)));
        }
        return keys.previousKeys(passphrase(cli));
    }

    private static boolean any(Manifest manifest, Predicate<EncryptionEntry> condition) {
        return manifest.sources().stream().anyMatch(source -> condition.test(source.encryption()));
    }

    private static boolean isAgePassphrase(EncryptionEntry encryption) {
        return encryption.method().equals("age") && encryption.fingerprints().isEmpty();
    }

    /** Those of the configuration, and then that of the variable, which may be set for this command alone. */
    private static List<Decryption> secrets(
            List<char[]> configured, String variable, Cli cli, Function<char[], Decryption> decryption) {
        List<char[]> all = new ArrayList<>(configured);
        Optional.ofNullable(cli.environment().get(variable))
                .filter(secret -> !secret.isEmpty())
                .map(String::toCharArray)
                .filter(secret -> all.stream().noneMatch(known -> Arrays.equals(known, secret)))
                .ifPresent(all::add);
        return all.stream().map(decryption).toList();
    }

    private static char[] passphrase(Cli cli) {
        return cli.environment().getOrDefault(PASSPHRASE, "").toCharArray();
    }

    private static Decryption fromKeyFile(String keyFile, Cli cli) throws CommandException {
        byte[] key = content(keyFile);
        String source = keyFile.equals("-") ? "the standard input" : keyFile;
        char[] passphrase = passphrase(cli);
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
