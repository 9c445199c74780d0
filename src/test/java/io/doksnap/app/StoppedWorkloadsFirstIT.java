package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.testing.ScriptedServer;
import io.doksnap.testing.ScriptedServer.Answer;
import io.doksnap.testing.ScriptedServer.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A crash has left a container stopped, and then {@code doksnap run} does not get far: the container is started all the same, and first. */
@Timeout(60)
class StoppedWorkloadsFirstIT {
    private static final String ID = "0123456789abcdef";
    private static final String STOPPED_SINCE = "2026-11-22T01:00:00Z";

    @TempDir
    Path home;

    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean apiAskedBefore = new AtomicBoolean();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private ScriptedServer engine;

    @BeforeEach
    void leaveStopped() throws IOException {
        engine = ScriptedServer.start(this::engine);
        Files.createDirectories(home.resolve("state"));
        Files.writeString(home.resolve("state/workload-20261122_010000_0000000a"), """
                {"formatVersion": 2, "policy": "shop", "entries": [
                  {"kind": "CONTAINER", "name": "shop", "id": "%s", "action": "STOP", "stage": "DONE",
                   "startedAt": "%s", "at": "2026-11-22T01:00:00Z", "graceSeconds": 10, "replicas": 0, "version": 0,
                   "image": ""}]}""".formatted(ID, STOPPED_SINCE));
    }

    @AfterEach
    void end() throws IOException {
        engine.close();
    }

    @Test
    void kubeconfigThatIsNotThere() throws IOException {
        assertThat(run("api: {kubeconfig: nowhere}")).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("api.kubeconfig: there is no file");
        assertThat(started).isTrue();
    }

    @Test
    void kubeconfigThatIsNone() throws IOException {
        Files.writeString(home.resolve("kubeconfig"), "- [that, is, none");
        assertThat(run("api: {kubeconfig: kubeconfig}")).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("is no kubeconfig");
        assertThat(started).isTrue();
    }

    @Test
    void apiThatRefusesTheLease() throws IOException {
        assertThat(runWithCluster(request -> failure(403))).isEqualTo(ExitCode.FAILED);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("Lease").contains("needs the verbs");
        assertThat(started).isTrue();
        assertThat(apiAskedBefore).isFalse();
    }

    @Test
    void apiThatDoesNotKnowTheKinds() throws IOException {
        assertThat(runWithCluster(request -> request.target().contains("/leases") ? lease(request) : failure(404)))
                .isEqualTo(ExitCode.CONFIGURATION);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("does not know BackupPolicy");
        assertThat(started).isTrue();
        assertThat(apiAskedBefore).isFalse();
    }

    @Test
    void apiThatIsAwayAndIsWaitedFor() throws Exception {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        kubeconfig("http://127.0.0.1:" + port);
        Thread waiting = new Thread(() -> runUnchecked("api: {kubeconfig: kubeconfig}"), "doksnap run");
        waiting.start();
        try {
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(50))
                    .untilTrue(started);
        } finally {
            waiting.interrupt();
            waiting.join();
        }
    }

    @Test
    void portOfTheApiThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(run("api: {port: " + taken.getLocalPort() + "}")).isNotZero();
        }
        assertThat(started).isTrue();
    }

    @Test
    void portOfTheStatusServerThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(run("api: {port: 0}\nstatus_server: {bind: 127.0.0.1, port: " + taken.getLocalPort() + "}"))
                    .isNotZero();
        }
        assertThat(started).isTrue();
    }

    @Test
    void settingThatIsMisspelt() throws IOException {
        assertThat(run("api: {port: 0}\nretntion: {keep_last: 1}\napps: [{name: shop, schedule: never}]"))
                .isEqualTo(ExitCode.CONFIGURATION);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("retntion");
        assertThat(started).isTrue();
    }

    @Test
    void fileThatIsNoYaml() throws IOException {
        assertThat(run("api: {port: 0}\napps:\n  - name: 'shop\n    type: volume"))
                .isEqualTo(ExitCode.CONFIGURATION);
        assertThat(started).isTrue();
    }

    private int runWithCluster(ScriptedServer.Script script) throws IOException {
        try (ScriptedServer cluster = ScriptedServer.start(request -> {
            apiAskedBefore.compareAndSet(false, !started.get());
            return script.answer(request);
        })) {
            kubeconfig(cluster.endpoint().toString());
            return run("api: {kubeconfig: kubeconfig}");
        }
    }

    private void kubeconfig(String server) throws IOException {
        Files.writeString(home.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: here
                clusters: [{name: here, cluster: {server: "%s"}}]
                users: [{name: me, user: {token: secret}}]
                contexts: [{name: here, context: {cluster: here, user: me}}]
                """.formatted(server));
    }

    private int runUnchecked(String api) {
        try {
            return run(api);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private int run(String api) throws IOException {
        Path config = home.resolve("config.yaml");
        String status = api.contains("status_server") ? "" : "status_server: {enabled: false}";
        Files.writeString(config, """
                storage: {directory: store}
                data_dir: state
                host: host1
                encryption: {method: none}
                docker: {host: "%s", labels: "off"}
                %s
                %s
                """.formatted(engine.endpoint().toString().replace("http:", "tcp:"), api, status));
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        return Main.execute(new Console(out, out, false), Clock.systemUTC(), "run", config.toString());
    }

    /** A container that was stopped, and runs from its start on. */
    private Answer engine(Request request) {
        if (request.is("POST", "/start")) {
            started.set(true);
            return Answer.of(204, "");
        }
        if (request.is("GET", "/containers/json")) {
            return json(200, "[]");
        }
        if (request.is("GET", "/containers/")) {
            boolean up = started.get();
            return json(200, """
                            {"Id": "%s", "Name": "/shop", "Config": {"Labels": {}}, "Mounts": [],
                             "State": {"Status": "%s", "Running": %s, "StartedAt": "%s"}}""".formatted(
                            ID,
                            up ? "running" : "exited",
                            up,
                            up ? Clock.systemUTC().instant().minusSeconds(5) : STOPPED_SINCE));
        }
        return failure(404);
    }

    private static Answer lease(Request request) {
        return request.method().equals("GET") && request.target().matches(".*/leases(\\?.*)?")
                ? json(200, "{\"apiVersion\": \"coordination.k8s.io/v1\", \"kind\": \"LeaseList\", \"items\": []}")
                : request.method().equals("GET")
                        ? failure(404)
                        : json(
                                201,
                                "{\"apiVersion\": \"coordination.k8s.io/v1\", \"kind\": \"Lease\", \"metadata\": {\"name\":"
                                        + " \"doksnap-host1\", \"resourceVersion\": \"1\"}}");
    }

    private static Answer failure(int status) {
        return json(
                status,
                "{\"apiVersion\": \"v1\", \"kind\": \"Status\", \"status\": \"Failure\", \"code\": " + status
                        + ", \"message\": \"no\"}");
    }

    private static Answer json(int status, String body) {
        return Answer.of(status, body).with("Content-Type", "application/json");
    }
}
