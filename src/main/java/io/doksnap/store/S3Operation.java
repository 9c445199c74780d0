package io.doksnap.store;

/** What is asked of an S3 server, and which permission that takes. */
enum S3Operation {
    STORE("store", "s3:PutObject"),
    COMPLETE("complete", "s3:PutObject"),
    LOCK("lock", "s3:PutObjectRetention"),
    FIND("look for", "s3:GetObject and s3:ListBucket"),
    READ("read", "s3:GetObject"),
    LIST("list", "s3:ListBucket"),
    DELETE("delete", "s3:DeleteObject"),
    LIST_UPLOADS("list the unfinished uploads under", "s3:ListBucketMultipartUploads"),
    ABORT("discard the upload of", "s3:AbortMultipartUpload");

    private final String verb;
    private final String permission;

    S3Operation(String verb, String permission) {
        this.verb = verb;
        this.permission = permission;
    }

    String verb() {
        return verb;
    }

    /** Whether it gives an object what the settings ask for, such as a lock. */
    boolean gives() {
        return this == STORE || this == LOCK;
    }

    String permission() {
        return permission;
    }
}
