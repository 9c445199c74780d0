package io.doksnap.app;

import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.store.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** Says in one line why a command failed; the stack of what nobody expected goes with it. */
final class Failures {
    private Failures() {}

    /** Says it, and returns the exit code that stands for it. */
    static int say(Exception failure, Console console) {
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

    /** The message of the JDK's own exceptions is often no more than the name of the file. */
    static String describe(IOException failure) {
        return failure instanceof FileSystemException file && file.getFile() != null
                ? file.getFile() + ": " + reason(failure)
                : reason(failure);
    }

    /** The same of a failure that may not say itself which file it is about. */
    static String describe(String file, IOException failure) {
        return file + ": " + reason(failure);
    }

    private static String reason(IOException failure) {
        if (failure instanceof FileSystemException file) {
            String plain = failure instanceof AccessDeniedException
                    ? "permission denied"
                    : failure instanceof NoSuchFileException
                            ? "no such file or directory"
                            : failure.getClass().getSimpleName().replaceFirst("Exception$", "");
            return Objects.requireNonNullElse(file.getReason(), plain);
        }
        return Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    }
}
