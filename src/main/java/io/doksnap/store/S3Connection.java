package io.doksnap.store;

import io.doksnap.store.S3Failures.CredentialsMissing;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * The way to one bucket: the SDK's client, made at its first use; what to do when a request fails; and whether the
 * server encrypts what it stores.
 */
final class S3Connection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(S3Connection.class);

    private static final Set<Integer> NOT_SUPPORTED = Set.of(400, 405, 501);

    private final StoreSettings.S3 settings;
    private final S3Limits limits;
    private final S3Failures failures;
    private final S3Retries retries;
    private final AtomicBoolean encrypted;
    private @Nullable S3Client client;
    private @Nullable StallWatch http;
    private boolean closed;

    S3Connection(StoreSettings.S3 settings, S3Limits limits) {
        this.settings = settings;
        this.limits = limits;
        this.failures = new S3Failures(settings.bucket(), endpoint(settings));
        this.retries = new S3Retries(limits.patience());
        this.encrypted = new AtomicBoolean(settings.serverSideEncryption());
    }

    /** Sends a request, again where that may help. */
    <T> T call(S3Operation operation, String key, Request<T> request) throws StoreException {
        return retries.run(() -> attempt(operation, key, request));
    }

    /** Sends a request once; for what is tried at best. */
    <T> T callOnce(S3Operation operation, String key, Request<T> request) throws StoreException {
        return attempt(operation, key, request);
    }

    /** Sends a request that may ask for encryption at rest; a store that cannot do that is not asked again. */
    <T> T callEncrypted(S3Operation operation, String key, EncryptedRequest<T> request) throws StoreException {
        if (!encrypted.get()) {
            return call(operation, key, s3 -> request.send(s3, null));
        }
        try {
            return call(operation, key, s3 -> request.send(s3, ServerSideEncryption.AES256));
        } catch (S3StoreException e) {
            if (!NOT_SUPPORTED.contains(e.status()) || e.kind() != StoreException.Kind.REFUSED) {
                throw e;
            }
            T result = call(operation, key, s3 -> request.send(s3, null));
            if (encrypted.getAndSet(false)) {
                LOG.warn(
                        "{} refuses server-side encryption ({} {}); objects are stored without it.",
                        endpoint(settings),
                        e.status(),
                        e.code());
            }
            return result;
        }
    }

    S3Failures failures() {
        return failures;
    }

    S3Limits limits() {
        return limits;
    }

    String bucket() {
        return settings.bucket();
    }

    static String endpoint(StoreSettings.S3 settings) {
        return settings.endpoint().map(URI::toString).orElse("AWS, region " + settings.region());
    }

    @Override
    public void close() {
        retries.close();
        synchronized (this) {
            closed = true;
            if (client != null) {
                client.close();
            }
            if (http != null) {
                http.close();
            }
        }
    }

    private <T> T attempt(S3Operation operation, String key, Request<T> request) throws StoreException {
        try {
            return request.send(client());
        } catch (RuntimeException e) {
            throw failures.of(operation, key, e);
        }
    }

    private synchronized S3Client client() {
        if (closed) {
            throw new IllegalStateException("the store was closed");
        }
        if (client == null) {
            http = new StallWatch(limits.patience());
            client = build(http);
        }
        return client;
    }

    /**
     * No checksums of the SDK's own: over plain HTTP it can only send them as trailers, which old servers answer with
     * 400. Bodies carry Content-MD5 instead, which every server checks. No Expect: with it the JDK's client loses the
     * text of a refusal. No retries: {@link S3Retries} knows more about what failed.
     */
    private S3Client build(StallWatch watched) {
        return S3Client.builder()
                .httpClient(watched)
                .region(Region.of(settings.region()))
                .applyMutation(builder -> settings.endpoint().ifPresent(builder::endpointOverride))
                .forcePathStyle(settings.pathStyle())
                .credentialsProvider(settings.credentials()
                        .map(S3Connection::provider)
                        .orElseGet(S3Connection::providerOfTheMachine))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(S3Configuration.builder()
                        .chunkedEncodingEnabled(false)
                        .expectContinueEnabled(false)
                        .build())
                .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
    }

    private static AwsCredentialsProvider provider(StoreSettings.Credentials credentials) {
        return StaticCredentialsProvider.create(
                AwsBasicCredentials.create(credentials.accessKey(), credentials.secretKey()));
    }

    private static AwsCredentialsProvider providerOfTheMachine() {
        AwsCredentialsProvider chain = DefaultCredentialsProvider.builder().build();
        return () -> {
            try {
                return chain.resolveCredentials();
            } catch (SdkClientException e) {
                throw new CredentialsMissing(e);
            }
        };
    }

    /** A request to be sent through the client. */
    @FunctionalInterface
    interface Request<T> {
        T send(S3Client client) throws StoreException;
    }

    /** A request that asks for encryption at rest, or not. */
    @FunctionalInterface
    interface EncryptedRequest<T> {
        T send(S3Client client, @Nullable ServerSideEncryption encryption) throws StoreException;
    }

    /** The ETag of an answer without its quotes, or empty. */
    static Optional<String> tag(@Nullable String header) {
        return Optional.ofNullable(header).map(tag -> tag.replace("\"", ""));
    }
}
