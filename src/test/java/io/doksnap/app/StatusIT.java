package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Doksnap.Result;
import io.doksnap.testing.Doksnap.Running;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The status server of {@code doksnap config.yaml}, in the words of the original program, over the runs of a real operator. */
class StatusIT {
    private static final String KEY = "correct-horse";
    private static final ConditionFactory WITHIN = await().atMost(Duration.ofSeconds(90))
            .pollInterval(Duration.ofSeconds(2))
            .ignoreExceptions();

    @TempDir
    Path home;

    private final HttpClient client = HttpClient.newHttpClient();
    private Doksnap doksnap;
    private int port;

    @BeforeEach
    void begin() throws IOException {
        Files.createDirectories(home.resolve("data"));
        Files.writeString(home.resolve("data/file"), "content");
        doksnap = Doksnap.in(home);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        configure("require_auth: true, api_key: " + KEY);
    }

    @Test
    void whatTheOperatorStoredIsToldAlsoAfterANewStart() throws Exception {
        String lastSuccess;
        try (Running operator = doksnap.start("config.yaml")) {
            WITHIN.until(() -> get("/ready").statusCode() == 200);
            assertThat(get("/status").statusCode()).isEqualTo(401);
            WITHIN.until(() -> json("/status").path("apps").size() == 1);
            assertThat(json("/status").path("apps").path(0).path("last_backup").isNull())
                    .isTrue();

            Result backup = doksnap.run("backup", "shop");
            assertThat(backup.code()).as(backup.all()).isZero();

            WITHIN.until(() -> json("/backups/shop").size() == 1
                    && !json("/status").path("apps").path(0).path("last_backup").isNull());
            JsonNode status = json("/status").path("apps").path(0);
            assertThat(status.path("app_name").asText()).isEqualTo("shop");
            assertThat(status.path("next_schedule").asText()).isEqualTo("0 2 * * *");
            assertThat(status.path("next_run_time").asText()).endsWith("T02:00:00Z");
            assertThat(status.path("ready").asBoolean()).isTrue();
            assertThat(json("/metrics")
                            .path("apps")
                            .path(0)
                            .path("successful_backups")
                            .asInt())
                    .isEqualTo(1);
            JsonNode run = json("/history?app=shop").path("history").path(0);
            assertThat(run.path("status").asText()).isEqualTo("completed");
            assertThat(json("/history").path("history").path("shop")).hasSize(1);
            assertThat(json("/backups/shop").path(0).path("key").asText()).startsWith("backups/shop/host1/");
            lastSuccess = lastSuccess();
            end(operator);
        }
        try (Running operator = doksnap.start("config.yaml")) {
            WITHIN.until(() -> get("/ready").statusCode() == 200);
            WITHIN.until(() -> lastSuccess().equals(lastSuccess));
            end(operator);
        }
    }

    @Test
    void portThatIsInUseEndsTheProgramWithOneClearLine() throws IOException {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            Result result = doksnap.run("run");
            assertThat(result.code()).isEqualTo(ExitCode.FAILED);
            assertThat(result.err())
                    .contains("error: the status server cannot listen on 127.0.0.1:" + taken.getLocalPort()
                            + ": the port is in use");
        }
    }

    @Test
    void keyThatIsRequiredAndMissingIsRefusedAtTheStart() throws IOException {
        configure("require_auth: true");
        Result result = doksnap.run("run");
        assertThat(result.code()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(result.err()).contains("status_server.require_auth: is true, and there is no key");
    }

    private String lastSuccess() throws Exception {
        return get("/metrics?format=prometheus&api_key=" + KEY)
                .body()
                .lines()
                .filter(line -> line.startsWith("doksnap_backup_last_success_timestamp_seconds{"))
                .findFirst()
                .orElse("");
    }

    private void configure(String status) throws IOException {
        Files.writeString(home.resolve("config.yaml"), """
                storage: {directory: store}
                data_dir: state
                host: host1
                encryption: {method: none}
                docker: {host: "unix:///nowhere/docker.sock", allowed_paths: [%s]}
                api: {port: 0}
                status_server: {port: %d, %s}
                apps:
                  - {name: shop, type: directory, source: %s, schedule: "0 2 * * *"}
                """.formatted(home, port, status, home.resolve("data")));
    }

    private static void end(Running operator) {
        operator.signal("TERM");
        Result result = operator.await();
        assertThat(result.code()).as(result.err()).isEqualTo(143);
    }

    private JsonNode json(String path) throws Exception {
        HttpRequest request = request(path).header("X-API-Key", KEY).build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }
}
