package io.doksnap.app;

import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.store.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says in one line why a command failed; the stack of what nobody expected goes with it. */
final class FailureHandler implements IExecutionExceptionHandler {
    private final Console console;

    FailureHandler(Console console) {
        this.console = console;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine line, ParseResult parsed) {
        if (failure instanceof CommandException known) {
            console.error(String.valueOf(known.getMessage()));
            return known.exitCode();
        }
        if (failure instanceof DataDirectoryException busy) {
            console.error(String.valueOf(busy.getMessage()));
            return ExitCode.BUSY;
        }
        if (failure instanceof StoreException store) {
            console.error(String.valueOf(store.getMessage()));
            return ExitCode.DESTINATION;
        }
        if (failure instanceof FileSystemException file) {
            console.error("cannot use " + file.getFile() + ": " + reason(file));
            return ExitCode.FAILED;
        }
        if (failure instanceof IOException io) {
            console.error(String.valueOf(io.getMessage()));
            return ExitCode.FAILED;
        }
        console.error("unexpected failure, please report it: " + failure);
        failure.printStackTrace(console.err());
        return ExitCode.FAILED;
    }

    /** The JDK says what happened by the exception's class, and only the path in its message. */
    private static String reason(FileSystemException failure) {
        if (failure instanceof NoSuchFileException) {
            return "it does not exist";
        } else if (failure instanceof AccessDeniedException) {
            return "permission denied";
        } else if (failure instanceof FileAlreadyExistsException) {
            return "it exists already";
        }
        return String.valueOf(failure.getReason());
    }
}
