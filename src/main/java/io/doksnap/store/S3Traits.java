package io.doksnap.store;

import io.doksnap.store.StoreSettings.ObjectLock;
import io.doksnap.store.StoreSettings.S3Options;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectLockRetention;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** What an object is given when it is stored, beside its bytes: what is null is not asked for. */
record S3Traits(
        @Nullable String storageClass,
        @Nullable ServerSideEncryption encryption,
        @Nullable String kmsKey,
        @Nullable ObjectLockMode lock,
        @Nullable Instant lockedUntil) {

    /** The traits of an object that is stored now. */
    static S3Traits of(S3Options options) {
        ObjectLock lock = options.objectLock().orElse(null);
        return new S3Traits(
                options.storageClass().orElse(null),
                switch (options.atRest()) {
                    case NOT_ASKED -> null;
                    case AES256, AES256_IF_POSSIBLE -> ServerSideEncryption.AES256;
                    case KMS -> ServerSideEncryption.AWS_KMS;
                },
                options.kmsKey().orElse(null),
                lock == null ? null : lock.compliance() ? ObjectLockMode.COMPLIANCE : ObjectLockMode.GOVERNANCE,
                lock == null
                        ? null
                        : lock.clock()
                                .instant()
                                .plus(Duration.ofDays(lock.days()))
                                .truncatedTo(ChronoUnit.SECONDS));
    }

    S3Traits withoutEncryption() {
        return new S3Traits(storageClass, null, null, lock, lockedUntil);
    }

    /** The lock alone. */
    Optional<ObjectLockRetention> retention() {
        return Optional.ofNullable(lock)
                .map(mode -> ObjectLockRetention.builder()
                        .mode(mode.toString())
                        .retainUntilDate(lockedUntil)
                        .build());
    }

    PutObjectRequest.Builder on(PutObjectRequest.Builder request) {
        return request.storageClass(storageClass)
                .serverSideEncryption(encryption)
                .ssekmsKeyId(kmsKey)
                .objectLockMode(lock)
                .objectLockRetainUntilDate(lockedUntil);
    }

    CreateMultipartUploadRequest.Builder on(CreateMultipartUploadRequest.Builder request) {
        return request.storageClass(storageClass)
                .serverSideEncryption(encryption)
                .ssekmsKeyId(kmsKey)
                .objectLockMode(lock)
                .objectLockRetainUntilDate(lockedUntil);
    }
}
