package io.doksnap.app;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names the file of a password, which would be seen by everybody on the command line itself. */
final class PasswordOption {
    private static final int LONGEST = 1 << 16;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description =
                    "a file whose first line is the password of an archive that is encrypted with one; - reads it from"
                            + " the standard input; default: those of the configuration, then ENCRYPTION_PASSWORD")
    private @Nullable String file;

    private Optional<char[]> password = Optional.empty();

    /** Whether a file is named. */
    boolean isGiven() {
        return file != null;
    }

    /** The password of the file, which is read once; empty where none is named. */
    Optional<char[]> read() throws CommandException {
        if (file != null && password.isEmpty()) {
            password = Optional.of(firstLine(file));
        }
        return password;
    }

    private static char[] firstLine(String file) throws CommandException {
        String source = file.equals("-") ? "the standard input" : file;
        try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
            char[] text = StandardCharsets.UTF_8
                    .decode(ByteBuffer.wrap(in.readNBytes(LONGEST)))
                    .toString()
                    .lines()
                    .findFirst()
                    .orElse("")
                    .toCharArray();
            if (text.length == 0) {
                throw new CommandException(ExitCode.CONFIGURATION, source + " has no password in its first line");
            }
            return text;
        } catch (NoSuchFileException e) {
            throw new CommandException(ExitCode.CONFIGURATION, "there is no password file " + file);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.CONFIGURATION, "cannot read the password from " + Failures.describe(source, e));
        }
    }

    /** Asks for a password at a terminal; empty where there is none, or nothing was typed. */
    static Optional<char[]> ask(String archive, Cli cli) {
        @Nullable Console terminal = cli.console().interactive() ? System.console() : null;
        return Optional.ofNullable(terminal)
                .map(there -> there.readPassword("Password of %s: ", archive))
                .filter(typed -> typed.length > 0);
    }
}
