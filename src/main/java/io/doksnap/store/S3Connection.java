package io.doksnap.store;

import io.doksnap.store.StoreSettings.AtRest;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkGlobalTime;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.scheme.AuthSchemeOption;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.auth.scheme.S3AuthSchemeParams;
import software.amazon.awssdk.services.s3.auth.scheme.S3AuthSchemeProvider;

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
    private final S3Credentials credentials;
    private final AtomicBoolean encrypted;
    private final S3BodyCheck bodyCheck;
    private @Nullable S3Client client;
    private @Nullable S3Http http;
    private boolean closed;

    S3Connection(StoreSettings.S3 settings, S3Limits limits) {
        this.settings = settings;
        this.limits = limits;
        this.failures = new S3Failures(
                settings.bucket(),
                endpoint(settings)
                        + settings.options()
                                .proxy()
                                .map(proxy -> " through the proxy " + proxy)
                                .orElse(""),
                asked(settings.options()));
        this.retries = new S3Retries(limits.patience());
        this.credentials = new S3Credentials(settings.credentials());
        this.bodyCheck = new S3BodyCheck(settings.options().objectLock().isPresent());
        this.encrypted = new AtomicBoolean(settings.options().atRest() != AtRest.NOT_ASKED);
    }

    private static String asked(StoreSettings.S3Options options) {
        List<String> asked = new ArrayList<>();
        options.storageClass().ifPresent(name -> asked.add("storage_class " + name));
        options.objectLock().ifPresent(lock -> asked.add("object_lock"));
        switch (options.atRest()) {
            case AES256 -> asked.add("sse AES256");
            case KMS -> asked.add("sse aws:kms");
            default -> {}
        }
        return String.join(", ", asked);
    }

    /** Sends a request, again where that may help. */
    <T> T call(S3Operation operation, String key, Request<T> request) throws StoreException {
        return retries.run(() -> attempt(operation, key, request));
    }

    /** Sends a request once; for what is tried at best. */
    <T> T callOnce(S3Operation operation, String key, Request<T> request) throws StoreException {
        return attempt(operation, key, request);
    }

    /** Sends a request that stores something; a server that does not know encryption at rest is not asked for it again. */
    <T> T store(String key, StoringRequest<T> request) throws StoreException {
        S3Traits traits = traits();
        if (!encrypted.get()) {
            return call(S3Operation.STORE, key, s3 -> request.send(s3, traits.withoutEncryption()));
        }
        try {
            return call(S3Operation.STORE, key, s3 -> request.send(s3, traits));
        } catch (S3StoreException e) {
            boolean mayDoWithout = settings.options().atRest() == AtRest.AES256_IF_POSSIBLE;
            if (!mayDoWithout || !NOT_SUPPORTED.contains(e.status()) || e.kind() != StoreException.Kind.REFUSED) {
                throw e;
            }
            T result = call(S3Operation.STORE, key, s3 -> request.send(s3, traits.withoutEncryption()));
            if (encrypted.getAndSet(false)) {
                // No more than this: most stores that people run themselves are so, and archives are encrypted before
                // they get there.
                LOG.info(
                        "{} has no encryption at rest ({} {}); objects are stored without it. Set sse: none to not ask for it.",
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

    /** What an object is given that is stored now. */
    S3Traits traits() {
        return S3Traits.of(settings.options());
    }

    S3BodyCheck bodyCheck() {
        return bodyCheck;
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
            credentials.close();
        }
    }

    private <T> T attempt(S3Operation operation, String key, Request<T> request) throws StoreException {
        Optional<AwsCredentials> used = credentials.current();
        try {
            return request.send(client());
        } catch (RuntimeException e) {
            S3StoreException failure = failures.of(operation, key, e);
            if (operation == S3Operation.STORE && bodyCheck.saysChanged(failure)) {
                throw failures.mismatch(
                        operation, key, "the signature did not fit; the bytes were changed on the way.");
            }
            if (failure.kind() != StoreException.Kind.ACCESS_DENIED || !credentials.differFrom(used)) {
                throw failure;
            }
        }
        // The keys were replaced since: with the new ones once more.
        try {
            return request.send(client());
        } catch (RuntimeException e) {
            throw failures.of(operation, key, e);
        }
    }

    private synchronized S3Client client() throws StoreException {
        if (closed) {
            throw new IllegalStateException("the store was closed");
        }
        if (client == null) {
            try {
                http = new S3Http(limits.patience(), settings.options());
            } catch (IOException e) {
                throw new StoreException(
                        StoreException.Kind.REFUSED, "Could not open bucket " + bucket() + ": " + e.getMessage(), e);
            }
            client = build(http);
        }
        return client;
    }

    /**
     * No checksums of the SDK's own: over plain HTTP it can only send them as trailers, which old servers answer with
     * 400. Bodies are signed instead, over HTTPS too, which every server can check; see {@link S3BodyCheck}. No Expect: with it the JDK's
     * connections lose the text of a refusal. No retries: {@link S3Retries} knows more about what failed.
     */
    private S3Client build(S3Http watched) {
        // A client starts with the difference of clocks that the last server of the process showed; another server has
        // another clock.
        SdkGlobalTime.setGlobalTimeOffset(0);
        return S3Client.builder()
                .httpClient(watched)
                .region(Region.of(settings.region()))
                .applyMutation(builder -> settings.endpoint().ifPresent(builder::endpointOverride))
                .forcePathStyle(settings.pathStyle())
                .credentialsProvider(credentials)
                .authSchemeProvider(S3Connection::withSignedBodies)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(S3Configuration.builder()
                        .chunkedEncodingEnabled(false)
                        .expectContinueEnabled(false)
                        .build())
                .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
    }

    private static List<AuthSchemeOption> withSignedBodies(S3AuthSchemeParams request) {
        return S3AuthSchemeProvider.defaultProvider().resolveAuthScheme(request).stream()
                .map(option -> option.toBuilder()
                        .putSignerProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, true)
                        .build())
                .toList();
    }

    /** A request to be sent through the client. */
    @FunctionalInterface
    interface Request<T> {
        T send(S3Client client) throws StoreException;
    }

    /** A request that stores something with such traits. */
    @FunctionalInterface
    interface StoringRequest<T> {
        T send(S3Client client, S3Traits traits) throws StoreException;
    }

    /** The ETag of an answer without its quotes, or empty. */
    static Optional<String> tag(@Nullable String header) {
        return Optional.ofNullable(header).map(tag -> tag.replace("\"", ""));
    }
}
