package io.doksnap.run;

import io.doksnap.api.Reason;

/** Which failures are worth another attempt. */
final class Retries {
    private Retries() {}

    /** Whether what stood in the way may be gone a while later, without anybody having done anything about it. */
    static boolean mayPass(Reason reason) {
        return switch (reason) {
            // A network, a server, a disk of a store that is being cleaned up, files that changed while they were read.
            case DESTINATION_UNREACHABLE,
                    UPLOAD_FAILED,
                    DISK_FULL,
                    MISMATCH,
                    READ_FAILED,
                    DOCKER_UNAVAILABLE,
                    INTERRUPTED,
                    QUIESCE_FAILED -> true;
            // Somebody has to change something first.
            case INVALID_SPEC,
                    SOURCE_NOT_FOUND,
                    EMPTY_SOURCE,
                    ACCESS_DENIED,
                    BUCKET_NOT_FOUND,
                    KEY_MISSING,
                    LABEL_CONFLICT,
                    HOST_UNKNOWN,
                    NO_MATCHING_TARGETS,
                    HOOK_FAILED,
                    DUMP_FAILED,
                    STATE_UNUSABLE,
                    TARGET_UNUSABLE,
                    UNSAFE_ARCHIVE -> false;
            // Whoever ended it, or set the time it may take, did not mean it to begin again.
            case TIMED_OUT, CANCELLED -> false;
            // No failures of a backup.
            case SUCCEEDED,
                    SUCCEEDED_WITH_WARNINGS,
                    SCHEDULED,
                    SUSPENDED,
                    RESTORED,
                    NOT_QUIESCED,
                    START_FAILED,
                    SCALE_UP_FAILED,
                    IMAGE_GONE,
                    REDEPLOYED,
                    WITHIN_WINDOW,
                    OVERDUE,
                    NEVER_RUN,
                    PRUNED,
                    NOTHING_TO_PRUNE,
                    OBJECT_LOCKED,
                    REFUSED,
                    VERIFIED,
                    UNREADABLE,
                    KEY_UNAVAILABLE,
                    DRILL_FAILED,
                    NOT_YET,
                    QUEUED,
                    RUNNING,
                    RETRYING,
                    ENDED,
                    IMPORTED,
                    AVAILABLE -> false;
        };
    }
}
