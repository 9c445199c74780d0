package io.doksnap.app;

import io.doksnap.api.Reason;
import java.util.LinkedHashMap;
import java.util.Map;

/** The exit codes of all commands; they are part of the interface and never change their meaning. */
final class ExitCode {
    static final int OK = 0;
    /** What was asked for failed, for a reason that has no code of its own. */
    static final int FAILED = 1;
    /** The command line makes no sense. */
    static final int USAGE = 2;
    /** The configuration makes no sense, or a key is missing. */
    static final int CONFIGURATION = 3;
    /** No such app, snapshot, source or volume. */
    static final int NOT_FOUND = 4;
    /** The destination cannot be reached, refuses, or is full. */
    static final int DESTINATION = 5;
    /** Stored data is damaged, or is not safe to unpack. */
    static final int DAMAGED = 6;
    /** Another process holds the data directory, or the operator that is asked does not answer. */
    static final int BUSY = 7;
    /** Called off by a person; a signal has the code that shells know for it, 128 and its number. */
    static final int CANCELLED = 8;
    /** The backup is complete, but not every destination has it. */
    static final int PARTIAL = 10;

    /** What was to be carried over has parts that have no counterpart; what has one was printed. */
    static final int NOT_ALL_CARRIED_OVER = 11;

    /** Whatever became of the backup: a container that ran before does not run now. */
    static final int WORKLOAD_DOWN = 9;

    private ExitCode() {}

    /** What each code means, for the help. */
    static Map<String, String> help() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "done");
        codes.put("1", "what was asked for failed");
        codes.put("2", "the command line makes no sense");
        codes.put("3", "the configuration makes no sense, or a key is missing");
        codes.put("4", "no such app, snapshot, source or volume");
        codes.put("5", "the destination cannot be reached, refuses, or is full");
        codes.put("6", "stored data is damaged, or is not safe to unpack");
        codes.put("7", "another doksnap is at work with the same data directory, or no operator answers");
        codes.put("8", "called off by a person");
        codes.put(
                "9",
                "what was stopped or paused for a backup could not be brought back; comes before every other code");
        codes.put("10", "the backup is complete, but some of its destinations do not have it");
        codes.put("11", "migrate: some settings have no counterpart here");
        codes.put("130, 143", "ended by Ctrl-C or SIGTERM, after cleaning up");
        return codes;
    }

    static int of(Reason reason) {
        return switch (reason) {
            case SUCCEEDED,
                    SUCCEEDED_WITH_WARNINGS,
                    SCHEDULED,
                    SUSPENDED,
                    RESTORED,
                    NOT_QUIESCED,
                    WITHIN_WINDOW,
                    PRUNED,
                    NOTHING_TO_PRUNE,
                    AVAILABLE,
                    VERIFIED -> OK;
            case START_FAILED, SCALE_UP_FAILED, IMAGE_GONE -> WORKLOAD_DOWN;
            case INVALID_SPEC, HOST_UNKNOWN, LABEL_CONFLICT, KEY_MISSING, KEY_UNAVAILABLE -> CONFIGURATION;
            case SOURCE_NOT_FOUND, NO_MATCHING_TARGETS -> NOT_FOUND;
            case UPLOAD_FAILED,
                    DESTINATION_UNREACHABLE,
                    ACCESS_DENIED,
                    BUCKET_NOT_FOUND,
                    DISK_FULL,
                    OBJECT_LOCKED,
                    REFUSED -> DESTINATION;
            case MISMATCH, UNREADABLE, DRILL_FAILED, UNSAFE_ARCHIVE -> DAMAGED;
            case CANCELLED -> CANCELLED;
            case EMPTY_SOURCE,
                    READ_FAILED,
                    DOCKER_UNAVAILABLE,
                    HOOK_FAILED,
                    QUIESCE_FAILED,
                    DUMP_FAILED,
                    INTERRUPTED,
                    REDEPLOYED,
                    OVERDUE,
                    NEVER_RUN,
                    NOT_YET,
                    QUEUED,
                    RUNNING,
                    RETRYING,
                    ENDED,
                    IMPORTED,
                    STATE_UNUSABLE,
                    TIMED_OUT,
                    TARGET_UNUSABLE -> FAILED;
        };
    }
}
