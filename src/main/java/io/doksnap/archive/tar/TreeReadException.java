package io.doksnap.archive.tar;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** Part of a tree could not be read; the message names the file, the cause and the remedy. */
public class TreeReadException extends IOException {
    private static final long serialVersionUID = 1L;

    TreeReadException(String message) {
        this(message, null);
    }

    private TreeReadException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static TreeReadException unreadable(String path, IOException cause) {
        if (cause instanceof TreeReadException known) {
            return known;
        }
        if (cause instanceof NoSuchFileException) {
            return new TreeReadException(path + " does not exist", cause);
        }
        if (cause instanceof AccessDeniedException) {
            return new TreeReadException(
                    "permission denied: " + path + "; run as a user who may read it, or exclude it", cause);
        }
        String reason = cause instanceof FileSystemException failed ? failed.getReason() : cause.getMessage();
        if (reason == null) {
            reason = cause.toString();
        }
        return new TreeReadException("cannot read " + path + ": " + reason, cause);
    }
}
