package io.doksnap.store;

import io.doksnap.store.S3Multipart.SentPart;
import io.doksnap.store.StoreException.Kind;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.CompletedMultipartUpload;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockRetention;

/**
 * The end of a multipart upload. Its answer may be lost although the object is there; then the object itself is asked:
 * it is ours when it has our size and the ETag that follows from our parts.
 */
final class S3Completion {
    private final S3Connection connection;
    private final String key;
    private final String uploadId;
    private final List<SentPart> parts;

    S3Completion(S3Connection connection, String key, String uploadId, List<SentPart> parts) {
        this.connection = connection;
        this.key = key;
        this.uploadId = uploadId;
        this.parts = parts;
    }

    void run(long size) throws StoreException {
        CompletedMultipartUpload list = CompletedMultipartUpload.builder()
                .parts(parts.stream().map(SentPart::completed).toList())
                .build();
        try {
            connection.call(
                    S3Operation.COMPLETE,
                    key,
                    s3 -> s3.completeMultipartUpload(b -> b.bucket(connection.bucket())
                            .key(key)
                            .uploadId(uploadId)
                            .multipartUpload(list)));
        } catch (StoreException e) {
            if (!isThereAllTheSame(size, e)) {
                throw e;
            }
        }
        mustBeStored(connection, key, size);
    }

    /** Looks at the object once more before it is called stored; one that came out different is removed. */
    static void mustBeStored(S3Connection connection, String key, long size) throws StoreException {
        StoreException failure;
        try {
            HeadObjectResponse found = connection.call(
                    S3Operation.FIND,
                    key,
                    s3 -> s3.headObject(b -> b.bucket(connection.bucket()).key(key)));
            if (found.contentLength() == size) {
                lock(connection, key, found);
                return;
            }
            failure = new StoreException(
                    Kind.MISMATCH,
                    "'" + key + "' in bucket " + connection.bucket() + " has " + found.contentLength() + " bytes, but "
                            + size + " were stored; look at the store's own log.",
                    null);
        } catch (StoreException e) {
            failure = e;
        }
        remove(connection, key, failure);
        throw failure;
    }

    /** Ceph 16 takes the lock of an upload in parts, and forgets it when the parts become one object. */
    private static void lock(S3Connection connection, String key, HeadObjectResponse found) throws StoreException {
        Optional<ObjectLockRetention> retention = connection.traits().retention();
        if (retention.isPresent() && found.objectLockMode() == null) {
            connection.call(
                    S3Operation.LOCK,
                    key,
                    s3 -> s3.putObjectRetention(
                            b -> b.bucket(connection.bucket()).key(key).retention(retention.get())));
        }
    }

    private boolean isThereAllTheSame(long size, StoreException failure) {
        try {
            HeadObjectResponse found = connection.call(
                    S3Operation.FIND,
                    key,
                    s3 -> s3.headObject(b -> b.bucket(connection.bucket()).key(key)));
            Optional<String> ours = S3Multipart.tagOf(parts);
            return found.contentLength() == size && ours.isPresent() && ours.equals(S3Connection.tag(found.eTag()));
        } catch (StoreException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    private static void remove(S3Connection connection, String key, StoreException failure) {
        try {
            connection.callOnce(
                    S3Operation.DELETE,
                    key,
                    s3 -> s3.deleteObject(b -> b.bucket(connection.bucket()).key(key)));
        } catch (StoreException e) {
            failure.addSuppressed(e);
        }
    }
}
