package io.doksnap.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/**
 * The HTTP client with a watch over what it sends. A socket has a time-out for reading but none for writing, so a write
 * to an endpoint that takes nothing more would wait for ever; a limit for the whole request would cut off slow lines.
 * Here a request is given up when not one byte of its body was taken for a while.
 */
final class StallWatch implements SdkHttpClient {
    private final SdkHttpClient prompt;
    private final SdkHttpClient patient;
    private final Duration silence;
    private final ScheduledThreadPoolExecutor watch;

    StallWatch(S3Limits.Patience patience) {
        prompt = client(patience.connect(), patience.silence());
        patient = client(patience.connect(), patience.completion());
        silence = patience.silence();
        watch = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "s3-stall-watch");
            thread.setDaemon(true);
            return thread;
        });
        watch.setRemoveOnCancelPolicy(true);
        watch.setKeepAliveTime(10, TimeUnit.SECONDS);
        watch.allowCoreThreadTimeOut(true);
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        SdkHttpClient client = isCompletion(request.httpRequest()) ? patient : prompt;
        if (request.contentStreamProvider().isEmpty()) {
            return client.prepareRequest(request);
        }
        return new WatchedRequest(
                client, request, request.contentStreamProvider().get());
    }

    @Override
    public String clientName() {
        return prompt.clientName();
    }

    @Override
    public void close() {
        watch.shutdownNow();
        prompt.close();
        patient.close();
    }

    private static SdkHttpClient client(Duration connect, Duration read) {
        return UrlConnectionHttpClient.builder()
                .connectionTimeout(connect)
                .socketTimeout(read)
                .build();
    }

    private static boolean isCompletion(SdkHttpRequest request) {
        return request.method() == SdkHttpMethod.POST
                && request.firstMatchingRawQueryParameter("uploadId").isPresent();
    }

    /** A request whose body is being sent; checked again whenever its silence could have become too long. */
    private final class WatchedRequest implements ExecutableHttpRequest {
        private final ExecutableHttpRequest request;
        private volatile long lastSign;
        private volatile boolean sending;
        private volatile boolean stalled;
        private volatile @Nullable Future<?> nextCheck;

        WatchedRequest(SdkHttpClient client, HttpExecuteRequest request, ContentStreamProvider body) {
            this.request = client.prepareRequest(HttpExecuteRequest.builder()
                    .request(request.httpRequest())
                    .contentStreamProvider(() -> watched(body.newStream()))
                    .metricCollector(request.metricCollector().orElse(null))
                    .build());
        }

        @Override
        public HttpExecuteResponse call() throws IOException {
            try {
                return request.call();
            } catch (IOException e) {
                if (stalled) {
                    SocketTimeoutException timeout =
                            new SocketTimeoutException("nothing was taken for " + silence.toSeconds() + " s");
                    timeout.initCause(e);
                    throw timeout;
                }
                throw e;
            } finally {
                sending = false;
                Future<?> pending = nextCheck;
                if (pending != null) {
                    pending.cancel(false);
                }
            }
        }

        @Override
        public void abort() {
            request.abort();
        }

        private InputStream watched(InputStream body) {
            lastSign = System.nanoTime();
            sending = true;
            checkIn(silence.toNanos());
            return new FilterInputStream(body) {
                @Override
                public int read() throws IOException {
                    return sign(super.read());
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    return sign(super.read(bytes, offset, length));
                }
            };
        }

        private int sign(int read) {
            lastSign = System.nanoTime();
            sending = read >= 0;
            return read;
        }

        private void checkIn(long nanos) {
            nextCheck = watch.schedule(this::check, nanos, TimeUnit.NANOSECONDS);
        }

        private void check() {
            if (!sending) {
                return;
            }
            long left = lastSign + silence.toNanos() - System.nanoTime();
            if (left > 0) {
                checkIn(left);
            } else {
                stalled = true;
                request.abort();
            }
        }
    }
}
