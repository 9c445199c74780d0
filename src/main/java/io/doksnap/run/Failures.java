package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.openpgp.OpenPgpException;
import io.doksnap.archive.tar.TarException;
import io.doksnap.archive.tar.TreeReadException;
import io.doksnap.docker.DockerException;
import io.doksnap.run.StoredArchive.DamagedObjectException;
import io.doksnap.store.StoreException;
import java.io.IOException;

/** What an I/O failure means for a run: by its type, never by its message. */
final class Failures {
    private Failures() {}

    static RunException of(IOException failure, Reason otherwise) {
        return new RunException(reason(failure, otherwise), String.valueOf(failure.getMessage()), failure);
    }

    private static Reason reason(IOException failure, Reason otherwise) {
        if (failure instanceof TreeReadException) {
            return Reason.READ_FAILED;
        } else if (failure instanceof StoreException store) {
            return reason(store.kind());
        } else if (failure instanceof OpenPgpException openPgp) {
            return openPgp.kind() == OpenPgpException.Kind.KEY ? Reason.KEY_MISSING : Reason.MISMATCH;
        } else if (failure instanceof TarException tar) {
            return tar.isUnsafe() ? Reason.UNSAFE_ARCHIVE : Reason.MISMATCH;
        } else if (failure instanceof DamagedObjectException) {
            return Reason.MISMATCH;
        } else if (failure instanceof DockerException) {
            return Reason.DOCKER_UNAVAILABLE;
        } else {
            return otherwise;
        }
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
