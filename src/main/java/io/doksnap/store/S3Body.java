package io.doksnap.store;

import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** The bytes of one part, or of a small object, with the MD5 by which the server and we check what arrived. */
final class S3Body {
    private static final Pattern PLAIN_MD5 = Pattern.compile("[0-9a-f]{32}");

    private final byte[] bytes;
    private final int length;
    private final byte[] md5;

    S3Body(byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
        MessageDigest digest = Digests.md5();
        digest.update(bytes, 0, length);
        this.md5 = digest.digest();
    }

    String hexMd5() {
        return Digests.hex(md5);
    }

    String contentMd5() {
        return Base64.getEncoder().encodeToString(md5);
    }

    RequestBody content() {
        return RequestBody.fromContentProvider(
                () -> new ByteArrayInputStream(bytes, 0, length), length, "application/octet-stream");
    }

    /** Compares what the server says it got; where it encrypts with keys of a KMS its ETag says nothing. */
    void mustMatch(@Nullable String etag, @Nullable ServerSideEncryption encryption, S3Failures failures, String key)
            throws StoreException {
        String tag = S3Connection.tag(etag).orElse("");
        boolean plain = encryption == null || encryption == ServerSideEncryption.AES256;
        if (plain && PLAIN_MD5.matcher(tag).matches() && !tag.equals(hexMd5())) {
            throw failures.mismatch(
                    S3Operation.STORE,
                    key,
                    "the store's checksum " + tag + " is not the " + hexMd5() + " of what was sent;"
                            + " the bytes were changed on the way.");
        }
    }
}
