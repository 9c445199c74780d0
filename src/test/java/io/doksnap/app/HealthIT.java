package io.doksnap.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.declare.StatusServerSettings;
import io.doksnap.run.DataDirectory;
import io.doksnap.status.OperatorState.Phase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the health check says of what it finds at the address that was noted. */
class HealthIT {
    private static final StatusServerSettings OFF =
            new StatusServerSettings(false, 0, "127.0.0.1", false, Optional.empty());

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"200 OK, true", "429 Too Many Requests, true", "503 Service Unavailable, false"})
    void answerDecides(String answer, boolean healthy) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Health.note(directory, uri("http", server));
            Thread answering = new Thread(() -> answer(server, "HTTP/1.1 " + answer + "\r\n\r\n{}"));
            answering.start();
            Optional<String> complaint = Health.complaint(directory);
            answering.join();
            assertThat(complaint.isEmpty()).as(complaint.toString()).isEqualTo(healthy);
            assertThat(complaint.orElse(answer)).contains(answer);
        }
    }

    @Test
    void nobodyThereIsNotHealthyAndIsNamed() throws Exception {
        URI gone;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            gone = uri("http", server);
        }
        Health.note(directory, gone);
        assertThat(Health.complaint(directory))
                .hasValueSatisfying(said -> assertThat(said).startsWith("nobody answers at " + gone));
    }

    @Test
    void whoWorksWithoutAStatusServerIsHealthyForAsLongAsItDoes() throws Exception {
        try (StatusService status = new StatusService(OFF, Clock.systemUTC())) {
            status.listen();
            Health.note(directory, status.healthAddress());
            assertThat(Health.complaint(directory)).isEmpty();
            assertThat(Health.complaint(directory)).isEmpty();
        }
        assertThat(Health.complaint(directory)).isPresent();
    }

    @Test
    void whoCannotGoOnIsNotHealthyWithoutAStatusServerEither() throws Exception {
        try (StatusService status = new StatusService(OFF, Clock.systemUTC())) {
            Health.note(directory, status.healthAddress());
            status.say(Phase.FAILED, "the API tells nothing");
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(50))
                    .untilAsserted(() -> assertThat(Health.complaint(directory)).isPresent());
        }
    }

    /** As in a container of its own: nobody there listens where the one that works does. */
    @Test
    void whoStandsByIsHealthyAlsoWithoutAStatusServerAndOnlyForSoLong() throws Exception {
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Health.note(directory, uri("http", gone));
        }
        DataDirectory held = DataDirectory.open(directory);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (StopSignal stop = new StopSignal();
                StatusService status = new StatusService(OFF, Clock.systemUTC())) {
            Future<Optional<DataDirectory>> standBy = threads.submit(() -> StandBy.take(directory, status, stop));
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(50))
                    .untilAsserted(() -> assertThat(Health.complaint(directory)).isEmpty());
            held.close();
            stop.wake();
            standBy.get().orElseThrow().close();
            assertThat(Health.complaint(directory)).isPresent();
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void directoryWithoutAnOperatorIsNamed() {
        assertThat(Health.complaint(directory))
                .hasValueSatisfying(
                        said -> assertThat(said).contains("no operator has begun its work with " + directory));
    }

    private static URI uri(String scheme, ServerSocket server) {
        return ApiAddress.of(scheme, "127.0.0.1", server.getLocalPort());
    }

    private static void answer(ServerSocket server, String text) {
        try (Socket client = server.accept()) {
            int ignored = client.getInputStream().read();
            client.getOutputStream().write(text.getBytes(US_ASCII));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
