package io.doksnap.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.ApiHttp;
import io.doksnap.testing.ServeApi;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What libraries of other languages send, where it differs from what kubectl does, and what bad connections look like. */
class ForeignHabitsIT {
    private static final String WIDGETS = "/apis/example.io/v1/namespaces/default/widgets";

    @TempDir
    static Path directory;

    private static ApiServer server;
    private static ApiHttp http;

    @BeforeAll
    static void start() throws Exception {
        server = ServeApi.start(directory);
        http = ApiHttp.of(directory, server.uri(), "admin.token");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "watch=True&timeoutSeconds=1, true",
        "watch=TRUE&timeoutSeconds=1, true",
        "watch=1&timeoutSeconds=1, true",
        "watch&timeoutSeconds=1, true",
        "watch=False, false",
        "watch=0, false",
        "limit=1, false"
    })
    void whetherToWatchIsSaidInSeveralWays(String query, boolean watch) throws Exception {
        ApiHttp.Answer answer = http.get(WIDGETS + "?" + query);
        assertThat(answer.code()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text().contains("WidgetList")).as(answer.text()).isEqualTo(!watch);
    }

    @ParameterizedTest
    @CsvSource({"watch=perhaps", "watch=1&timeoutSeconds=soon", "watch=1&timeoutSeconds=-5"})
    void senselessWatchIsRefusedWithAStatus(String query) throws Exception {
        ApiHttp.Answer answer = http.get(WIDGETS + "?" + query);
        assertThat(answer.code()).as(answer.text()).isEqualTo(400);
        assertThat(answer.json().path("reason").asText()).isEqualTo("BadRequest");
    }

    @Test
    void operationsUnderTheNameOfAMergeAreToldTheirOwn() throws Exception {
        http.send("POST", WIDGETS, "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"color\":\"red\"}}");
        String operations = "[{\"op\":\"replace\",\"path\":\"/spec/color\",\"value\":\"blue\"}]";
        ApiHttp.Answer answer =
                http.send("PATCH", WIDGETS + "/a", operations, "Content-Type", "application/merge-patch+json");
        assertThat(answer.code()).isEqualTo(400);
        assertThat(answer.json().path("message").asText()).contains("application/json-patch+json");
    }

    @Test
    void bodiesThatNeverEndKeepNobodyElseOut() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 30; i++) {
                slow.add(halfABody());
            }
            for (int i = 0; i < 5; i++) {
                assertThat(http.get(WIDGETS).code()).isEqualTo(200);
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
        String body = "{\"metadata\":{\"name\":\"after\"},\"spec\":{\"color\":\"red\"}}";
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(http.send("POST", WIDGETS, body).code()).isIn(201, 409));
    }

    private static Socket halfABody() throws Exception {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {new Anybody()}, null);
        SSLSocket socket = (SSLSocket)
                tls.getSocketFactory().createSocket("127.0.0.1", server.uri().getPort());
        socket.setSoTimeout(10_000);
        String token = Files.readString(directory.resolve("admin.token")).strip();
        String half = """
                POST %s HTTP/1.1\r
                Host: localhost\r
                Authorization: Bearer %s\r
                Content-Type: application/json\r
                Content-Length: 1000\r
                \r
                {""".formatted(WIDGETS, token);
        try {
            socket.getOutputStream().write(half.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Who is at the other end does not matter here. */
    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
