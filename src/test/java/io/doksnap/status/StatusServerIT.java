package io.doksnap.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.doksnap.status.OperatorState.Phase;
import io.doksnap.testing.SettableClock;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server as its clients see it, over real connections. */
class StatusServerIT {
    private static final String KEY = "correct horse battery staple";
    private static final Pattern SAMPLE =
            Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*(\\{[^}]*})? [-+0-9.eEInfNa]+( [0-9]+)?");

    private final FixedSource source = FixedSource.twoApps();
    private final SettableClock clock = SettableClock.at("2026-11-22T12:00:00Z");
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(30))
            .build();
    private StatusServer server;

    @BeforeEach
    void start() throws IOException {
        server = start(Optional.empty());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void fiveEndpointsOfTheOriginalAnswerInJson() throws Exception {
        assertThat(json(get("/health")).path("status").asText()).isEqualTo("healthy");
        assertThat(json(get("/status")).path("apps").path(0).path("app_name").asText())
                .isEqualTo("Shop_1");
        assertThat(json(get("/metrics"))
                        .path("apps")
                        .path(0)
                        .path("total_backups")
                        .asInt())
                .isEqualTo(2);
        assertThat(json(get("/history")).path("history").path("Shop_1")).hasSize(2);
        assertThat(json(get("/history?app=Shop_1")).path("history")).hasSize(2);
        assertThat(json(get("/backups/Shop_1"))).hasSize(3);
        HttpResponse<String> status = get("/status");
        assertThat(status.headers().firstValue("Content-Type")).contains("application/json;charset=utf-8");
        assertThat(status.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(status.headers().firstValue("X-Frame-Options")).contains("DENY");
        assertThat(status.headers().firstValue("Content-Security-Policy")).isPresent();
        assertThat(status.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(status.headers().firstValue("Server")).isEmpty();
    }

    @Test
    void whatIsNotThereAndWhatIsNotMeantIsSaidInJson() throws Exception {
        assertThat(get("/history?app=none").statusCode()).isEqualTo(404);
        assertThat(json(get("/backups/none")).path("error").asText()).startsWith("there is no such app");
        HttpResponse<String> unknown = get("/nothing");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(json(unknown).path("error").asText()).contains("/status", "/backups/{app}");
        HttpResponse<String> post = send(request("/status").POST(BodyPublishers.ofString("{}")));
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("Allow")).contains("GET, HEAD");
        assertThat(get("/metrics?format=xml").statusCode()).isEqualTo(400);
        assertThat(get("/backups/%2e%2e%2fetc").statusCode()).isBetween(400, 404);
    }

    @Test
    void prometheusGetsTextThatParses() throws Exception {
        HttpResponse<String> metrics = get("/metrics?format=prometheus");
        assertThat(metrics.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(metrics.body().lines().filter(line -> !line.startsWith("#")))
                .isNotEmpty()
                .allMatch(line -> SAMPLE.matcher(line).matches());
        assertThat(metrics.body())
                .contains(
                        "doksnap_backup_last_success_timestamp_seconds{app=\"Shop_1\",namespace=\"default\"} 1.79531289E9",
                        "doksnap_backup_last_size_bytes{app=\"Shop_1\",namespace=\"default\"} 3145728.0",
                        "doksnap_backup_last_duration_seconds{app=\"Shop_1\",namespace=\"default\"} 90.0",
                        "doksnap_backup_failures_total{app=\"Shop_1\",namespace=\"default\"} 1.0",
                        "doksnap_backup_overdue{app=\"site\",namespace=\"default\"} 1.0",
                        "doksnap_snapshots{app=\"Shop_1\",destination=\"offsite\"} 1.0",
                        "doksnap_unprotected_workloads 3.0",
                        "doksnap_operator_ready 1.0",
                        "doksnap_runs_queued 2.0",
                        "jvm_memory_used_bytes");
        HttpResponse<String> asked =
                send(request("/metrics").header("Accept", "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"));
        assertThat(asked.body()).startsWith("# HELP");
        HttpResponse<String> open = send(request("/metrics")
                .header("Accept", "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3"));
        assertThat(open.headers().firstValue("Content-Type").orElse("")).startsWith("application/openmetrics-text");
        assertThat(open.body()).endsWith("# EOF\n");
    }

    @Test
    void withAKeyNobodySeesAnythingWithoutIt() throws Exception {
        restart(Optional.of(() -> KEY));
        for (String path : List.of("/status", "/metrics", "/history", "/backups/Shop_1", "/nothing")) {
            HttpResponse<String> refused = get(path);
            assertThat(refused.statusCode()).as(path).isEqualTo(401);
            assertThat(json(refused).path("error").asText()).contains("X-API-Key");
            assertThat(refused.body()).doesNotContain("Shop_1");
        }
        assertThat(get("/status?api_key=wrong").statusCode()).isEqualTo(401);
        assertThat(send(request("/status").header("X-API-Key", KEY)).statusCode())
                .isEqualTo(200);
        assertThat(get("/status?api_key=" + KEY.replace(" ", "%20")).statusCode())
                .isEqualTo(200);
        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(get("/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void sixtyRequestsAMinuteWithAKeyAndThirtyWithout() throws Exception {
        assertThat(answeredBefore429(request("/status"))).isEqualTo(30);
        assertThat(get("/health").statusCode()).isEqualTo(200);
        clock.advance(Duration.ofMinutes(1));
        assertThat(get("/status").statusCode()).isEqualTo(200);
        restart(Optional.of(() -> KEY));
        assertThat(answeredBefore429(request("/status").header("X-API-Key", KEY)))
                .isEqualTo(60);
    }

    @Test
    void whatIsLargerThanAMebibyteIsRefusedUnread() throws Exception {
        String head = "POST /status HTTP/1.1\r\nHost: x\r\nContent-Length: " + (1L << 30) + "\r\n\r\n";
        assertThat(raw(head)).startsWith("HTTP/1.1 413 ").contains("Connection: close");
        assertThat(raw("POST /status HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"))
                .startsWith("HTTP/1.1 411 ");
        assertThat(raw("GET /status HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(9000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void standByIsHealthyAndNotReadyAndOneThatCannotGoOnIsNeither() throws Exception {
        source.operator = new OperatorState(Phase.STANDBY, "another one is at work", 0, 0, OptionalInt.empty());
        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(get("/ready").statusCode()).isEqualTo(503);
        assertThat(json(get("/ready")).path("message").asText()).isEqualTo("another one is at work");
        source.operator = new OperatorState(Phase.FAILED, "its state cannot be written", 0, 0, OptionalInt.empty());
        assertThat(get("/health").statusCode()).isEqualTo(503);
        assertThat(json(get("/health")).path("status").asText()).isEqualTo("unhealthy");
    }

    @Test
    void placeWhereItCannotListenIsNamedWithARemedy() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            StatusSettings settings =
                    new StatusSettings("127.0.0.1", taken.getLocalPort(), Optional.empty(), "test", clock);
            assertThatThrownBy(() -> StatusServer.start(source, settings))
                    .isInstanceOf(StatusServerException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": the port is in use")
                    .hasMessageContaining("status_server.port");
        }
        StatusSettings nowhere = new StatusSettings("no.such.host.invalid", 0, Optional.empty(), "test", clock);
        assertThatThrownBy(() -> StatusServer.start(source, nowhere))
                .isInstanceOf(StatusServerException.class)
                .hasMessageContaining("there is no address no.such.host.invalid");
    }

    @Test
    void thousandsOfSlowClientsTakeNoMoreThanTheirShareAndOthersAreStillAnswered() throws Exception {
        List<SocketChannel> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 2000; i++) {
                SocketChannel channel = SocketChannel.open();
                slow.add(channel);
                channel.configureBlocking(false);
                channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
                if (channel.finishConnect()) {
                    channel.write(StandardCharsets.US_ASCII.encode("GET /sta"));
                }
            }
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().startsWith("doksnap-status"))
                    .hasSizeLessThanOrEqualTo(12);
            HttpResponse<String> health = send(request("/health").timeout(Duration.ofSeconds(60)));
            assertThat(health.statusCode()).isEqualTo(200);
        } finally {
            for (SocketChannel channel : slow) {
                channel.close();
            }
        }
    }

    private StatusServer start(Optional<StatusSettings.KeySource> key) throws StatusServerException {
        return StatusServer.start(source, new StatusSettings("127.0.0.1", 0, key, "doksnap test", clock));
    }

    private void restart(Optional<StatusSettings.KeySource> key) throws StatusServerException {
        server.close();
        server = start(key);
    }

    private int answeredBefore429(HttpRequest.Builder request) throws Exception {
        for (int i = 0; i < 100; i++) {
            HttpResponse<String> answer = send(request);
            if (answer.statusCode() == 429) {
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                return i;
            }
        }
        return 100;
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(30_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return new String(socket.getInputStream().readNBytes(600), StandardCharsets.US_ASCII);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        return new ObjectMapper().readTree(answer.body());
    }
}
