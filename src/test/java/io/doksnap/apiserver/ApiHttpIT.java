package io.doksnap.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import io.doksnap.apiserver.json.Json;
import io.doksnap.testing.ApiHttp;
import io.doksnap.testing.ServeApi;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes over the wire, for good clients and for others. */
class ApiHttpIT {
    private static final String WIDGETS = "/apis/example.io/v1/namespaces/default/widgets";
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir
    Path directory;

    private ApiServer server;
    private ApiHttp http;

    @BeforeEach
    void start() throws Exception {
        server = ServeApi.start(directory);
        http = as("admin.token");
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private ApiHttp as(String token) throws Exception {
        return ApiHttp.of(directory, server.uri(), token);
    }

    @Test
    void onlyVersionAndHealthAreForEverybody() throws Exception {
        ApiHttp nobody = as("");
        for (String path : List.of("/healthz", "/livez", "/readyz", "/version")) {
            assertThat(nobody.get(path).code()).as(path).isEqualTo(200);
        }
        for (String path : List.of("/", "/api", "/apis", "/openapi/v3", WIDGETS, "/nowhere", "/healthz/../api")) {
            ApiHttp.Answer answer = nobody.get(path);
            assertThat(answer.code()).as(path).isEqualTo(401);
            assertThat(answer.json().path("reason").asText()).isEqualTo("Unauthorized");
        }
        assertThat(nobody.get("/api", "Authorization", "Bearer wrong").code()).isEqualTo(401);
        assertThat(nobody.get("/api", "Authorization", "Basic YTpi").code()).isEqualTo(401);
    }

    @Test
    void readerMayNeitherWriteNorSeeSecrets() throws Exception {
        ApiHttp reader = as("read-only.token");
        assertThat(reader.get(WIDGETS).code()).isEqualTo(200);
        assertThat(reader.get("/api/v1/secrets").code()).isEqualTo(403);
        assertThat(reader.get("/api/v1/namespaces/default/secrets/x").code()).isEqualTo(403);
        assertThat(reader.get("/api/v1/secrets?watch=true").code()).isEqualTo(403);
        assertThat(reader.send("POST", WIDGETS, widget("a")).code()).isEqualTo(403);
        assertThat(reader.send("DELETE", WIDGETS, "").code()).isEqualTo(403);
        assertThat(reader.send("PATCH", WIDGETS + "/a", "{}")
                        .json()
                        .path("message")
                        .asText())
                .contains("User \"read-only\" cannot patch resource \"widgets\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | /apis/example.io/v1/gadgets                         | 404",
                "GET    | /apis/example.io/v2/widgets                         | 404",
                "GET    | /api/v1/namespaces/default/configmaps/a/status      | 404",
                "GET    | /apis/example.io/v1/namespaces/default/widgets/a/b/c | 404",
                "POST   | /apis/example.io/v1/widgets                         | 405",
                "PUT    | /apis/example.io/v1/namespaces/default/widgets      | 405",
                "DELETE | /apis/example.io/v1/widgets                         | 405",
                "OPTIONS | /apis/example.io/v1/namespaces/default/widgets     | 405",
                "GET    | /apis/example.io/v1/widgets?limit=-1                | 400",
                "GET    | /apis/example.io/v1/widgets?labelSelector=a%20b%20c | 400",
                "GET    | /apis/example.io/v1/widgets?fieldSelector=spec.x=1  | 400",
                "GET    | /apis/example.io/v1/widgets?continue=nonsense       | 400",
                "GET    | /apis/example.io/v1/widgets?resourceVersion=x       | 400",
                "GET    | /apis/example.io/v1/widgets?resourceVersion=999999  | 504",
                "GET    | /apis/example.io/v1/widgets?resourceVersion=1&resourceVersionMatch=Exact | 410",
                "POST   | /apis/example.io/v1/namespaces/default/widgets?dryRun=Some | 400"
            })
    void wrongRequestsGetAStatus(String method, String path, int code) throws Exception {
        ApiHttp.Answer answer = http.send(method, path, method.equals("POST") ? widget("a") : "");
        assertThat(answer.code()).as(answer.text()).isEqualTo(code);
        assertThat(answer.json().path("kind").asText()).isEqualTo("Status");
        assertThat(answer.json().path("code").asInt()).isEqualTo(code);
        assertThat(answer.json().path("reason").asText()).isNotEmpty();
    }

    @Test
    void connectionsThatSomebodyLeavesOpenKeepNobodyOut() throws Exception {
        List<Socket> left = new ArrayList<>();
        try (InputStream watch = http.stream(WIDGETS + "?watch=true")) {
            for (int i = 0; i < 1_100; i++) {
                left.add(new Socket(server.uri().getHost(), server.uri().getPort()));
            }
            // A client of its own, so that none of the connections that are open serves it.
            assertTimeoutPreemptively(
                    Duration.ofSeconds(20),
                    () -> assertThat(as("admin.token")
                                    .send("POST", WIDGETS, widget("late"))
                                    .code())
                            .isEqualTo(201));
            assertThat(new String(watch.readNBytes(17), StandardCharsets.UTF_8)).isEqualTo("{\"type\":\"ADDED\",\"");
        } finally {
            for (Socket each : left) {
                each.close();
            }
        }
    }

    @Test
    void bodiesThatAreNoneAreRefused() throws Exception {
        assertThat(http.send("POST", WIDGETS, "{\"half\":").code()).isEqualTo(400);
        assertThat(http.send("POST", WIDGETS, "[]").code()).isEqualTo(400);
        assertThat(http.send("POST", WIDGETS, "[".repeat(100_000)).code()).isEqualTo(400);
        assertThat(http.send("POST", WIDGETS, widget("a"), "Content-Type", "text/plain")
                        .code())
                .isEqualTo(415);
        assertThat(http.send("POST", WIDGETS, "nonsense", "Content-Type", "application/vnd.kubernetes.protobuf")
                        .code())
                .isEqualTo(400);
        assertThat(http.send("POST", WIDGETS, "&a [*a, *a]", "Content-Type", "application/yaml")
                        .code())
                .isEqualTo(400);
        assertThat(http.send("POST", WIDGETS, " ".repeat(3 * 1024 * 1024) + widget("a"))
                        .code())
                .isEqualTo(413);
        assertThat(http.get(WIDGETS, "Accept", "application/vnd.kubernetes.protobuf")
                        .code())
                .isEqualTo(406);
        assertThat(http.send("POST", WIDGETS + "?fieldValidation=Strict", "{\"spec\":1,\"spec\":2}")
                        .json()
                        .path("message")
                        .asText())
                .contains("duplicate field \"spec\"");
        assertThat(http.get(WIDGETS).json().path("items")).isEmpty();
    }

    @Test
    void yamlGoesInAndOut() throws Exception {
        ApiHttp.Answer answer = http.send(
                "POST",
                WIDGETS,
                "metadata:\n  name: a\n  annotations: {day: 2026-01-01}\nspec:\n  color: red\n",
                "Content-Type",
                "application/yaml",
                "Accept",
                "application/yaml");
        assertThat(answer.code()).as(answer.text()).isEqualTo(201);
        assertThat(answer.header("Content-Type")).startsWith("application/yaml");
        assertThat(answer.text())
                .contains("color: red", "shape: round", "2026-01-01")
                .doesNotContain("T00:00");
    }

    @Test
    void warningsComeInTheirHeader() throws Exception {
        ApiHttp.Answer answer = http.send("POST", WIDGETS, widget("a").replace("\"color\"", "\"bogus\":1,\"color\""));
        assertThat(answer.code()).isEqualTo(201);
        assertThat(answer.header("Warning")).isEqualTo("299 - \"unknown field \\\"spec.bogus\\\"\"");
    }

    @Test
    void longListComesInPagesThatLeaveNothingOut() throws Exception {
        for (int i = 0; i < 25; i++) {
            http.send("POST", WIDGETS, widget("w" + i));
        }
        List<String> names = new ArrayList<>();
        String more = "";
        String version = "";
        do {
            JsonNode page = http.get(WIDGETS + "?limit=10&continue=" + more).json();
            page.path("items")
                    .forEach(item -> names.add(item.at("/metadata/name").asText()));
            if (version.isEmpty()) {
                version = page.at("/metadata/resourceVersion").asText();
                assertThat(page.at("/metadata/remainingItemCount").asInt()).isEqualTo(15);
                http.send("POST", WIDGETS, widget("a-new-one"));
            }
            assertThat(page.at("/metadata/resourceVersion").asText()).isEqualTo(version);
            more = page.at("/metadata/continue").asText();
        } while (!more.isEmpty());
        assertThat(names).hasSize(25).doesNotHaveDuplicates().isSorted();
        assertThat(watch("?watch=true&timeoutSeconds=1&resourceVersion=" + version))
                .extracting(event -> event.at("/object/metadata/name").asText())
                .containsExactly("a-new-one");
    }

    @Test
    void largeAnswersAreCompressedForThoseWhoCanRead() throws Exception {
        http.send(
                "POST",
                CONFIG_MAPS,
                "{\"metadata\":{\"name\":\"a\"},\"data\":{\"a\":\"" + "x".repeat(200_000) + "\"}}");
        ApiHttp.Answer answer = http.get(CONFIG_MAPS + "/a", "Accept-Encoding", "gzip");
        assertThat(answer.header("Content-Encoding")).isEqualTo("gzip");
        try (InputStream in =
                new GZIPInputStream(new ByteArrayInputStream(answer.response().body()))) {
            assertThat(Json.read(in.readAllBytes()).at("/data/a").asText()).hasSize(200_000);
        }
        assertThat(http.get(CONFIG_MAPS + "/a").header("Content-Encoding")).isEmpty();
    }

    @Test
    void watchEndsInItsTimeAndCanBeginWithEverything() throws Exception {
        http.send("POST", WIDGETS, widget("a"));
        assertThat(watch("?watch=true&timeoutSeconds=1"))
                .extracting(event -> event.path("type").asText())
                .containsExactly("ADDED");
        List<JsonNode> events = watch("?watch=true&timeoutSeconds=1&sendInitialEvents=true&allowWatchBookmarks=true"
                + "&resourceVersionMatch=NotOlderThan");
        assertThat(events).extracting(event -> event.path("type").asText()).containsExactly("ADDED", "BOOKMARK");
        assertThat(events.get(1).at("/object/kind").asText()).isEqualTo("Widget");
        assertThat(events.get(1).at("/object/metadata/annotations").toString()).contains("initial-events-end");
    }

    @Test
    void watchFromAVersionThatIsNoLongerKnownIsToldSoInTheStream() throws Exception {
        assertThat(watch("?watch=true&timeoutSeconds=5&resourceVersion=999999")).satisfiesExactly(event -> {
            assertThat(event.path("type").asText()).isEqualTo("ERROR");
            assertThat(event.at("/object/code").asInt()).isEqualTo(410);
            assertThat(event.at("/object/reason").asText()).isEqualTo("Expired");
        });
    }

    @Test
    void watchOfAClientThatLeftEndsAlthoughNothingHappens() throws Exception {
        InputStream stream = http.stream(WIDGETS + "?watch=true");
        Awaitility.await().until(() -> server.watches() == 1);
        stream.close();
        Awaitility.await().until(() -> server.watches() == 0);
    }

    @Test
    void watchOfAClientThatDoesNotReadIsClosedAndHoldsUpNobody() throws Exception {
        http.send(
                "POST", CONFIG_MAPS, "{\"metadata\":{\"name\":\"a\"},\"data\":{\"a\":\"" + "x".repeat(20_000) + "\"}}");
        try (InputStream unread = http.stream(CONFIG_MAPS + "?watch=true")) {
            Awaitility.await().until(() -> server.watches() == 1);
            int changes = 0;
            while (server.watches() == 1 && changes < 5_000) {
                String label = "{\"metadata\":{\"labels\":{\"a\":\"" + changes + "\"}}}";
                http.send("PATCH", CONFIG_MAPS + "/a", label, "Content-Type", "application/merge-patch+json");
                changes++;
            }
            assertThat(changes).isBetween(1_000, 4_999);
            assertThat(unread).isNotNull();
        }
    }

    @Test
    void eventsHaveTwoFormsAndAreOne() throws Exception {
        String event = "{\"metadata\":{\"name\":\"e1\"},\"involvedObject\":{\"kind\":\"Widget\",\"name\":\"a\","
                + "\"namespace\":\"default\"},\"reason\":\"Tested\",\"message\":\"well\",\"type\":\"Normal\",\"count\":2}";
        assertThat(http.send("POST", "/api/v1/namespaces/default/events", event).code())
                .isEqualTo(201);
        JsonNode shown =
                http.get("/apis/events.k8s.io/v1/namespaces/default/events/e1").json();
        assertThat(shown.path("apiVersion").asText()).isEqualTo("events.k8s.io/v1");
        assertThat(shown.path("note").asText()).isEqualTo("well");
        assertThat(shown.at("/regarding/name").asText()).isEqualTo("a");
        assertThat(http.send("DELETE", "/apis/events.k8s.io/v1/namespaces/default/events/e1", "")
                        .code())
                .isEqualTo(200);
        assertThat(http.get("/api/v1/namespaces/default/events/e1").code()).isEqualTo(404);
    }

    @Test
    void portThatIsInUseIsNamedWithWhatToSet() throws Exception {
        Path other = Files.createDirectory(directory.resolve("other"));
        assertThatThrownBy(() -> ServeApi.start(other, server.uri().getPort()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + server.uri().getPort())
                .hasMessageContaining("api.port");
    }

    @Test
    void stoppingEndsWatchesAndLeavesNoThread() throws Exception {
        try (InputStream stream = http.stream(WIDGETS + "?watch=true")) {
            Awaitility.await().until(() -> server.watches() == 1);
            server.close();
            assertThat(stream.readAllBytes()).isEmpty();
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("doksnap-api")));
        server = ServeApi.start(directory);
    }

    private List<JsonNode> watch(String query) throws Exception {
        List<JsonNode> events = new ArrayList<>();
        for (String line : http.get(WIDGETS + query).text().lines().toList()) {
            events.add(Json.read(line.getBytes(StandardCharsets.UTF_8)));
        }
        return events;
    }

    private static String widget(String name) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"color\":\"red\"}}";
    }
}
