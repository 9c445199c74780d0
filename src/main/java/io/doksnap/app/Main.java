package io.doksnap.app;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Clock;
import java.util.Arrays;
import java.util.stream.Stream;
import picocli.CommandLine;

/** The program's entry point: reads the command line, runs one command, exits with its code. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code; see {@link ExitCode}. */
    public static void main(String[] args) {
        Console console = Console.standard();
        int code = commandLine(console, Clock.systemUTC()).execute(command(args));
        console.out().flush();
        System.exit(code);
    }

    /** As the original program took it, a configuration alone means to run it. */
    static String[] command(String[] args) {
        if (args.length == 0 || !args[0].matches("(?i).*[.]ya?ml")) {
            return args;
        }
        return Stream.concat(Stream.of("run"), Arrays.stream(args)).toArray(String[]::new);
    }

    /** The whole command line, with everything that commands take from outside. */
    static CommandLine commandLine(Console console, Clock clock) {
        Cli cli = new Cli(console, clock, System.getenv());
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
