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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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

    private @Nullable Decryption opened;

    /** Whether a key or a password was named. */
    boolean isGiven() {
        return keyFile != null || password.isGiven();
    }

    /** Reads the key that was named, and asks for its passphrase where it takes one; done once, and not before it is needed unless told. */
    void open(Cli cli) throws CommandException {
        password.read();
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
            return originalPasswords(keys, cli);
        } else if (any(manifest, encryption -> encryption.method().equals("aes256"))) {
            return passwords(keys, cli);
        } else if (any(manifest, IdentityOptions::isAgePassphrase)) {
            return agePassphrases(keys, cli);
        }
        return keys.previousKeys(passphrase(cli));
    }

    /**
     * What may open an archive that has no manifest, to be tried in this order; empty where nothing was given or is needed. Nothing tells
     * whether it is encrypted to a key or with a password, but of the original's own.
     */
    List<Decryption> decryptions(LooseArchive archive, Workspace workspace, Cli cli) throws CommandException {
        ConfiguredKeys keys = workspace.keys();
        String method = archive.encryption().method();
        open(cli);
        if (method.equals("none")) {
            return List.of();
        } else if (method.equals(Decryption.ORIGINAL)) {
            // No key opens it: one that was given is meant for others beside it.
            return originalPasswords(keys, cli);
        } else if (opened != null) {
            return List.of(opened);
        }
        List<Decryption> all = new ArrayList<>();
        if (method.equals("age")) {
            all.addAll(agePassphrases(keys, cli));
        } else if (!archive.ofTheOriginal()) {
            all.addAll(passwords(keys, cli));
        }
        keys.previousKeys(passphrase(cli)).stream()
                .filter(key -> key.opens(method))
                .forEach(all::add);
        return all;
    }

    private List<Decryption> originalPasswords(ConfiguredKeys keys, Cli cli) throws CommandException {
        return secrets(keys.passwords(), PASSWORD, cli, Decryption.OriginalPassword::new);
    }

    private List<Decryption> passwords(ConfiguredKeys keys, Cli cli) throws CommandException {
        return secrets(
                keys.passwords(), PASSWORD, cli, secret -> new Decryption.OpenPgp(OpenPgpIdentity.ofPassword(secret)));
    }

    private List<Decryption> agePassphrases(ConfiguredKeys keys, Cli cli) throws CommandException {
        return secrets(
                keys.agePassphrases(),
                AGE_PASSPHRASE,
                cli,
                secret -> new Decryption.Age(AgeIdentity.ofPassphrase(secret)));
    }

    private static boolean any(Manifest manifest, Predicate<EncryptionEntry> condition) {
        return manifest.sources().stream().anyMatch(source -> condition.test(source.encryption()));
    }

    private static boolean isAgePassphrase(EncryptionEntry encryption) {
        return encryption.method().equals("age") && encryption.fingerprints().isEmpty();
    }

    /** The one that was given; otherwise those of the configuration, and then that of the variable, which may be set for this command alone. */
    private List<Decryption> secrets(
            List<char[]> configured, String variable, Cli cli, Function<char[], Decryption> decryption)
            throws CommandException {
        Optional<char[]> given = password.read();
        if (given.isPresent()) {
            return given.map(decryption).stream().toList();
        }
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
                    ExitCode.CONFIGURATION, "cannot read the key file " + Failures.describe(keyFile, e));
        }
    }
}
