package io.doksnap.store;

import io.doksnap.store.S3StoreException.Cure;
import io.doksnap.store.StoreException.Kind;
import java.io.IOException;
import java.net.HttpRetryException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
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

    /** Some servers say this with 400 or 404. */
    private static final Set<String> DENIED =
            Set.of("ExpiredToken", "InvalidToken", "TokenRefreshRequired", "InvalidAccessKeyId", "XAdminUserNotFound");

    private static final Set<String> NO_SUCH_OBJECT = Set.of("NoSuchKey", "NoSuchVersion", "NotFound");

    private static final String PROXY_LOGIN =
            "the proxy wants a user and a password, or others than these: write http://user:password@host:port.";

    private static final String NO_S3 =
            "that is no answer of an S3 server: check that the endpoint is not that of a web page, and what a proxy before it does.";

    private final String bucket;
    private final String endpoint;
    private final String asked;

    /**
     * Names a bucket in all it says.
     *
     * @param endpoint with the way there
     * @param asked what is asked for beside the storing of bytes, and may be what is refused; empty where that is nothing
     */
    S3Failures(String bucket, String endpoint, String asked) {
        this.bucket = bucket;
        this.endpoint = endpoint;
        this.asked = asked.isEmpty() ? "" : " (" + asked + " was asked for; can this server and bucket do that?)";
    }

    S3StoreException of(S3Operation operation, String key, RuntimeException cause) {
        String what = failed(operation, key);
        if (cause instanceof AwsServiceException answer) {
            return ofAnswer(operation, what, answer);
        }
        return ofSilence(what, cause);
    }

    /** The body came out different from what was sent, as the store's answer shows. */
    S3StoreException mismatch(S3Operation operation, String key, String how) {
        return new S3StoreException(Kind.MISMATCH, Cure.ANOTHER_ATTEMPT, failed(operation, key) + how, null);
    }

    /** What answered with success is no S3 server. */
    S3StoreException noS3(S3Operation operation, String key) {
        return new S3StoreException(Kind.REFUSED, Cure.NONE, failed(operation, key) + NO_S3, null);
    }

    /** A deletion was refused, and the object is under lock: servers call that a missing permission. */
    S3StoreException locked(String key, String lock, S3StoreException refusal) {
        return new S3StoreException(
                Kind.LOCKED,
                Cure.NONE,
                failed(S3Operation.DELETE, key) + "it is under object lock " + lock
                        + "; it can be removed when that is over.",
                refusal);
    }

    private String failed(S3Operation operation, String key) {
        return "Could not " + operation.verb() + " '" + key + "' in bucket " + bucket + " at " + endpoint + ": ";
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
        if (status / 100 == 3 || ELSEWHERE.contains(code)) {
            return refused(Kind.REFUSED, said + elsewhere(answer), answer);
        }
        S3StoreException known = ofCode(code, said, answer);
        if (known != null) {
            return known;
        }
        if (status == 507) {
            return full(said, answer);
        }
        if (status == 407) {
            return refused(Kind.ACCESS_DENIED, said + PROXY_LOGIN, answer);
        }
        if (status == 401 || status == 403 || DENIED.contains(code)) {
            return refused(Kind.ACCESS_DENIED, said + remedy(code, operation), answer);
        }
        if (status == 404) {
            return missing(said, operation, code, answer);
        }
        if (status == 408 || status == 429 || (status >= 500 && status != 501)) {
            return busy(said, answer);
        }
        return status == 412
                ? refused(Kind.MISMATCH, said + "it was replaced meanwhile.", answer)
                : refused(Kind.REFUSED, said + text(answer) + (operation.gives() ? asked : ""), answer);
    }

    /** What a code alone says, whatever the status is that came with it; null where it takes both. */
    private static @Nullable S3StoreException ofCode(String code, String said, AwsServiceException answer) {
        if (BUSY.contains(code)) {
            return busy(said, answer);
        }
        if (DAMAGED.contains(code)) {
            return new S3StoreException(
                    Kind.MISMATCH, Cure.ANOTHER_ATTEMPT, said + "the bytes were changed on the way.", answer);
        }
        if (FULL.contains(code)) {
            return full(said, answer);
        }
        return switch (code) {
            case "RequestTimeTooSkewed" -> {
                String there =
                        header(answer, "Date").map(date -> " (" + date + ")").orElse("");
                String clocks = "its clock" + there + " and this host's differ: correct the wrong one.";
                yield refused(Kind.REFUSED, said + clocks, answer);
            }
            case "ObjectLocked" -> refused(Kind.LOCKED, said + "it is under object lock.", answer);
            case "InvalidObjectState" -> {
                String archived = "it lies in an archive: have the store restore it first, then try again.";
                yield refused(Kind.REFUSED, said + archived, answer);
            }
            default -> null;
        };
    }

    private static S3StoreException full(String said, AwsServiceException answer) {
        return refused(Kind.DISK_FULL, said + "free space or raise its quota.", answer);
    }

    /** The bucket, or the whole server, is somewhere else. */
    private static String elsewhere(AwsServiceException answer) {
        Optional<String> region = header(answer, "x-amz-bucket-region");
        if (region.isPresent()) {
            return "the bucket lies in region " + region.get() + ": set the region to that.";
        }
        Optional<String> server = header(answer, "Location").flatMap(S3Failures::server);
        if (server.isPresent()) {
            return "it sends on to " + server.get()
                    + ": if that is the bucket's server, set the endpoint to it, else check"
                    + " the endpoint and the region.";
        }
        String why = details(answer)
                .map(AwsErrorDetails::errorMessage)
                .map(text -> " (" + text.strip() + ")")
                .orElse("");
        return "the bucket lies elsewhere: check the endpoint and the region" + why + ".";
    }

    /** The server that an address is of, without its path, which may hold a signature. */
    private static Optional<String> server(String address) {
        try {
            URI uri = new URI(address);
            return uri.getHost() == null || uri.getScheme() == null
                    ? Optional.empty()
                    : Optional.of(
                            uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()));
        } catch (URISyntaxException noAddress) {
            return Optional.empty();
        }
    }

    private static S3StoreException busy(String said, AwsServiceException answer) {
        return new S3StoreException(
                Kind.REFUSED,
                Cure.ANOTHER_ATTEMPT,
                said + "it is busy or broken: look at its own log, or try later.",
                answer);
    }

    private S3StoreException missing(String said, S3Operation operation, String code, AwsServiceException answer) {
        return switch (code) {
            case "NoSuchBucket" ->
                refused(Kind.BUCKET_NOT_FOUND, said + "create the bucket " + bucket + ", or correct its name.", answer);
            case "NoSuchUpload" -> refused(Kind.REFUSED, said + "somebody else discarded or completed it.", answer);
            default ->
                // A proxy, or a part of the server that knows nothing of objects, says 404 too; an object must not be
                // taken for gone because of it.
                operation == S3Operation.FIND || NO_SUCH_OBJECT.contains(code) || hasNoBody(answer)
                        ? refused(Kind.NOT_FOUND, said + "there is no such object.", answer)
                        : refused(Kind.REFUSED, said + text(answer), answer);
        };
    }

    private static boolean hasNoBody(AwsServiceException answer) {
        return header(answer, "Content-Length").equals(Optional.of("0"));
    }

    private static String remedy(String code, S3Operation operation) {
        return switch (code) {
            case "InvalidAccessKeyId", "XAdminUserNotFound" ->
                "it does not know the access key: check AWS_ACCESS_KEY_ID.";
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
        if (challenge != null && challenge.responseCode() == 407) {
            return refused(Kind.ACCESS_DENIED, what + PROXY_LOGIN, cause);
        }
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
                    what + (broken == null ? cause : broken).getMessage()
                            + "; check the endpoint, http or https, and that it runs.",
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
        Optional<String> said = details(answer).map(AwsErrorDetails::errorMessage);
        if (said.isPresent() && !code(answer).isEmpty()) {
            return said.get();
        }
        return hasNoBody(answer) ? "it gave no reason" : NO_S3;
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
