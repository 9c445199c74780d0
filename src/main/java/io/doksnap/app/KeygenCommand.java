package io.doksnap.app;

import io.doksnap.archive.age.AgeKeyPair;
import io.doksnap.archive.openpgp.OpenPgpKeyPair;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code doksnap keygen}. */
@Command(
        name = "keygen",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a key pair for backups, of OpenPGP or of age.",
            "The public half goes on this host. The private half is printed once and not kept: without it no backup can be"
                    + " read, and with it anybody can, so store it away from this host."
        })
final class KeygenCommand implements Callable<Integer> {
    private final Cli cli;

    @Option(
            names = "--public-key-file",
            paramLabel = "FILE",
            description = "write the public half there instead of printing it; the file must not exist")
    @SuppressWarnings("NullAway.Init")
    private Optional<Path> publicKeyFile;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            defaultValue = "gpg",
            description = "what the pair is for, as in encryption.method: ${COMPLETION-CANDIDATES}; default:"
                    + " ${DEFAULT-VALUE}")
    @SuppressWarnings("NullAway.Init")
    private Method method;

    @Option(
            names = "--user-id",
            paramLabel = "TEXT",
            defaultValue = "doksnap backup",
            description = "whose key it is, for gpg; default: ${DEFAULT-VALUE}")
    @SuppressWarnings("NullAway.Init")
    private String userId;

    KeygenCommand(Cli cli) {
        this.cli = cli;
    }

    /** The methods of encryption that take key pairs, as they are written. */
    @SuppressWarnings("checkstyle:ConstantName")
    enum Method {
        gpg,
        age
    }

    @Override
    public Integer call() throws CommandException {
        return method == Method.age ? age() : gpg();
    }

    private int age() throws CommandException {
        AgeKeyPair pair = AgeKeyPair.generate();
        Console console = cli.console();
        if (publicKeyFile.isPresent()) {
            write(publicKeyFile.get(), pair.publicKey() + "\n");
            console.err()
                    .println("public key: " + publicKeyFile.get()
                            + " (encryption.recipients_file in the configuration)");
        }
        console.err().println("public key, for encryption.recipients or AGE_RECIPIENTS: " + pair.publicKey());
        console.err().println("private key, printed this once; store it away from this host:");
        console.out().print(pair.identityFile(cli.clock().instant()));
        return ExitCode.OK;
    }

    private int gpg() throws CommandException {
        OpenPgpKeyPair pair = OpenPgpKeyPair.generate(userId, cli.clock().instant());
        Console console = cli.console();
        if (publicKeyFile.isPresent()) {
            write(publicKeyFile.get(), pair.publicKey());
            console.err()
                    .println("public key: " + publicKeyFile.get()
                            + " (encryption.public_key_file in the configuration)");
        } else {
            console.err().println("public key, for encryption.public_key_file or GPG_PUBLIC_KEY:");
            console.out().print(pair.publicKey());
        }
        console.err().println("fingerprint: " + pair.fingerprint());
        console.err().println("private key, printed this once; store it away from this host:");
        console.out().print(pair.privateKey());
        return ExitCode.OK;
    }

    private static void write(Path file, String key) throws CommandException {
        if (file.toString().isEmpty()) {
            throw new CommandException(ExitCode.USAGE, "--public-key-file is empty; name a file that does not exist");
        }
        try {
            Files.writeString(file, key, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new CommandException(ExitCode.USAGE, file + " exists already; name another file, or remove it");
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, "cannot write " + Failures.describe(file.toString(), e));
        }
    }
}
