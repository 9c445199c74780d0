package io.doksnap.store;

import io.doksnap.store.StoreException.Kind;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Objects in a bucket of an S3 server. */
final class S3Store implements ObjectStore {
    private static final Logger LOG = LoggerFactory.getLogger(S3Store.class);

    /** How servers say that they do not know a request. */
    private static final Set<Integer> UNKNOWN_REQUEST = Set.of(404, 405, 501);

    private final StoreSettings.S3 settings;
    private final S3Connection connection;
    private volatile boolean bucketSeen;

    S3Store(StoreSettings.S3 settings, S3Limits limits) {
        this.settings = settings;
        this.connection = new S3Connection(settings, limits);
    }

    @Override
    public String location() {
        return "s3://" + settings.bucket() + "/" + settings.prefix() + " at " + S3Connection.endpoint(settings);
    }

    @Override
    public Upload upload(String key) throws StoreException {
        return new S3Upload(key, objectKey(key), this, connection);
    }

    @Override
    public void put(String key, byte[] content) throws StoreException {
        put(connection, objectKey(key), S3Body.withMd5(content, content.length));
    }

    @Override
    public Optional<StoredObject> find(String key) throws StoreException {
        String objectKey = objectKey(key);
        try {
            HeadObjectResponse head = connection.call(
                    S3Operation.FIND,
                    objectKey,
                    s3 -> s3.headObject(b -> b.bucket(settings.bucket()).key(objectKey)));
            return Optional.of(new StoredObject(key, head.contentLength(), head.lastModified()));
        } catch (StoreException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
            bucketMustExist();
            return Optional.empty();
        }
    }

    @Override
    public InputStream read(String key) throws StoreException {
        return new S3Download(connection, objectKey(key));
    }

    @Override
    public void list(String prefix, Visitor visitor) throws StoreException {
        String from = settings.prefix() + prefix;
        String token = null;
        PageCycle cycle = new PageCycle();
        do {
            ListObjectsV2Response page = page(from, token);
            if (isNone(page)) {
                throw connection.failures().noS3(S3Operation.LIST, from);
            }
            for (S3Object object : page.contents()) {
                String key = keyOf(object, from);
                if (!key.isEmpty()) {
                    visitor.visit(new StoredObject(key, object.size(), object.lastModified()));
                }
            }
            token = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
            if (token == null && Boolean.TRUE.equals(page.isTruncated())) {
                throw brokeOff(from, "but not where");
            }
            if (token != null && cycle.returnsTo(token)) {
                throw brokeOff(from, "where it has been already");
            }
        } while (token != null);
    }

    private StoreException brokeOff(String from, String where) {
        return new StoreException(
                Kind.REFUSED,
                "The listing of '" + from + "' in " + location() + " broke off: the store says that there is more, "
                        + where + "; look for an update of the store.",
                null);
    }

    @Override
    public void delete(String key) throws StoreException {
        String objectKey = objectKey(key);
        try {
            connection.call(
                    S3Operation.DELETE,
                    objectKey,
                    s3 -> s3.deleteObject(b -> b.bucket(settings.bucket()).key(objectKey)));
        } catch (S3StoreException e) {
            if (e.kind() == Kind.ACCESS_DENIED || e.kind() == Kind.REFUSED) {
                Optional<String> until = lockOf(objectKey);
                throw until.isPresent() ? connection.failures().locked(objectKey, until.get(), e) : e;
            }
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
        }
    }

    @Override
    public int discardUploads(String prefix) throws StoreException {
        String from = settings.prefix() + prefix;
        int discarded = 0;
        String keyMarker = null;
        String idMarker = null;
        PageCycle cycle = new PageCycle();
        do {
            Optional<ListMultipartUploadsResponse> page = uploads(from, keyMarker, idMarker);
            if (page.isEmpty()) {
                return discarded;
            }
            for (MultipartUpload upload : page.get().uploads()) {
                if (upload.key().startsWith(from)) {
                    S3Multipart.discard(connection, upload.key(), upload.uploadId());
                    discarded++;
                }
            }
            boolean more = Boolean.TRUE.equals(page.get().isTruncated());
            keyMarker = more ? page.get().nextKeyMarker() : null;
            idMarker = more ? page.get().nextUploadIdMarker() : null;
            if (keyMarker != null && cycle.returnsTo(keyMarker + "\n" + idMarker)) {
                throw brokeOff(from, "where it has been already");
            }
        } while (keyMarker != null);
        return discarded;
    }

    @Override
    public long maxObjectBytes() {
        return connection.limits().maxObjectBytes();
    }

    @Override
    public long uploadBytes() {
        return connection.limits().uploadBytes();
    }

    @Override
    public void close() {
        connection.close();
    }

    static void put(S3Connection connection, String objectKey, S3Body body) throws StoreException {
        connection.store(objectKey, (s3, traits) -> {
            PutObjectResponse answer = s3.putObject(
                    b -> traits.on(b).bucket(connection.bucket()).key(objectKey).contentMD5(body.contentMd5()),
                    body.content());
            if (answer.eTag() == null) {
                throw connection.failures().noS3(S3Operation.STORE, objectKey);
            }
            body.mustMatch(answer.eTag(), answer.serverSideEncryption(), connection.failures(), objectKey);
            return answer;
        });
    }

    private String objectKey(String key) throws StoreException {
        return Keys.check(settings.prefix() + Keys.check(key));
    }

    private ListObjectsV2Response page(String prefix, @Nullable String token) throws StoreException {
        return connection.call(
                S3Operation.LIST,
                prefix,
                s3 -> s3.listObjectsV2(b -> b.bucket(settings.bucket())
                        .prefix(prefix)
                        .maxKeys(connection.limits().pageSize())
                        .continuationToken(token)));
    }

    /** Every server says one of these, also of an empty bucket; the SDK finds none in a web page, and takes that for a listing. */
    private static boolean isNone(ListObjectsV2Response page) {
        return page.name() == null
                && page.isTruncated() == null
                && page.keyCount() == null
                && page.contents().isEmpty();
    }

    /** The key below our prefix; empty for the placeholder that some programs put there as a folder. */
    private String keyOf(S3Object object, String prefix) throws StoreException {
        if (!object.key().startsWith(prefix)) {
            throw new StoreException(
                    Kind.REFUSED,
                    "The listing of '" + prefix + "' in " + location() + " contains '" + object.key()
                            + "': the store ignores the prefix; look for an update of the store.",
                    null);
        }
        return object.key().substring(settings.prefix().length());
    }

    private Optional<ListMultipartUploadsResponse> uploads(
            String prefix, @Nullable String keyMarker, @Nullable String idMarker) throws StoreException {
        try {
            return Optional.of(connection.call(
                    S3Operation.LIST_UPLOADS,
                    prefix,
                    s3 -> s3.listMultipartUploads(b -> b.bucket(settings.bucket())
                            .prefix(prefix)
                            .maxUploads(connection.limits().pageSize())
                            .keyMarker(keyMarker)
                            .uploadIdMarker(idMarker))));
        } catch (S3StoreException e) {
            if (!UNKNOWN_REQUEST.contains(e.status()) || e.kind() == Kind.BUCKET_NOT_FOUND) {
                throw e;
            }
            LOG.info("{} cannot list unfinished uploads; let a lifecycle rule of the bucket remove them.", location());
            return Optional.empty();
        }
    }

    /** What locks an object, where it is locked; AWS and Ceph answer AccessDenied to a lock as to a missing permission. */
    private Optional<String> lockOf(String objectKey) {
        try {
            Instant until = connection
                    .callOnce(
                            S3Operation.FIND,
                            objectKey,
                            s3 -> s3.getObjectRetention(
                                    b -> b.bucket(settings.bucket()).key(objectKey)))
                    .retention()
                    .retainUntilDate();
            return Optional.ofNullable(until).map(time -> "until " + time);
        } catch (StoreException e) {
            return legalHoldOf(objectKey);
        }
    }

    private Optional<String> legalHoldOf(String objectKey) {
        try {
            boolean held = connection
                            .callOnce(
                                    S3Operation.FIND,
                                    objectKey,
                                    s3 -> s3.getObjectLegalHold(
                                            b -> b.bucket(settings.bucket()).key(objectKey)))
                            .legalHold()
                            .status()
                    == ObjectLockLegalHoldStatus.ON;
            return held ? Optional.of("by a legal hold") : Optional.empty();
        } catch (StoreException e) {
            return Optional.empty();
        }
    }

    /** The answer to a HEAD has no body, so a missing bucket looks like a missing object. */
    private void bucketMustExist() throws StoreException {
        if (bucketSeen) {
            return;
        }
        try {
            connection.call(S3Operation.LIST, "", s3 -> s3.headBucket(b -> b.bucket(settings.bucket())));
        } catch (StoreException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                throw new StoreException(
                        Kind.BUCKET_NOT_FOUND,
                        "There is no bucket " + settings.bucket() + " at " + S3Connection.endpoint(settings)
                                + "; create it, or correct its name.",
                        e);
            }
            if (e.kind() != Kind.ACCESS_DENIED) {
                throw e;
            }
        }
        bucketSeen = true;
    }
}
