package io.doksnap.app;

import static java.nio.file.StandardOpenOption.CREATE_NEW;

import io.doksnap.archive.age.AgeKeyPair;
import io.doksnap.archive.openpgp.OpenPgpKeyPair;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code doksnap keygen}. */
@Command(
        name = "keygen",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a key pair for backups, of OpenPGP or of age.",
            "The public half goes on this host. The private half is printed once, or written where you say, and kept"
                    + " nowhere else: without it no backup can be read, and with it anybody can, so store it away from"
                    + " this host."
        })
final class KeygenCommand implements Callable<Integer> {
    private static final FileAttribute<?> ONLY_THIS_USERS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Cli cli;

    @Option(
            names = "--public-key-file",
            paramLabel = "FILE",
            description = "write the public half there instead of printing it; the file must not exist")
    @SuppressWarnings("NullAway.Init")
    private Optional<Path> publicKeyFile;

    @Option(
            names = "--private-key-file",
            paramLabel = "FILE",
            description = "write the private half there, for this user alone, instead of printing it; the file must not"
                    + " exist")
    @SuppressWarnings("NullAway.Init")
    private Optional<Path> privateKeyFile;

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
        check("--public-key-file", publicKeyFile);
        check("--private-key-file", privateKeyFile);
        return method == Method.age ? age() : gpg();
    }

    private int age() throws CommandException {
        AgeKeyPair pair = AgeKeyPair.generate();
        String identity = pair.identityFile(cli.clock().instant());
        write(pair.publicKey() + "\n", identity);
        PrintStream err = cli.console().err();
        publicKeyFile.ifPresent(
                file -> err.println("public key: " + file + " (encryption.recipients_file in the configuration)"));
        err.println("public key, for encryption.recipients or AGE_RECIPIENTS: " + pair.publicKey());
        handOver(identity);
        return ExitCode.OK;
    }

    private int gpg() throws CommandException {
        OpenPgpKeyPair pair = OpenPgpKeyPair.generate(userId, cli.clock().instant());
        write(pair.publicKey(), pair.privateKey());
        Console console = cli.console();
        if (publicKeyFile.isPresent()) {
            console.err()
                    .println("public key: " + publicKeyFile.get()
                            + " (encryption.public_key_file in the configuration)");
        } else {
            console.err().println("public key, for encryption.public_key_file or GPG_PUBLIC_KEY:");
            console.out().print(pair.publicKey());
        }
        console.err().println("fingerprint: " + pair.fingerprint());
        handOver(pair.privateKey());
        return ExitCode.OK;
    }

    private void handOver(String privateKey) {
        Console console = cli.console();
        if (privateKeyFile.isPresent()) {
            console.err()
                    .println("private key: " + privateKeyFile.get()
                            + ", kept nowhere else; store it away from this host");
        } else {
            console.err().println("private key, printed this once; store it away from this host:");
            console.out().print(privateKey);
        }
    }

    /** Before anything is written: half a pair is of no use, and a key that is there may be the only one of its kind. */
    private static void check(String option, Optional<Path> file) throws CommandException {
        if (file.isPresent() && file.get().toString().isEmpty()) {
            throw new CommandException(ExitCode.USAGE, option + " is empty; name a file that does not exist");
        }
        if (file.isPresent() && Files.exists(file.get(), LinkOption.NOFOLLOW_LINKS)) {
            throw exists(file.get());
        }
    }

    /** The private half first, since a public one alone would encrypt what nobody can read. */
    private void write(String publicKey, String privateKey) throws CommandException {
        if (privateKeyFile.isPresent()) {
            write(privateKeyFile.get(), privateKey, ONLY_THIS_USERS);
        }
        if (publicKeyFile.isPresent()) {
            try {
                write(publicKeyFile.get(), publicKey);
            } catch (CommandException e) {
                privateKeyFile.ifPresent(KeygenCommand::delete);
                throw e;
            }
        }
    }

    private static void write(Path file, String key, FileAttribute<?>... attributes) throws CommandException {
        try (SeekableByteChannel channel =
                Files.newByteChannel(file, Set.of(CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(key);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (FileAlreadyExistsException e) {
            throw exists(file);
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, "cannot write " + Failures.describe(file.toString(), e));
        }
    }

    private static CommandException exists(Path file) {
        return new CommandException(ExitCode.USAGE, file + " exists already; name another file, or remove it");
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException ignored) {
            // The key in it opens nothing.
        }
    }
}
