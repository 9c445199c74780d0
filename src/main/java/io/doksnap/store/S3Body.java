package io.doksnap.store;

import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** The bytes of one part, or of a small object, with the MD5 by which the server and we check what arrived, where that is needed. */
final class S3Body {
    /** An ETag that is the MD5 of what it stands for; others say nothing. */
    static final Pattern PLAIN_MD5 = Pattern.compile("[0-9a-f]{32}");

    private final byte[] bytes;
    private final int length;
    private final byte @Nullable [] md5;

    private S3Body(byte[] bytes, int length, byte @Nullable [] md5) {
        this.bytes = bytes;
        this.length = length;
        this.md5 = md5;
    }

    /** A body that only its signature guards; enough where the server compares the two. */
    static S3Body signed(byte[] bytes, int length) {
        return new S3Body(bytes, length, null);
    }

    /** A body with its MD5, which every server compares. */
    static S3Body withMd5(byte[] bytes, int length) {
        MessageDigest digest = Digests.md5();
        digest.update(bytes, 0, length);
        return new S3Body(bytes, length, digest.digest());
    }

    /** For the header Content-MD5. */
    @Nullable
    String contentMd5() {
        return md5 == null ? null : Base64.getEncoder().encodeToString(md5);
    }

    RequestBody content() {
        return RequestBody.fromContentProvider(
                () -> new ByteArrayInputStream(bytes, 0, length), length, "application/octet-stream");
    }

    /** Compares what the server says it got; where it encrypts with keys of a KMS its ETag says nothing. */
    void mustMatch(@Nullable String etag, @Nullable ServerSideEncryption encryption, S3Failures failures, String key)
            throws StoreException {
        if (md5 == null) {
            return;
        }
        String tag = S3Connection.tag(etag).orElse("");
        boolean plain = encryption == null || encryption == ServerSideEncryption.AES256;
        if (plain && PLAIN_MD5.matcher(tag).matches() && !tag.equals(Digests.hex(md5))) {
            throw failures.mismatch(
                    S3Operation.STORE,
                    key,
                    "the store's checksum " + tag + " is not the " + Digests.hex(md5) + " of what was sent;"
                            + " the bytes were changed on the way.");
        }
    }
}
