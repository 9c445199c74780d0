package io.doksnap.api;

/**
 * Why a run ended as it did, or why a policy is not ready. Code decides by these values, never by a message; a reason that
 * was published once keeps its name and its meaning.
 */
public enum Reason {
    /** Everything was read, stored and committed. */
    SUCCEEDED("Succeeded"),
    /** Committed, and something is worth a look. */
    SUCCEEDED_WITH_WARNINGS("SucceededWithWarnings"),
    /** The declaration makes no sense as it stands. */
    INVALID_SPEC("InvalidSpec"),
    /** A volume or directory to read does not exist. */
    SOURCE_NOT_FOUND("SourceNotFound"),
    /** A source holds no file at all, and that was not allowed. */
    EMPTY_SOURCE("EmptySource"),
    /** Part of a source could not be read, or changed in a way that cannot be archived. */
    READ_FAILED("ReadFailed"),
    /** The destination did not take or give an object. */
    UPLOAD_FAILED("UploadFailed"),
    /** The destination did not answer at all. */
    DESTINATION_UNREACHABLE("DestinationUnreachable"),
    /** The destination refused the credentials or the permission. */
    ACCESS_DENIED("AccessDenied"),
    /** The destination's bucket does not exist. */
    BUCKET_NOT_FOUND("BucketNotFound"),
    /** No space is left where bytes had to be written. */
    DISK_FULL("DiskFull"),
    /** No key, a key of the wrong kind, or none that opens the archive. */
    KEY_MISSING("KeyMissing"),
    /** The Docker Engine did not answer. */
    DOCKER_UNAVAILABLE("DockerUnavailable"),
    /** A hook failed, or is of a kind that cannot be carried out. */
    HOOK_FAILED("HookFailed"),
    /** The data directory, in which this host's state is kept, cannot be used. */
    STATE_UNUSABLE("StateUnusable"),
    /** The run took longer than its timeout. */
    TIMED_OUT("TimedOut"),
    /** A person or a signal ended it. */
    CANCELLED("Cancelled"),
    /** Stored bytes are not what the manifest says, or are damaged. */
    MISMATCH("Mismatch"),
    /** Everything that was checked is as the manifest says. */
    VERIFIED("Verified"),
    /** Stored bytes are as they were stored, and cannot be read all the same. */
    UNREADABLE("Unreadable"),
    /** A check needs a key that was not given, or another one; nothing is known for want of it. */
    KEY_UNAVAILABLE("KeyUnavailable"),
    /** The restore's target is not empty, not there or not writable. */
    TARGET_UNUSABLE("TargetUnusable"),
    /** An archive holds an entry that would land outside its target. */
    UNSAFE_ARCHIVE("UnsafeArchive"),
    /** Retention removed what no rule keeps. */
    PRUNED("Pruned"),
    /** Every snapshot is kept by a rule. */
    NOTHING_TO_PRUNE("NothingToPrune"),
    /** Something that was to be removed is under object lock, and stays for now. */
    OBJECT_LOCKED("ObjectLocked"),
    /** Nothing more was removed, as the destination or a rule of safety forbids it. */
    REFUSED("Refused");

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
