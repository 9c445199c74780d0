package io.doksnap.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.store.StoreSettings.AtRest;
import io.doksnap.store.StoreSettings.ObjectLock;
import io.doksnap.store.StoreSettings.S3Options;
import io.doksnap.testing.FaultyProxy;
import io.doksnap.testing.FaultyProxy.Fault;
import io.doksnap.testing.RadosGateway;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockRetention;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;

/** Everything that a store does, on Ceph's S3; and versions and object lock, which S3Proxy does not have. */
@Timeout(180)
class RadosGatewayIT extends ObjectStoreContract {
    private static final AtomicInteger BUCKETS = new AtomicInteger();

    private static @Nullable RadosGateway gateway;

    private final String bucket = "bucket-" + BUCKETS.incrementAndGet();

    /** The first test starts it, and is the one that is skipped where it is not installed. */
    private static synchronized RadosGateway gateway() throws Exception {
        RadosGateway running = gateway != null ? gateway : RadosGateway.start();
        gateway = running;
        return running;
    }

    @AfterAll
    static void stopGateway() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
    }

    @Override
    ObjectStore newStore() throws Exception {
        createBucket(false);
        return store(gateway().endpoint(), S3Options.PLAIN);
    }

    @Test
    void comparesSignedBodiesSoThatPartsNeedNoMd5() throws Exception {
        S3Connection connection = connection();
        String upload = connection.callOnce(
                S3Operation.STORE,
                "object",
                s3 -> s3.createMultipartUpload(b -> b.bucket(bucket).key("object"))
                        .uploadId());
        assertThat(connection.bodyCheck().needsMd5(connection, "object", upload))
                .isFalse();
    }

    @Test
    void flippedByteIsDetectedAndThePartSentAgain() throws Exception {
        byte[] content = bytes(3 * PART + 5);
        try (FaultyProxy proxy = FaultyProxy.before(gateway().port(), Fault.flipUpAfter(PART));
                ObjectStore behind = store(proxy.endpoint(), S3Options.PLAIN);
                Upload upload = behind.upload("object")) {
            writeInPieces(upload, content);
            assertThat(upload.commit().sha256()).isEqualTo(sha256(content));
            assertThat(read("object")).isEqualTo(content);
            assertThat(proxy.bytesUp()).isGreaterThan(content.length + PART);
        }
    }

    @Test
    void deletionInAVersionedBucketHidesTheObjectAndKeepsItsVersion() throws Exception {
        connection()
                .callOnce(
                        S3Operation.STORE,
                        "",
                        s3 -> s3.putBucketVersioning(b -> b.bucket(bucket)
                                .versioningConfiguration(c -> c.status(BucketVersioningStatus.ENABLED))));
        store.put("a/object", new byte[3]);
        store.put("a/object", new byte[4]);
        store.delete("a/object");
        store.delete("a/object");
        assertThat(store.find("a/object")).isEmpty();
        assertThat(keys("")).isEmpty();
        assertThat(versions().versions()).hasSize(2);
        store.put("a/object", new byte[5]);
        assertThat(keys("")).containsExactly("a/object");
    }

    @Test
    void lockedObjectsKeepTheirVersionsWhateverIsDeleted() throws Exception {
        String plain = bucket;
        S3Connection connection = connection();
        connection.callOnce(
                S3Operation.STORE,
                "",
                s3 -> s3.createBucket(b -> b.bucket(plain + "-locked").objectLockEnabledForBucket(true)));
        S3Options locked = new S3Options(
                Optional.empty(),
                AtRest.NOT_ASKED,
                Optional.empty(),
                Optional.of(new ObjectLock(false, 1, Clock.systemUTC())),
                10_000,
                Optional.empty(),
                Optional.empty());
        StoreSettings.S3 settings =
                gateway().settings(plain + "-locked", gateway().endpoint(), locked);
        byte[] content = bytes(2 * PART + 1);
        try (ObjectStore store = new S3Store(settings, limits())) {
            store.put("small", new byte[3]);
            try (Upload upload = store.upload("large")) {
                writeInPieces(upload, content);
                upload.commit();
            }
            for (String key : new String[] {"small", "large"}) {
                HeadObjectResponse head = connection.callOnce(
                        S3Operation.FIND,
                        key,
                        s3 -> s3.headObject(b -> b.bucket(plain + "-locked").key(key)));
                ObjectLockRetention retention = connection
                        .callOnce(
                                S3Operation.FIND,
                                key,
                                s3 -> s3.getObjectRetention(
                                        b -> b.bucket(plain + "-locked").key(key)))
                        .retention();
                assertThat(retention.mode()).as(key).isEqualTo(ObjectLockRetentionMode.GOVERNANCE);
                assertThat(retention.retainUntilDate())
                        .isAfter(Clock.systemUTC().instant());
                store.delete(key);
                assertThat(store.find(key)).isEmpty();
                byte[] kept = connection.callOnce(S3Operation.READ, key, s3 -> {
                    try (InputStream in = s3.getObject(
                            b -> b.bucket(plain + "-locked").key(key).versionId(head.versionId()))) {
                        return in.readAllBytes();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                assertThat(kept).isEqualTo(key.equals("small") ? new byte[3] : content);
                assertThat(refusalToDelete(connection, plain + "-locked", key, head.versionId())
                                .status())
                        .isEqualTo(403);
            }
        }
    }

    private static S3StoreException refusalToDelete(S3Connection connection, String bucket, String key, String version)
            throws StoreException {
        try {
            connection.callOnce(
                    S3Operation.DELETE,
                    key,
                    s3 -> s3.deleteObject(b -> b.bucket(bucket).key(key).versionId(version)));
        } catch (S3StoreException e) {
            return e;
        }
        throw new AssertionError("the locked version of " + key + " was removed");
    }

    private ListObjectVersionsResponse versions() throws Exception {
        return connection().callOnce(S3Operation.LIST, "", s3 -> s3.listObjectVersions(b -> b.bucket(bucket)));
    }

    private void createBucket(boolean locked) throws Exception {
        connection()
                .callOnce(
                        S3Operation.STORE,
                        "",
                        s3 -> s3.createBucket(b -> b.bucket(bucket).objectLockEnabledForBucket(locked)));
    }

    private S3Connection connection() throws Exception {
        return new S3Connection(gateway().settings(bucket, gateway().endpoint(), S3Options.PLAIN), limits());
    }

    private ObjectStore store(URI endpoint, S3Options options) throws Exception {
        return new S3Store(gateway().settings(bucket, endpoint, options), limits());
    }

    private static S3Limits limits() {
        return new S3Limits(PART, 10, 3, 7, S3Limits.Patience.STANDARD);
    }
}
