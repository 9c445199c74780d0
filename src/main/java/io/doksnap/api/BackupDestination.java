package io.doksnap.api;

import io.doksnap.api.SecretKeyRef.ValueFrom;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place to store backups in.
 *
 * @param status what the operator knows about it; absent: nothing yet
 */
public record BackupDestination(
        ObjectMeta metadata,
        BackupDestinationSpec spec,
        @Nullable BackupDestinationStatus status) {

    /**
     * The place: exactly one of {@code s3} and {@code directory}. One of the operator's own configuration shows no credentials here.
     *
     * @param s3 a bucket
     * @param directory a directory of the operator's host
     * @param host whose operator looks after it; absent: there is only one, or each
     */
    public record BackupDestinationSpec(
            @Nullable S3Spec s3,
            @Nullable DirectorySpec directory,
            @Nullable String host) {}

    /**
     * A directory of the operator's host.
     *
     * @param path where it is; absolute
     */
    public record DirectorySpec(@Nullable String path) {}

    /**
     * A bucket of an S3 server.
     *
     * @param endpoint a host, host:port or URL; absent: Amazon's of the region
     * @param bucket by its name
     * @param region as the server calls it; absent: {@code us-east-1}, or what the endpoint's name says
     * @param prefix a folder in the bucket; absent: its root
     * @param pathStyle whether the bucket goes into the path; absent: for every server but Amazon's
     * @param storageClass as the server calls it; absent: the bucket's own
     * @param serverSideEncryption {@code AES256}, {@code aws:kms} or {@code none}; absent: what the bucket does itself
     * @param objectLock for how long objects may not be removed, such as {@code 30d}; absent: not at all
     * @param partLimit the most parts that the server takes for one object; absent: 10000
     * @param caFrom certificates to trust besides the usual ones, in PEM
     * @param accessKeyIdFrom with {@code secretAccessKeyFrom}; both absent: the operator's own
     * @param secretAccessKeyFrom with {@code accessKeyIdFrom}
     */
    public record S3Spec(
            @Nullable String endpoint,
            @Nullable String bucket,
            @Nullable String region,
            @Nullable String prefix,
            @Nullable Boolean pathStyle,
            @Nullable String storageClass,
            @Nullable String serverSideEncryption,
            @Nullable String objectLock,
            @Nullable Integer partLimit,
            @Nullable ValueFrom caFrom,
            @Nullable ValueFrom accessKeyIdFrom,
            @Nullable ValueFrom secretAccessKeyFrom) {}

    /**
     * What the operator knows about a destination.
     *
     * @param observedGeneration which version of the spec was looked at
     * @param conditions what is known about it, one condition of each type
     * @param snapshots how many there are
     * @param storedBytes what they take
     * @param lastSeenTime when it was looked at last, give or take an hour
     * @param location where it is, for people, such as {@code s3://bucket/prefix}
     * @param size the same as {@code storedBytes} for people, such as {@code 1.2 GiB}
     */
    public record BackupDestinationStatus(
            long observedGeneration,
            List<Condition> conditions,
            @Nullable Integer snapshots,
            @Nullable Long storedBytes,
            @Nullable Instant lastSeenTime,
            @Nullable String location,
            @Nullable String size) {
        public BackupDestinationStatus {
            conditions = Absent.list(conditions);
        }
    }
}
