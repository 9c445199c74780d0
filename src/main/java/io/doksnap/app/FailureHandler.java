package io.doksnap.app;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What the command line does where a command fails, or makes no sense. */
final class FailureHandler implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private final Console console;

    FailureHandler(Console console) {
        this.console = console;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine line, ParseResult parsed) {
        return Failures.say(failure, console);
    }

    /** A mistake in the command line: what it is, and where to read on; a page of usage would push it off the screen. */
    @Override
    public int handleParseException(ParameterException mistake, String[] arguments) {
        CommandLine line = mistake.getCommandLine();
        String message = String.valueOf(mistake.getMessage());
        console.error(message.startsWith("Error: ") ? message.substring("Error: ".length()) : message);
        UnmatchedArgumentException.printSuggestions(mistake, line.getErr());
        console.say("See: " + line.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }
}
