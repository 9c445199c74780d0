package io.doksnap.store;

import io.doksnap.store.StoreException.Kind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;

/** Says what a failure of the file system means for a store in a directory. */
final class DirectoryFailures {
    /** A write that fails while there is less than this left failed for want of space. */
    private static final long HARDLY_ANYTHING = 1 << 20;

    private final Path root;

    DirectoryFailures(Path root) {
        this.root = root;
    }

    StoreException of(String doing, String key, DirectoryIteratorException cause) {
        return of(doing, key, Objects.requireNonNull(cause.getCause()));
    }

    StoreException of(String doing, String key, IOException cause) {
        String what = "Could not " + doing + " " + key + " in " + root + ": ";
        if (cause instanceof ClosedByInterruptException) {
            return new StoreException(Kind.REFUSED, what + "it was interrupted.", cause);
        }
        if (cause instanceof NoSuchFileException) {
            return new StoreException(Kind.NOT_FOUND, what + "there is no such object.", cause);
        }
        if (cause instanceof AccessDeniedException denied) {
            return new StoreException(
                    Kind.ACCESS_DENIED,
                    what + "no permission for " + denied.getFile() + "; let the user " + System.getProperty("user.name")
                            + " read and write it.",
                    cause);
        }
        if (cause instanceof FileAlreadyExistsException || isDirectory(cause)) {
            return new StoreException(
                    Kind.REFUSED, what + "a file and a folder cannot share one name in a directory.", cause);
        }
        return ofFileSystem(what, cause);
    }

    private StoreException ofFileSystem(String what, IOException cause) {
        try {
            FileStore disk = Files.getFileStore(root);
            if (isFull(disk, cause)) {
                return new StoreException(
                        Kind.DISK_FULL,
                        what + "the disk is full (" + disk.getUsableSpace() + " of " + disk.getTotalSpace()
                                + " bytes free on " + disk + "); free some space, or keep fewer snapshots.",
                        cause);
            }
            if (disk.isReadOnly()) {
                return new StoreException(
                        Kind.ACCESS_DENIED, what + disk + " is mounted read-only; mount it writable.", cause);
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        return new StoreException(Kind.REFUSED, what + reason(cause) + ".", cause);
    }

    /** Java has no exception for a full disk; the text is the C library's and depends on the locale, the space does not. */
    private static boolean isFull(FileStore disk, IOException cause) throws IOException {
        String reason = reason(cause).toLowerCase(Locale.ROOT);
        return reason.contains("no space left")
                || reason.contains("quota exceeded")
                || disk.getUsableSpace() < HARDLY_ANYTHING;
    }

    private static boolean isDirectory(IOException cause) {
        return cause instanceof FileSystemException failure
                && failure.getOtherFile() != null
                && Files.isDirectory(Path.of(failure.getOtherFile()));
    }

    private static String reason(IOException cause) {
        String reason = cause instanceof FileSystemException failure ? failure.getReason() : cause.getMessage();
        return reason == null ? cause.toString() : reason;
    }
}
