package io.doksnap.store;

import io.doksnap.store.StoreSettings.Credentials;
import io.doksnap.store.StoreSettings.CredentialsSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.AbortedException;

/**
 * The credentials with which requests are signed: those of the settings, which are read again when a server refused them,
 * or what the SDK finds on this machine (variables, web identity, profile, container, instance role), which it renews itself.
 */
final class S3Credentials implements AwsCredentialsProvider, AutoCloseable {
    /** How long the SDK may look for credentials; on a machine without any, it asks addresses that may never answer. */
    private static final Duration SEARCH = Duration.ofSeconds(8);

    private final Optional<CredentialsSource> source;
    private final Duration search;
    private final Optional<DefaultCredentialsProvider> chain;
    private volatile boolean chainAnswered;
    private @Nullable AwsCredentials current;

    S3Credentials(Optional<CredentialsSource> source) {
        this(source, SEARCH);
    }

    S3Credentials(Optional<CredentialsSource> source, Duration search) {
        this.source = source;
        this.search = search;
        this.chain = source.isPresent()
                ? Optional.empty()
                : Optional.of(DefaultCredentialsProvider.builder().build());
    }

    @Override
    public AwsCredentials resolveCredentials() {
        return chain.isPresent() ? ofTheMachine(chain.get()) : ofTheSettings(source.orElseThrow());
    }

    /** What the next request will be signed with, where the settings say it. */
    synchronized Optional<AwsCredentials> current() {
        return Optional.ofNullable(current);
    }

    /** After a refusal: reads the settings' credentials again, and says whether they are others than the refused ones. */
    synchronized boolean differFrom(Optional<AwsCredentials> refused) {
        if (source.isEmpty() || refused.isEmpty()) {
            return false;
        }
        try {
            current = aws(source.get().read());
            return !current.equals(refused.get());
        } catch (IOException e) {
            // They are just being replaced, or gone: the refusal stands.
            return false;
        }
    }

    @Override
    public void close() {
        chain.ifPresent(DefaultCredentialsProvider::close);
    }

    private synchronized AwsCredentials ofTheSettings(CredentialsSource from) {
        if (current == null) {
            try {
                current = aws(from.read());
            } catch (IOException e) {
                throw new Missing(String.valueOf(e.getMessage()), e);
            }
        }
        return current;
    }

    /** Once it has found some the SDK renews them before they end; only a search that finds none takes long. */
    private AwsCredentials ofTheMachine(AwsCredentialsProvider sdk) {
        if (chainAnswered) {
            return sdk.resolveCredentials();
        }
        FutureTask<AwsCredentials> answer = new FutureTask<>(sdk::resolveCredentials);
        Thread thread = new Thread(answer, "s3-credentials");
        thread.setDaemon(true);
        thread.start();
        try {
            AwsCredentials credentials = answer.get(search.toNanos(), TimeUnit.NANOSECONDS);
            chainAnswered = true;
            return credentials;
        } catch (ExecutionException | TimeoutException e) {
            answer.cancel(true);
            throw new Missing(
                    "there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a"
                            + " profile or a role",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AbortedException.create("interrupted while looking for credentials", e);
        }
    }

    private static AwsCredentials aws(Credentials credentials) {
        return credentials.sessionToken().isPresent()
                ? AwsSessionCredentials.create(
                        credentials.accessKey(),
                        credentials.secretKey(),
                        credentials.sessionToken().get())
                : AwsBasicCredentials.create(credentials.accessKey(), credentials.secretKey());
    }

    /** There are no credentials; the message says why, and what to do. */
    static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Missing(String message, Exception cause) {
            super(message, cause);
        }
    }
}
