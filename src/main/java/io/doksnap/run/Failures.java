package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.tar.NotIncludedException;
import io.doksnap.archive.tar.TreeReadException;
import io.doksnap.docker.DockerException;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.run.SpoolFile.SpoolException;
import io.doksnap.run.StoredArchive.DamagedObjectException;
import io.doksnap.run.dump.DumpException;
import io.doksnap.store.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What an I/O failure means for a run: by its type, never by its message. */
final class Failures {
    private Failures() {}

    static RunException of(IOException failure, Reason otherwise) {
        String message = failure instanceof FileSystemException file && file.getFile() != null
                ? file.getFile() + ": " + describe(failure)
                : describe(failure);
        return new RunException(reason(failure, otherwise), message, failure);
    }

    /** What happened, in words; the JDK's own message is often no more than the name of the file. */
    static String describe(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        } else if (failure instanceof NoSuchFileException) {
            return "no such file or directory";
        } else if (failure instanceof NotDirectoryException) {
            return "not a directory";
        } else if (failure instanceof FileAlreadyExistsException) {
            return "it exists already";
        } else if (failure instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    private static Reason reason(IOException failure, Reason otherwise) {
        if (failure instanceof TreeReadException) {
            return Reason.READ_FAILED;
        } else if (failure instanceof StoreException store) {
            return reason(store.kind());
        } else if (failure instanceof ArchiveException archive) {
            return reason(archive.kind());
        } else if (failure instanceof DamagedObjectException) {
            return Reason.MISMATCH;
        } else if (failure instanceof DockerException) {
            return Reason.DOCKER_UNAVAILABLE;
        } else if (failure instanceof DumpException) {
            return Reason.DUMP_FAILED;
        } else if (failure instanceof NotIncludedException) {
            return Reason.INVALID_SPEC;
        } else if (failure instanceof SpoolException spool) {
            return spool.isFull() ? Reason.DISK_FULL : Reason.STATE_UNUSABLE;
        } else if (failure instanceof DataDirectoryException) {
            return Reason.STATE_UNUSABLE;
        } else {
            return otherwise;
        }
    }

    private static Reason reason(ArchiveException.Kind kind) {
        return switch (kind) {
            case KEY, LOCKED -> Reason.KEY_MISSING;
            case DAMAGED -> Reason.MISMATCH;
            case UNSAFE -> Reason.UNSAFE_ARCHIVE;
        };
    }

    private static Reason reason(StoreException.Kind kind) {
        return switch (kind) {
            case NOT_FOUND, MISMATCH -> Reason.MISMATCH;
            case BUCKET_NOT_FOUND -> Reason.BUCKET_NOT_FOUND;
            case ACCESS_DENIED -> Reason.ACCESS_DENIED;
            case UNREACHABLE -> Reason.DESTINATION_UNREACHABLE;
            case DISK_FULL -> Reason.DISK_FULL;
            case LOCKED, REFUSED -> Reason.UPLOAD_FAILED;
        };
    }
}
