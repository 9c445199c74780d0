package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.declare.StatusServerSettings;
import io.doksnap.status.StatusServerException;
import io.doksnap.testing.SettableClock;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The status server while there is no operator yet, or another process has the port. */
class StatusServiceIT {
    private final SettableClock clock = SettableClock.at("2026-11-22T12:00:00Z");
    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void answersBeforeThereIsAnOperatorAndSaysWhatItWaitsFor() throws Exception {
        int port = freePort();
        try (StatusService service = new StatusService(settings(true, port), clock)) {
            service.listen();
            service.listen();
            assertThat(get(port, "/ready").statusCode()).isEqualTo(503);
            assertThat(get(port, "/health").body()).contains("\"starting\"");
            service.standBy("another doksnap is at work");
            assertThat(get(port, "/health").statusCode()).isEqualTo(200);
            assertThat(get(port, "/health").body()).contains("another doksnap is at work", "\"ready\":false");
            assertThat(get(port, "/status").body()).startsWith("{\"apps\":[]");
            assertThat(get(port, "/metrics?format=prometheus").body()).contains("doksnap_operator_ready 0.0");
        }
        assertThatThrownBy(() -> get(port, "/health")).isInstanceOf(ConnectException.class);
    }

    @Test
    void portOfTheOneAtWorkIsTakenOnceItIsFree() throws Exception {
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        int port = taken.getLocalPort();
        try (StatusService service = new StatusService(settings(true, port), clock)) {
            service.standBy("another doksnap is at work");
            assertThatThrownBy(service::listen).isInstanceOf(StatusServerException.class);
            taken.close();
            service.listen();
            assertThat(get(port, "/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void nothingListensWhereThatIsNotWanted() throws Exception {
        int port = freePort();
        try (StatusService service = new StatusService(settings(false, port), clock)) {
            service.listen();
            assertThatThrownBy(() -> get(port, "/health")).isInstanceOf(ConnectException.class);
        }
    }

    private static StatusServerSettings settings(boolean enabled, int port) {
        return new StatusServerSettings(enabled, port, "127.0.0.1", false, Optional.empty());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
}
