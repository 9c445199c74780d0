package io.doksnap.app;

import io.doksnap.archive.openpgp.OpenPgpException;
import io.doksnap.archive.openpgp.OpenPgpIdentity;
import io.doksnap.snapshot.Manifest;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What opens encrypted archives: a private key or a password, used in this process and never kept. */
final class IdentityOptions {
    private static final String PASSPHRASE = "DOKSNAP_IDENTITY_PASSPHRASE";
    private static final String PASSWORD = "ENCRYPTION_PASSWORD";
    private static final int LARGEST_KEY = 1 << 20;

    @Option(
            names = "--identity",
            paramLabel = "KEYFILE",
            description = {
                "the OpenPGP private key that opens the archive; - reads it from the standard input.",
                "Its passphrase, if any, comes from " + PASSPHRASE + " or is asked for"
            })
    private @Nullable String keyFile;

    /** What may open the archives of a snapshot, to be tried in this order; empty where nothing was given or is needed. */
    List<OpenPgpIdentity> identities(Manifest manifest, Workspace workspace, Cli cli) throws CommandException {
        Map<String, String> environment = cli.environment();
        boolean interactive = cli.console().interactive();
        boolean password = manifest.sources().stream()
                .anyMatch(source -> source.encryption().method().equals("aes256"));
        if (password && keyFile == null) {
            return passwords(workspace, environment).stream()
                    .map(OpenPgpIdentity::ofPassword)
                    .toList();
        }
        if (keyFile == null) {
            return workspace.previousKeys(passphrase(environment));
        }
        byte[] key = key(keyFile);
        String source = keyFile.equals("-") ? "the standard input" : keyFile;
        try {
            return List.of(OpenPgpIdentity.read(key, source, passphrase(environment)));
        } catch (OpenPgpException e) {
            Optional<Console> terminal = Optional.ofNullable(System.console());
            boolean canAsk = interactive && !keyFile.equals("-") && passphrase(environment).length == 0;
            if (terminal.isEmpty() || !canAsk) {
                throw new CommandException(
                        ExitCode.CONFIGURATION, e.getMessage() + "; a passphrase can be given in " + PASSPHRASE);
            }
            return List.of(ask(terminal.get(), key, source));
        }
    }

    private static OpenPgpIdentity ask(Console terminal, byte[] key, String source) throws CommandException {
        char[] passphrase = terminal.readPassword("Passphrase of %s: ", source);
        try {
            return OpenPgpIdentity.read(key, source, passphrase == null ? new char[0] : passphrase);
        } catch (OpenPgpException e) {
            throw new CommandException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()));
        }
    }

    private static List<char[]> passwords(Workspace workspace, Map<String, String> environment)
            throws CommandException {
        List<char[]> passwords = new ArrayList<>(workspace.passwords());
        Optional.ofNullable(environment.get(PASSWORD))
                .map(String::toCharArray)
                .filter(password -> passwords.stream().noneMatch(known -> Arrays.equals(known, password)))
                .ifPresent(passwords::add);
        return passwords;
    }

    private static char[] passphrase(Map<String, String> environment) {
        return environment.getOrDefault(PASSPHRASE, "").toCharArray();
    }

    private static byte[] key(String keyFile) throws CommandException {
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
