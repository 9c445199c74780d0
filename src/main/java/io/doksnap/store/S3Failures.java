package io.doksnap.store;

import io.doksnap.store.S3StoreException.Cure;
import io.doksnap.store.StoreException.Kind;
import java.io.IOException;
import java.net.HttpRetryException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Says what a failure of the SDK means: for the code, whether to try again; for a person, what to do. */
final class S3Failures {
    /** The body did not arrive as it was sent. */
    private static final Set<String> DAMAGED = Set.of(
            "BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch", "IncompleteBody");

    private static final Set<String> BUSY =
            Set.of("SlowDown", "RequestTimeout", "OperationAborted", "Throttling", "TooManyRequests");

    private static final Set<String> FULL =
            Set.of("QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "InsufficientCapacity");

    private static final Set<String> ELSEWHERE = Set.of(
            "PermanentRedirect",
            "TemporaryRedirect",
            "AuthorizationHeaderMalformed",
            "IllegalLocationConstraintException");

    /** Some servers say this with 400. */
    private static final Set<String> DENIED =
            Set.of("ExpiredToken", "InvalidToken", "TokenRefreshRequired", "InvalidAccessKeyId");

    private final String bucket;
    private final String endpoint;

    S3Failures(String bucket, String endpoint) {
        this.bucket = bucket;
        this.endpoint = endpoint;
    }

    S3StoreException of(S3Operation operation, String key, RuntimeException cause) {
        String what = "Could not " + operation.verb() + " '" + key + "' in bucket " + bucket + " at " + endpoint + ": ";
        if (cause instanceof AwsServiceException answer) {
            return ofAnswer(operation, what, answer);
        }
        return ofSilence(what, cause);
    }

    /** The body came out different from what was sent, as the store's answer shows. */
    S3StoreException mismatch(S3Operation operation, String key, String how) {
        return new S3StoreException(
                Kind.MISMATCH,
                Cure.ANOTHER_ATTEMPT,
                "Could not " + operation.verb() + " '" + key + "' in bucket " + bucket + " at " + endpoint + ": " + how,
                null);
    }

    /** A deletion was refused, and the object is under lock: servers call that a missing permission. */
    S3StoreException locked(String key, String lock, S3StoreException refusal) {
        return new S3StoreException(
                Kind.LOCKED,
                Cure.NONE,
                "Could not delete '" + key + "' in bucket " + bucket + " at " + endpoint + ": it is under object lock "
                        + lock + "; it can be removed when that is over.",
                refusal);
    }

    /** The error code of an answer, or empty. */
    static String code(@Nullable Throwable cause) {
        return cause instanceof AwsServiceException answer
                ? details(answer).map(AwsErrorDetails::errorCode).orElse("")
                : "";
    }

    private S3StoreException ofAnswer(S3Operation operation, String what, AwsServiceException answer) {
        String code = code(answer);
        int status = answer.statusCode();
        String said = what + "the store answered " + (status + " " + code).strip() + "; ";
        Optional<String> region = header(answer, "x-amz-bucket-region");
        if (status == 301 || status == 307 || ELSEWHERE.contains(code)) {
            String remedy = region.map(r -> "the bucket lies in region " + r + ": set the region to that")
                    .orElse("the bucket lies elsewhere: check the endpoint and the region");
            return refused(Kind.REFUSED, said + remedy + ".", answer);
        }
        if (BUSY.contains(code)) {
            return busy(said, answer);
        }
        if (DAMAGED.contains(code)) {
            return new S3StoreException(
                    Kind.MISMATCH, Cure.ANOTHER_ATTEMPT, said + "the bytes were changed on the way.", answer);
        }
        if (status == 507 || FULL.contains(code)) {
            return refused(Kind.DISK_FULL, said + "free space or raise its quota.", answer);
        }
        if (code.equals("RequestTimeTooSkewed")) {
            String there = header(answer, "Date").map(date -> " (" + date + ")").orElse("");
            return refused(
                    Kind.REFUSED,
                    said + "its clock" + there + " and this host's differ: correct the wrong one.",
                    answer);
        }
        if (code.equals("ObjectLocked")) {
            return refused(Kind.LOCKED, said + "it is under object lock.", answer);
        }
        if (code.equals("InvalidObjectState")) {
            return refused(
                    Kind.REFUSED,
                    said + "it lies in an archive: have the store restore it first, then try again.",
                    answer);
        }
        if (status == 401 || status == 403 || DENIED.contains(code)) {
            return refused(Kind.ACCESS_DENIED, said + remedy(code, operation), answer);
        }
        if (status == 404) {
            return missing(said, code, answer);
        }
        if (status == 408 || status == 429 || (status >= 500 && status != 501)) {
            return busy(said, answer);
        }
        return status == 412
                ? refused(Kind.MISMATCH, said + "it was replaced meanwhile.", answer)
                : refused(Kind.REFUSED, said + text(answer), answer);
    }

    private static S3StoreException busy(String said, AwsServiceException answer) {
        return new S3StoreException(
                Kind.REFUSED,
                Cure.ANOTHER_ATTEMPT,
                said + "it is busy or broken: look at its own log, or try later.",
                answer);
    }

    private S3StoreException missing(String said, String code, AwsServiceException answer) {
        return switch (code) {
            case "NoSuchBucket" ->
                refused(Kind.BUCKET_NOT_FOUND, said + "create the bucket " + bucket + ", or correct its name.", answer);
            case "NoSuchUpload" -> refused(Kind.REFUSED, said + "somebody else discarded or completed it.", answer);
            default -> refused(Kind.NOT_FOUND, said + "there is no such object.", answer);
        };
    }

    private static String remedy(String code, S3Operation operation) {
        return switch (code) {
            case "InvalidAccessKeyId" -> "it does not know the access key: check AWS_ACCESS_KEY_ID.";
            case "SignatureDoesNotMatch" ->
                "the secret key does not fit the access key: check AWS_SECRET_ACCESS_KEY, and that no proxy alters requests.";
            case "ExpiredToken", "InvalidToken", "TokenRefreshRequired" ->
                "the session is over: renew the credentials and AWS_SESSION_TOKEN.";
            default ->
                "check the credentials, and that they have the permission " + operation.permission()
                        + " for this bucket and prefix.";
        };
    }

    private static S3StoreException ofSilence(String what, RuntimeException cause) {
        if (find(cause, AbortedException.class) != null || find(cause, InterruptedException.class) != null) {
            return refused(Kind.REFUSED, what + "it was interrupted.", cause);
        }
        S3Credentials.Missing missing = find(cause, S3Credentials.Missing.class);
        if (missing != null) {
            return refused(Kind.ACCESS_DENIED, what + missing.getMessage() + ".", cause);
        }
        HttpRetryException challenge = find(cause, HttpRetryException.class);
        if (challenge != null && challenge.responseCode() == 401) {
            return refused(Kind.ACCESS_DENIED, what + "it answered 401; check the credentials.", cause);
        }
        if (find(cause, UnknownHostException.class) != null) {
            return unreachable(Cure.ANOTHER_ATTEMPT, what + "its host name is unknown; check the endpoint.", cause);
        }
        if (find(cause, SocketTimeoutException.class) != null) {
            return unreachable(
                    Cure.PATIENCE, what + "it does not answer; check the endpoint, firewalls and the network.", cause);
        }
        SSLException tls = find(cause, SSLException.class);
        if (tls != null) {
            return unreachable(
                    tls.getCause() instanceof IOException ? Cure.ANOTHER_ATTEMPT : Cure.NONE,
                    what + "TLS failed (" + tls.getMessage()
                            + "); check its certificate, ca_file where it comes from an own authority, and http or https.",
                    cause);
        }
        IOException broken = find(cause, IOException.class);
        if (broken != null || cause instanceof SdkClientException) {
            return unreachable(
                    broken == null ? Cure.NONE : Cure.ANOTHER_ATTEMPT,
                    what + (broken == null ? cause : broken).getMessage() + "; check the endpoint and that it runs.",
                    cause);
        }
        return refused(Kind.REFUSED, what + cause, cause);
    }

    private static S3StoreException refused(Kind kind, String message, RuntimeException cause) {
        return new S3StoreException(kind, Cure.NONE, message, cause);
    }

    private static S3StoreException unreachable(Cure cure, String message, RuntimeException cause) {
        return new S3StoreException(Kind.UNREACHABLE, cure, message, cause);
    }

    private static String text(AwsServiceException answer) {
        return details(answer).map(AwsErrorDetails::errorMessage).orElse("it gave no reason");
    }

    private static Optional<String> header(AwsServiceException answer, String name) {
        return details(answer)
                .map(AwsErrorDetails::sdkHttpResponse)
                .flatMap(response -> response.firstMatchingHeader(name));
    }

    private static Optional<AwsErrorDetails> details(AwsServiceException answer) {
        return Optional.ofNullable(answer.awsErrorDetails());
    }

    private static <T extends Throwable> @Nullable T find(@Nullable Throwable failure, Class<T> type) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }
}
