package io.doksnap.app;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;

/** The program's entry point: reads the command line, runs one command, exits with its code. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code; see {@link ExitCode}. */
    public static void main(String[] args) {
        Console console = Console.standard();
        int code = execute(console, Clock.systemUTC(), command(args));
        console.out().flush();
        System.exit(code);
    }

    /**
     * Runs one command. The operator's start is worth a way of its own: a third of what its main thread does until it is ready would go into a parser of
     * command lines, whose classes are of a format too old for the JVM's archives. See docs/adr/0043-start-to-ready.md.
     */
    static int execute(Console console, Clock clock, String... command) {
        if (!isPlainRun(command)) {
            return commandLine(console, clock).execute(command);
        }
        Optional<Path> file = command.length == 1 ? Optional.empty() : Optional.of(Path.of(command[1]));
        try {
            return new OperatorProcess(new Cli(console, clock, System.getenv())).run(file);
        } catch (Exception e) {
            return Failures.say(e, console);
        }
    }

    /** {@code run}, or {@code run FILE}: nothing in which options, help or mistakes could be. */
    private static boolean isPlainRun(String... command) {
        return command.length > 0
                && command.length < 3
                && command[0].equals(RunCommand.NAME)
                && (command.length == 1 || (command[1].matches("[^-@].*") && isPath(command[1])));
    }

    /** Which names of files there can be depends on the locale, too. */
    private static boolean isPath(String text) {
        try {
            return !Path.of(text).toString().isEmpty();
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** As the original program took it, a configuration alone means to run it. */
    static String[] command(String[] args) {
        if (args.length == 0 || !args[0].matches("(?i).*[.]ya?ml")) {
            return args;
        }
        return Stream.concat(Stream.of(RunCommand.NAME), Arrays.stream(args)).toArray(String[]::new);
    }

    /** The whole command line, with everything that commands take from outside. */
    static CommandLine commandLine(Console console, Clock clock) {
        return commandLine(new Cli(console, clock, System.getenv()));
    }

    /** The same for whatever is outside. */
    static CommandLine commandLine(Cli cli) {
        Console console = cli.console();
        CommandLine line = new CommandLine(cli, new CommandFactory(cli));
        line.setOut(new PrintWriter(console.out(), true, Charset.defaultCharset()));
        line.setErr(new PrintWriter(console.err(), true, Charset.defaultCharset()));
        FailureHandler failures = new FailureHandler(console);
        line.setExecutionExceptionHandler(failures);
        line.setParameterExceptionHandler(failures);
        line.getCommandSpec().usageMessage().exitCodeList(ExitCode.help());
        line.setUsageHelpAutoWidth(true);
        return line;
    }
}
