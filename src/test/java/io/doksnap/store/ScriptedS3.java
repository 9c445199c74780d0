package io.doksnap.store;

import static io.doksnap.store.ObjectStoreContract.bytes;

import io.doksnap.store.StoreSettings.AtRest;
import io.doksnap.store.StoreSettings.Credentials;
import io.doksnap.store.StoreSettings.CredentialsSource;
import io.doksnap.store.StoreSettings.S3Options;
import io.doksnap.testing.ScriptedServer.Answer;
import io.doksnap.testing.ScriptedServer.Request;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** What the tests with a scripted S3 server have in common. */
final class ScriptedS3 {
    static final int PART = 1 << 20;

    static final S3Limits LIMITS = new S3Limits(
            PART,
            4,
            3,
            1000,
            new S3Limits.Patience(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(5),
                    12,
                    4,
                    Duration.ofMillis(2),
                    Duration.ofMillis(10)));

    private ScriptedS3() {}

    /** A server that throws away what it gets and says that all is well; it compares no body with its SHA-256. */
    static Answer good(Request request) {
        if (request.is("POST", "uploads")) {
            return Answer.of(
                    200, "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>");
        }
        if (request.is("POST", "uploadId=")) {
            return Answer.of(200, "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>");
        }
        if (request.method().equals("PUT")) {
            byte[] md5 = Base64.getDecoder()
                    .decode(request.headers().getOrDefault("content-md5", "AAAAAAAAAAAAAAAAAAAAAA=="));
            return Answer.of(200, "").with("ETag", "\"" + HexFormat.of().formatHex(md5) + "\"");
        }
        if (request.method().equals("HEAD")) {
            String size = request.target().replaceFirst(".*size-", "");
            return Answer.of(200, "").with("Content-Length", size);
        }
        return Answer.of(204, "");
    }

    static String multipartTag(byte[] content) {
        try {
            MessageDigest all = MessageDigest.getInstance("MD5");
            int parts = 0;
            for (int at = 0; at < content.length; at += PART) {
                MessageDigest part = MessageDigest.getInstance("MD5");
                part.update(content, at, Math.min(PART, content.length - at));
                all.update(part.digest());
                parts++;
            }
            return HexFormat.of().formatHex(all.digest()) + "-" + parts;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    static ObjectStore store(URI endpoint, boolean encryption) {
        return store(endpoint, options(encryption ? AtRest.AES256_IF_POSSIBLE : AtRest.NOT_ASKED));
    }

    static ObjectStore store(URI endpoint, S3Options options) {
        return store(endpoint, options, new Credentials("access", "secret"));
    }

    static ObjectStore store(URI endpoint, S3Options options, CredentialsSource credentials) {
        return new S3Store(
                new StoreSettings.S3(
                        Optional.of(endpoint),
                        "bucket",
                        "us-east-1",
                        "pre/fix/",
                        true,
                        options,
                        Optional.of(credentials)),
                LIMITS);
    }

    static S3Options options(AtRest atRest) {
        S3Options plain = S3Options.PLAIN;
        return new S3Options(
                plain.storageClass(),
                atRest,
                plain.kmsKey(),
                plain.objectLock(),
                plain.partLimit(),
                plain.authorities(),
                plain.proxy());
    }

    static void uploadOf(ObjectStore store, int size) throws StoreException {
        try (Upload upload = store.upload("size-" + size)) {
            upload.write(bytes(size), 0, size);
            upload.commit();
        }
    }
}
