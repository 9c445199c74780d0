package io.doksnap.api;

/**
 * Why a run ended as it did, or why a policy is not ready. Code decides by these values, never by a message; a reason that
 * was published once keeps its name and its meaning.
 */
public enum Reason {
    // How a run ended.

    /** Everything was read, stored and committed. */
    SUCCEEDED("Succeeded"),
    /** Committed, and something is worth a look. */
    SUCCEEDED_WITH_WARNINGS("SucceededWithWarnings"),
    /** A hook failed, or is of a kind that cannot be carried out. */
    HOOK_FAILED("HookFailed"),
    /** The workload could not be stopped or paused. */
    QUIESCE_FAILED("QuiesceFailed"),
    /** A dump ended with an error, or wrote nothing, or a database did not take one. */
    DUMP_FAILED("DumpFailed"),
    /** A source holds no file at all, and that was not allowed. */
    EMPTY_SOURCE("EmptySource"),
    /** Part of a source could not be read, or changed in a way that cannot be archived. */
    READ_FAILED("ReadFailed"),
    /** The destination did not take or give an object. */
    UPLOAD_FAILED("UploadFailed"),
    /** No space is left where bytes had to be written. */
    DISK_FULL("DiskFull"),
    /** The run took longer than its timeout. */
    TIMED_OUT("TimedOut"),
    /** A person or a signal ended it. */
    CANCELLED("Cancelled"),
    /** The program ended in the middle of it. */
    INTERRUPTED("Interrupted"),
    /** The data directory, in which this host's state is kept, cannot be used. */
    STATE_UNUSABLE("StateUnusable"),
    /** The restore's target is not empty, not there or not writable. */
    TARGET_UNUSABLE("TargetUnusable"),
    /** An archive holds an entry that would land outside its target. */
    UNSAFE_ARCHIVE("UnsafeArchive"),

    // Whether a policy is ready; most of these end runs too.

    /** It will run when it is due. */
    SCHEDULED("Scheduled"),
    /** It does not run by itself for now. */
    SUSPENDED("Suspended"),
    /** The declaration makes no sense as it stands. */
    INVALID_SPEC("InvalidSpec"),
    /** It names none of the hosts that there are, so no operator carries it out. */
    HOST_UNKNOWN("HostUnknown"),
    /** The labels of one workload, or of its replicas, disagree. */
    LABEL_CONFLICT("LabelConflict"),
    /** No container or service is there that the target names. */
    NO_MATCHING_TARGETS("NoMatchingTargets"),
    /** A volume or directory to read does not exist. */
    SOURCE_NOT_FOUND("SourceNotFound"),
    /** The destination did not answer at all. */
    DESTINATION_UNREACHABLE("DestinationUnreachable"),
    /** The destination refused the credentials or the permission. */
    ACCESS_DENIED("AccessDenied"),
    /** The destination's bucket does not exist. */
    BUCKET_NOT_FOUND("BucketNotFound"),
    /** No key, a key of the wrong kind, or none that opens the archive. */
    KEY_MISSING("KeyMissing"),
    /** The Docker Engine did not answer. */
    DOCKER_UNAVAILABLE("DockerUnavailable"),

    // Whether the workload came back.

    /** It runs as it did before. */
    RESTORED("Restored"),
    /** It was never kept still. */
    NOT_QUIESCED("NotQuiesced"),
    /** A container could not be started or unpaused. */
    START_FAILED("StartFailed"),
    /** A service could not be scaled back to the replicas it had. */
    SCALE_UP_FAILED("ScaleUpFailed"),
    /** The image that it needs is no longer there. */
    IMAGE_GONE("ImageGone"),
    /** Somebody else changed it meanwhile: their value stands. */
    REDEPLOYED("Redeployed"),

    // Whether the newest backup is young enough.

    /** It is. */
    WITHIN_WINDOW("WithinWindow"),
    /** One was due, and did not succeed. */
    OVERDUE("Overdue"),
    /** There was none yet. */
    NEVER_RUN("NeverRun"),

    // What retention did.

    /** Retention removed what no rule keeps. */
    PRUNED("Pruned"),
    /** Every snapshot is kept by a rule. */
    NOTHING_TO_PRUNE("NothingToPrune"),
    /** Something that was to be removed is under object lock, and stays for now. */
    OBJECT_LOCKED("ObjectLocked"),
    /** Nothing more was removed, as the destination or a rule of safety forbids it. */
    REFUSED("Refused"),

    // What verification found.

    /** What is stored is whole. */
    VERIFIED("Verified"),
    /** Stored bytes are not what the manifest says, or are damaged. */
    MISMATCH("Mismatch"),
    /** An object could not be read, or an archive not be unpacked. */
    UNREADABLE("Unreadable"),
    /** There is no key to look inside with: nothing is known, and nothing is wrong. */
    KEY_UNAVAILABLE("KeyUnavailable"),
    /** The command of a drill failed on the restored data. */
    DRILL_FAILED("DrillFailed"),
    /** Nobody has looked yet. */
    NOT_YET("NotYet"),

    // How far a run is that has not ended.

    /** It waits until fewer others run. */
    QUEUED("Queued"),
    /** It is being carried out. */
    RUNNING("Running"),
    /** It failed, and is tried again later. */
    RETRYING("Retrying"),
    /** It has ended, one way or the other. */
    ENDED("Ended"),
    /** It came from elsewhere, with what somebody else had made of it, and is not carried out. */
    IMPORTED("Imported"),

    // Whether a destination is ready; what else there is to say of one, it shares with policies.

    /** It answered, and what it was asked is allowed. */
    AVAILABLE("Available");

    private final String text;

    Reason(String text) {
        this.text = text;
    }

    /** The reason as it stands in conditions and JSON: CamelCase, as Kubernetes writes them. */
    @Override
    public String toString() {
        return text;
    }
}
