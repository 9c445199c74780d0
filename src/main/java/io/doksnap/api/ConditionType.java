package io.doksnap.api;

/** What a condition is about. A type that was published once keeps its name and its meaning. */
public enum ConditionType {
    /** A policy or destination can be used as it stands. */
    READY("Ready"),
    /** No progress is possible until a person changes something. */
    STALLED("Stalled"),
    /** What the spec says is not yet what is. */
    RECONCILING("Reconciling"),
    /** The newest finished run of a policy was a success. */
    LAST_BACKUP_SUCCEEDED("LastBackupSucceeded"),
    /** The workload of a policy runs again as it did before it was kept still. */
    WORKLOAD_RESTORED("WorkloadRestored"),
    /** The newest good backup of a policy is as young as its schedule promises. */
    UP_TO_DATE("UpToDate"),
    /** Retention of a policy was carried out to its end. */
    RETENTION_APPLIED("RetentionApplied"),
    /** What is stored was proven to be whole. */
    VERIFIED("Verified"),
    /** A backup or restore has ended well. */
    COMPLETE("Complete"),
    /** A backup or restore has ended badly. */
    FAILED("Failed"),
    /** A backup or restore is under way. */
    PROGRESSING("Progressing");

    private final String text;

    ConditionType(String text) {
        this.text = text;
    }

    /** The type as it stands in conditions: CamelCase, as Kubernetes writes them. */
    @Override
    public String toString() {
        return text;
    }
}
