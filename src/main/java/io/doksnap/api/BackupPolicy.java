package io.doksnap.api;

/** A declaration of what to protect and how, exactly as it was written; see {@link BackupPolicySpec}. */
public record BackupPolicy(ObjectMeta metadata, BackupPolicySpec spec) {}
