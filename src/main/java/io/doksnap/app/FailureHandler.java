package io.doksnap.app;

import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.store.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line why a command failed; the stack of what nobody expected goes with it. */
final class FailureHandler implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private final Console console;

    FailureHandler(Console console) {
        this.console = console;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine line, ParseResult parsed) {
        if (failure instanceof CommandException known) {
            known.problems().forEach(console::error);
            return known.exitCode();
        }
        if (failure instanceof DataDirectoryException state) {
            console.error(String.valueOf(state.getMessage()));
            return state.isBusy() ? ExitCode.BUSY : ExitCode.FAILED;
        }
        if (failure instanceof StoreException store) {
            console.error(String.valueOf(store.getMessage()));
            return ExitCode.DESTINATION;
        }
        if (failure instanceof IOException io) {
            console.error(describe(io));
            return ExitCode.FAILED;
        }
        console.error("unexpected failure, please report it: " + failure);
        failure.printStackTrace(console.err());
        return ExitCode.FAILED;
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

    /** The message of the JDK's own exceptions is often no more than the name of the file. */
    static String describe(IOException failure) {
        if (failure instanceof FileSystemException file && file.getFile() != null) {
            String reason = file.getReason() != null
                    ? file.getReason()
                    : failure instanceof AccessDeniedException
                            ? "permission denied"
                            : failure.getClass().getSimpleName().replaceFirst("Exception$", "");
            return file.getFile() + ": " + reason;
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
