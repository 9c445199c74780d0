package io.doksnap.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.doksnap.docker.DockerException.Kind;
import io.doksnap.testing.ScriptedServer;
import io.doksnap.testing.ScriptedServer.Answer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine that is missing, silent, stuck or in a bad mood. */
@Timeout(30)
class EngineFaultsIT {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @Test
    void silentEngineFailsAtTheDeadline() throws IOException {
        try (ScriptedEngine silent = new ScriptedEngine(directory.resolve("s"), "")) {
            assertFailsAtTheDeadline(silent);
        }
    }

    @Test
    void engineThatStopsInTheMiddleOfItsAnswerFailsAtTheDeadline() throws IOException {
        String half = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"Name\":";
        try (ScriptedEngine stuck = new ScriptedEngine(directory.resolve("s"), half)) {
            assertFailsAtTheDeadline(stuck);
        }
    }

    private void assertFailsAtTheDeadline(ScriptedEngine stuck) throws IOException {
        try (DockerEngine engine = DockerEngines.connect(stuck.host(), SHORT)) {
            long began = System.nanoTime();
            assertThatExceptionOfType(DockerException.class)
                    .isThrownBy(() -> engine.findVolume("shop_data"))
                    .withMessageContaining(stuck.host().toString())
                    .withMessageContaining("did not answer within 300 ms")
                    .withMessageContaining("look up volume shop_data")
                    .withMessageContaining("systemctl status docker")
                    .matches(e -> e.kind() == Kind.UNAVAILABLE);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(SHORT, SHORT.multipliedBy(20));
        }
        assertThat(stuck.requests()).hasSize(1);
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("docker ")));
    }

    /** As after kill -STOP of dockerd, or when it hangs on a lock: also what takes long by its nature has its end. */
    @Test
    void stopAndExecOfASilentEngineFailAtTheirDeadline() throws IOException {
        Container container = new Container(
                "0123", "shop", Container.State.RUNNING, "", 0, Container.Health.NONE, false, SHORT, Map.of());
        try (ScriptedEngine silent = new ScriptedEngine(directory.resolve("s"), "");
                DockerEngine engine = DockerEngines.connect(silent.host(), SHORT)) {
            assertThatExceptionOfType(DockerException.class)
                    .isThrownBy(() -> engine.containers().stop(container, Optional.empty(), SHORT.multipliedBy(2)))
                    .withMessageContaining("did not answer within 600 ms")
                    .withMessageContaining("stop container shop")
                    .matches(e -> e.kind() == Kind.UNAVAILABLE);
            assertThatExceptionOfType(DockerException.class)
                    .isThrownBy(() -> engine.containers().exec(container, ExecCommand.of("true"), LONG))
                    .withMessageContaining("did not answer within 300 ms")
                    .matches(e -> e.kind() == Kind.UNAVAILABLE);
        }
    }

    /** An engine that lists everything at once, and takes its time for each container; for that named stuck, all of it. */
    private static ScriptedServer listing(String... names) {
        String list = Stream.of(names).map(name -> """
            {"Id": "%1$s", "Names": ["/other/link", "/%1$s"], "ImageID": "sha256:1", "State": "running", "Labels": {"tier": "data"},
            "Mounts": [{"Type": "volume", "Name": "v", "Source": "/x", "Destination": "/data", "Driver": "local", "RW": true}]}
            """.formatted(name)).collect(Collectors.joining(",", "[", "]"));
        return ScriptedServer.start(request -> {
            if (request.target().contains("/containers/json")) {
                return new Answer(200, Map.of("Content-Type", "application/json"), list, false);
            }
            String name = request.target().replaceAll(".*/containers/([a-z0-9]+)/json.*", "$1");
            LockSupport.parkNanos((name.equals("stuck") ? LONG : SHORT).toNanos());
            String container = "{\"Id\": \"" + name + "\", \"Name\": \"/" + name
                    + "\", \"State\": {\"Status\": \"running\"}, \"Config\": {\"Labels\": {}}}";
            return new Answer(200, Map.of("Content-Type", "application/json"), container, false);
        });
    }

    private static DockerEngine connect(ScriptedServer engine) throws DockerException {
        return DockerEngines.connect(
                URI.create(engine.endpoint().toString().replace("http:", "tcp:")), SHORT.multipliedBy(3));
    }

    @Test
    void oneContainerThatIsStuckIsListedLikeAllOthersAndNamedWhereItIsNeeded() throws IOException {
        try (ScriptedServer server = listing("web", "stuck");
                DockerEngine engine = connect(server)) {
            List<Container> all = engine.containers().all();
            assertThat(all).extracting(Container::name).containsExactly("stuck", "web");
            assertThat(all).allSatisfy(each -> {
                assertThat(each.isUp()).isTrue();
                assertThat(each.labels()).containsExactly(Map.entry("tier", "data"));
                assertThat(each.mounts()).containsExactly(Mount.volume("v", "/data"));
                assertThat(each.image()).isEqualTo("sha256:1");
            });
            assertThatExceptionOfType(DockerException.class)
                    .isThrownBy(() -> engine.containers().labelled(Map.of("tier", "data")))
                    .withMessageContaining("asked to look up container stuck")
                    .matches(e -> e.kind() == Kind.UNAVAILABLE);
        }
    }

    @Test
    void eachContainerOfManyHasADeadlineOfItsOwn() throws IOException {
        try (ScriptedServer server = listing("a", "b", "c", "d");
                DockerEngine engine = connect(server)) {
            assertThat(engine.containers().labelled(Map.of("tier", "data"))).hasSize(4);
        }
    }

    @Test
    void missingSocketIsNamedWithTheRemedy() throws IOException {
        URI host = URI.create("unix://" + directory.resolve("none.sock"));
        try (DockerEngine engine = DockerEngines.connect(host, LONG)) {
            assertThatExceptionOfType(DockerException.class)
                    .isThrownBy(engine::info)
                    .withMessageContaining(host + ": there is no such socket")
                    .withMessageContaining("systemctl start docker")
                    .matches(e -> e.kind() == Kind.UNAVAILABLE);
        }
    }

    @Test
    void socketThatNobodyListensOnIsUnavailable() throws IOException {
        Path socket = directory.resolve("left-behind");
        new ScriptedEngine(socket, "").close();
        assertThat(Files.exists(socket)).isTrue();
        try (DockerEngine engine = DockerEngines.connect(URI.create("unix://" + socket), LONG)) {
            assertThatExceptionOfType(DockerException.class)
                    .isThrownBy(engine::info)
                    .withMessageContaining("No Docker Engine answers at unix://" + socket)
                    .withMessageContaining("Connection refused")
                    .matches(e -> e.kind() == Kind.UNAVAILABLE);
        }
    }

    @Test
    void socketOfAnotherUserNamesTheDockerGroup() throws IOException {
        try (ScriptedEngine engine = new ScriptedEngine(directory.resolve("s"), "")) {
            EngineCalls calls = new EngineCalls(engine.host(), LONG, socket -> false);
            assertThatExceptionOfType(DockerException.class)
                    .isThrownBy(() -> new RemoteEngine(calls).info())
                    .withMessageContaining("group docker")
                    .matches(e -> e.kind() == Kind.PERMISSION_DENIED);
        }
    }

    @Test
    void portThatNobodyListensOnIsUnavailable() throws IOException {
        int port;
        try (ServerSocket once = new ServerSocket(0)) {
            port = once.getLocalPort();
        }
        try (DockerEngine engine = DockerEngines.connect(URI.create("tcp://127.0.0.1:" + port), LONG)) {
            assertThatExceptionOfType(DockerException.class)
                    .isThrownBy(engine::info)
                    .withMessageContaining("tcp://127.0.0.1:" + port)
                    .matches(e -> e.kind() == Kind.UNAVAILABLE);
        }
    }

    @Test
    void refusalRepeatsTheEnginesWords() throws IOException {
        String answer = ScriptedEngine.json("500 Internal Server Error", "{\"message\":\"no space left on device\"}");
        try (ScriptedEngine full = new ScriptedEngine(directory.resolve("s"), answer);
                DockerEngine engine = DockerEngines.connect(full.host(), LONG)) {
            assertThatExceptionOfType(DockerException.class)
                    .isThrownBy(() -> engine.createVolume("shop_data"))
                    .withMessage("The Docker Engine at " + full.host()
                            + " refused to create volume shop_data: no space left on device.")
                    .matches(e -> e.kind() == Kind.REFUSED);
        }
    }

    @Test
    void answerThatIsNotDockersIsUnavailable() throws IOException {
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        try (ScriptedEngine other = new ScriptedEngine(directory.resolve("s"), answer);
                DockerEngine engine = DockerEngines.connect(other.host(), LONG)) {
            assertThatExceptionOfType(DockerException.class)
                    .isThrownBy(() -> engine.findVolume("shop_data"))
                    .withMessageContaining(other.host().toString())
                    .matches(e -> e.kind() == Kind.UNAVAILABLE);
        }
    }

    @Test
    void engineIsAskedForPlainBytes() throws IOException {
        String answer = ScriptedEngine.json("404 Not Found", "{\"message\":\"no such volume\"}");
        try (ScriptedEngine empty = new ScriptedEngine(directory.resolve("s"), answer);
                DockerEngine engine = DockerEngines.connect(empty.host(), LONG)) {
            assertThat(engine.findVolume("shop_data")).isEmpty();
            assertThat(empty.requests())
                    .singleElement()
                    .satisfies(request -> assertThat(request)
                            .containsIgnoringCase("accept-encoding: identity")
                            .doesNotContain("gzip"));
        }
    }

    /** A plugin that hangs, an engine that goes down: what was asked for may be there all the same. */
    @Test
    void engineThatFailsItselfIsToldApartFromOneThatRefuses() throws IOException {
        assertThat(failureOfVolume(500)).matches(DockerException::isEnginesFault);
        assertThat(failureOfVolume(400)).matches(e -> e.kind() == Kind.REFUSED && !e.isEnginesFault());
    }

    private static DockerException failureOfVolume(int status) throws IOException {
        try (ScriptedServer server = answering(status);
                DockerEngine engine = connect(server)) {
            return assertThatExceptionOfType(DockerException.class)
                    .isThrownBy(() -> engine.findVolume("shop_data"))
                    .actual();
        }
    }

    /** Else its labels would count as the container's own. */
    @Test
    void imageThatCannotBeLookedAtNowIsNoImageWithoutLabels() throws IOException {
        try (ScriptedServer server = answering(500);
                DockerEngine engine = connect(server)) {
            assertThatExceptionOfType(DockerException.class).isThrownBy(() -> engine.imageLabels("sha256:1"));
        }
        try (ScriptedServer server = answering(403);
                DockerEngine engine = connect(server)) {
            assertThat(engine.imageLabels("sha256:1")).isEmpty();
        }
    }

    private static ScriptedServer answering(int status) {
        return ScriptedServer.start(request ->
                new Answer(status, Map.of("Content-Type", "application/json"), "{\"message\": \"no\"}", false));
    }
}
