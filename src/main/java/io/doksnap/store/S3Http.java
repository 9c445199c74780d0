package io.doksnap.store;

import io.doksnap.store.StoreSettings.HttpProxy;
import io.doksnap.store.StoreSettings.Login;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * The SDK's way to the network, over the JDK's connections. It differs from the SDK's own client for them in two things. It sends in
 * pieces of 128 KiB, the most that the JDK takes at once, and not of 4 KiB. And it watches what it sends: a socket has a time-out for
 * reading but none for writing, so a write to an endpoint that takes nothing more would wait for ever, and a limit for the whole
 * request would cut off slow lines; here a request is given up when not one byte of its body was taken for a while.
 */
final class S3Http implements SdkHttpClient {
    private static final int PIECE = 128 * 1024;

    /** Unless told before its first connection, the JDK asks for no tunnel with a password: the proxy can read it. Who writes one down wants that. */
    private static final String NO_TUNNEL_WITH = "jdk.http.auth.tunneling.disabledSchemes";

    static {
        if (System.getProperty(NO_TUNNEL_WITH) == null) {
            System.setProperty(NO_TUNNEL_WITH, "");
        }
    }

    private final S3Limits.Patience patience;
    private final @Nullable SSLSocketFactory tls;
    private final @Nullable Proxy proxy;
    private final Optional<Login> login;

    /** One for all requests: the JDK uses a connection again only for who has the very same one. */
    private final Authenticator forTunnels = new Authenticator() {
        @Override
        protected @Nullable PasswordAuthentication getPasswordAuthentication() {
            // The login is the proxy's, and no business of a server that asks for one.
            return getRequestorType() == RequestorType.PROXY
                    ? login.map(known -> new PasswordAuthentication(
                                    known.user(), known.password().toCharArray()))
                            .orElse(null)
                    : null;
        }
    };

    private final ScheduledThreadPoolExecutor watch;

    /**
     * Makes a client.
     *
     * @throws IOException when the file of authorities cannot be used; its message says why
     */
    S3Http(S3Limits.Patience patience, StoreSettings.S3Options options) throws IOException {
        this.patience = patience;
        this.tls = options.authorities().isEmpty()
                ? null
                : S3Tls.trusting(options.authorities().get());
        this.proxy = options.proxy()
                .map(way -> new Proxy(Proxy.Type.HTTP, new InetSocketAddress(way.host(), way.port())))
                .orElse(null);
        this.login = options.proxy().flatMap(HttpProxy::login);
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
        return new WatchedRequest(request.httpRequest(), request.contentStreamProvider());
    }

    @Override
    public String clientName() {
        return "DokSnapShotter";
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    /** A tunnel is asked for by the JDK itself; any other request has to bring along who asks. */
    private void introduce(HttpURLConnection connection, Login known) {
        if (connection instanceof HttpsURLConnection) {
            connection.setAuthenticator(forTunnels);
        } else {
            byte[] words = (known.user() + ":" + known.password()).getBytes(StandardCharsets.UTF_8);
            connection.setRequestProperty(
                    "Proxy-Authorization", "Basic " + Base64.getEncoder().encodeToString(words));
        }
    }

    private static boolean isCompletion(SdkHttpRequest request) {
        return request.method() == SdkHttpMethod.POST
                && request.firstMatchingRawQueryParameter("uploadId").isPresent();
    }

    private HttpURLConnection open(SdkHttpRequest request) throws IOException {
        URL url = request.getUri().toURL();
        HttpURLConnection connection =
                (HttpURLConnection) (proxy == null ? url.openConnection() : url.openConnection(proxy));
        if (tls != null && connection instanceof HttpsURLConnection https) {
            https.setSSLSocketFactory(tls);
        }
        login.ifPresent(known -> introduce(connection, known));
        connection.setConnectTimeout((int) patience.connect().toMillis());
        connection.setReadTimeout(
                (int) (isCompletion(request) ? patience.completion() : patience.silence()).toMillis());
        // A redirect means a wrong region or endpoint, which a person has to hear of.
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestMethod(request.method().name());
        request.forEachHeader((name, values) -> values.forEach(value -> connection.addRequestProperty(name, value)));
        return connection;
    }

    private static HttpExecuteResponse response(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        if (status < 0) {
            throw new IOException("what answered is no HTTP server");
        }
        InputStream body = status >= 400 ? connection.getErrorStream() : connection.getInputStream();
        Map<String, List<String>> headers = new LinkedHashMap<>(connection.getHeaderFields());
        // The status line.
        headers.remove(null);
        return HttpExecuteResponse.builder()
                .response(SdkHttpResponse.builder()
                        .statusCode(status)
                        .statusText(connection.getResponseMessage())
                        .headers(headers)
                        .build())
                .responseBody(body == null ? null : AbortableInputStream.create(body, connection::disconnect))
                .build();
    }

    /** A request; while its body is being sent, checked again whenever its silence could have become too long. */
    private final class WatchedRequest implements ExecutableHttpRequest {
        private final SdkHttpRequest request;
        private final Optional<ContentStreamProvider> body;
        private volatile @Nullable HttpURLConnection connection;
        private volatile long lastSign;
        private volatile boolean sending;
        private volatile boolean stalled;
        private volatile @Nullable Future<?> nextCheck;

        WatchedRequest(SdkHttpRequest request, Optional<ContentStreamProvider> body) {
            this.request = request;
            this.body = body;
        }

        @Override
        public HttpExecuteResponse call() throws IOException {
            HttpURLConnection opened = open(request);
            connection = opened;
            if (body.isPresent()) {
                send(opened, body.get());
            }
            return response(opened);
        }

        @Override
        public void abort() {
            HttpURLConnection opened = connection;
            if (opened != null) {
                opened.disconnect();
            }
        }

        private void send(HttpURLConnection opened, ContentStreamProvider content) throws IOException {
            opened.setDoOutput(true);
            request.firstMatchingHeader("Content-Length")
                    .ifPresent(length -> opened.setFixedLengthStreamingMode(Long.parseLong(length)));
            try (InputStream in = content.newStream();
                    OutputStream out = opened.getOutputStream()) {
                byte[] piece = new byte[PIECE];
                lastSign = System.nanoTime();
                sending = true;
                checkIn(patience.silence().toNanos());
                for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                    out.write(piece, 0, read);
                    lastSign = System.nanoTime();
                }
            } catch (IOException e) {
                if (stalled) {
                    SocketTimeoutException timeout = new SocketTimeoutException(
                            "nothing was taken for " + patience.silence().toSeconds() + " s");
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

        private void checkIn(long nanos) {
            nextCheck = watch.schedule(this::check, nanos, TimeUnit.NANOSECONDS);
        }

        private void check() {
            if (!sending) {
                return;
            }
            long left = lastSign + patience.silence().toNanos() - System.nanoTime();
            if (left > 0) {
                checkIn(left);
            } else {
                stalled = true;
                abort();
            }
        }
    }
}
