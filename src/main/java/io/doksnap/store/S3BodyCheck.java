package io.doksnap.store;

import io.doksnap.store.StoreException.Kind;
import java.io.ByteArrayInputStream;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * How it is known that a server got the bytes of a part as they were sent. Every request is signed together with the SHA-256 of its body, and
 * a server that compares that with the body notices each changed byte; an MD5 beside it would only cost CPU. But whether a
 * server compares cannot be seen from outside. So it is tried out, once: a part of one byte goes out under the SHA-256 of another. A server that
 * takes it does not look, and gets MD5s.
 */
final class S3BodyCheck {
    private static final Logger LOG = LoggerFactory.getLogger(S3BodyCheck.class);

    private static final String SIGNATURE_DIFFERS = "SignatureDoesNotMatch";

    /** How servers were seen to say that body and SHA-256 differ. Any other refusal says nothing about that. */
    private static final Set<String> NOTICED =
            Set.of("XAmzContentSHA256Mismatch", "BadDigest", "XAmzContentChecksumMismatch", SIGNATURE_DIFFERS);

    private final boolean md5Asked;
    private final AtomicReference<@Nullable String> answer = new AtomicReference<>();

    /**
     * A check for one server.
     *
     * @param md5Asked whether the server wants MD5s whatever else it looks at, as AWS does of objects under lock
     */
    S3BodyCheck(boolean md5Asked) {
        this.md5Asked = md5Asked;
    }

    /** Whether parts need an MD5. Uses the first part's place in an upload that is just begun; what it leaves there is replaced. */
    boolean needsMd5(S3Connection connection, String key, String uploadId) {
        if (md5Asked) {
            return true;
        }
        String known = answer.get();
        if (known == null) {
            known = tryOut(connection, key, uploadId);
        }
        return !NOTICED.contains(known);
    }

    /** Whether this is how the server says that a body was changed, and not that a key is wrong. */
    boolean saysChanged(S3StoreException failure) {
        return failure.code().equals(SIGNATURE_DIFFERS) && SIGNATURE_DIFFERS.equals(answer.get());
    }

    private String tryOut(S3Connection connection, String key, String uploadId) {
        String said;
        try {
            connection.callOnce(
                    S3Operation.STORE,
                    key,
                    s3 -> s3.uploadPart(
                            b -> b.bucket(connection.bucket())
                                    .key(key)
                                    .uploadId(uploadId)
                                    .partNumber(1),
                            oneByteUnderTheDigestOfAnother()));
            said = "taken";
        } catch (S3StoreException e) {
            if (e.kind() == Kind.UNREACHABLE || e.status() >= 500) {
                // It says nothing. The next upload asks again.
                return "";
            }
            said = e.code();
        } catch (StoreException e) {
            return "";
        }
        LOG.debug("A body under a wrong SHA-256: {} by {}", said, connection.bucket());
        answer.set(said);
        return said;
    }

    /** The body is read twice: to sign it, and to send it. */
    private static RequestBody oneByteUnderTheDigestOfAnother() {
        AtomicInteger readings = new AtomicInteger();
        return RequestBody.fromContentProvider(
                () -> new ByteArrayInputStream(new byte[] {(byte) readings.getAndIncrement()}),
                1,
                "application/octet-stream");
    }
}
