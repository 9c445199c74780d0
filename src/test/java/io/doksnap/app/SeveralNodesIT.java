package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.testing.Doksnap;
import io.doksnap.testing.TwoNodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services of a real Swarm of two nodes, seen from each of them. */
class SeveralNodesIT {
    private static final String LOOP =
            "'trap \"exit 0\" TERM; cat /etc/hostname > /data/who; while :; do sleep 0.1; done'";

    private static @Nullable TwoNodes running;

    @TempDir
    private Path home;

    private TwoNodes nodes;

    @BeforeEach
    void start() throws IOException {
        if (running == null) {
            running = TwoNodes.start();
        }
        nodes = running;
    }

    @AfterAll
    static void stop() {
        if (running != null) {
            running.close();
        }
    }

    /** The manager has a volume of that name, too, as services move about; it is never taken for that of the task. */
    @Test
    void serviceOfTheWorkerIsLeftAloneOnTheManagerAndBackedUpOnItsNode() throws IOException {
        nodes.docker(
                "manager",
                "run --rm --network none -v far-data:/data " + TwoNodes.IMAGE + " sh -c 'echo other > /data/who'");
        service("far", "--constraint node.hostname==worker");
        Doksnap worker = doksnap("worker", "target: {service: far}");
        assertThat(worker.run("backup", "app").all()).contains("backed up 1 file");
        assertThat(doksnap("worker", "target: {service: far}\nquiesce: stop")
                        .run("backup", "app")
                        .err())
                .contains(
                        "QuiesceFailed", "services are scaled by a manager of the Swarm, and this engine is a worker");
        assertThat(doksnap("worker", "target: {service: far}\nquiesce: pause")
                        .run("backup", "app")
                        .code())
                .isZero();

        Doksnap.Result backup = doksnap("manager", "target: {service: far}").run("backup", "app");
        assertThat(backup.code()).isNotZero();
        assertThat(backup.err())
                .contains(
                        "SourceNotFound",
                        "far-data is not on this node of the Swarm as it is of service far on the node worker");
        assertThat(doksnap("manager", "target: {service: far}\nsources: [{dump: {kind: command, command: [\"true\"]}}]")
                        .run("backup", "app")
                        .err())
                .contains("as its tasks are elsewhere: service far on the node worker");

        Doksnap manager = doksnap("manager", "target: {service: far}\nsources: [{volume: far-data, name: data}]");
        Doksnap.Result restore =
                manager.run("restore", "app", "--archive", archive(), "--source", "data", "--in-place", "--yes");
        assertThat(restore.err()).contains("TargetUnusable", "service far on the node worker", "is not replaced");
        assertThat(nodes.docker(
                        "manager", "run --rm --network none -v far-data:/data " + TwoNodes.IMAGE + " cat /data/who"))
                .isEqualTo("other");

        nodes.docker("manager", "node update --availability drain worker");
        try {
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> nodes.docker("worker", "ps -q --filter label=com.docker.swarm.service.name=far")
                            .isEmpty());
            assertThat(doksnap("manager", "target: {service: far}")
                            .run("backup", "app")
                            .err())
                    .contains("SourceNotFound", "runs nowhere now and was last on the node worker");
        } finally {
            nodes.docker("manager", "node update --availability active worker");
        }
    }

    @Test
    void replicasOnBothNodesAreStoppedTogetherAndEachNodesVolumeIsItsOwn() throws IOException {
        service("both", "--replicas 2 --replicas-max-per-node 1");
        Doksnap.Result paused =
                doksnap("manager", "target: {service: both}\nquiesce: pause").run("backup", "app");
        assertThat(paused.err())
                .contains("QuiesceFailed", "service both on the node worker cannot be paused from here");

        Doksnap manager = doksnap("manager", "target: {service: both}\nquiesce: stop");
        assertThat(manager.run("backup", "app").all()).contains("backed up 1 file");
        awaitTasks("both", 2);
        assertThat(manager.run("restore", "app", "--to-directory", home + "/out")
                        .code())
                .isZero();
        assertThat(home.resolve("out/who")).hasContent("manager");
        assertThat(doksnap("worker", "target: {service: both}")
                        .run("backup", "app")
                        .code())
                .isZero();

        service("everywhere", "--mode global");
        assertThat(doksnap("manager", "target: {service: everywhere}\nquiesce: pause")
                        .run("backup", "app")
                        .code())
                .isZero();
        assertThat(doksnap("manager", "target: {service: everywhere}\nquiesce: stop")
                        .run("backup", "app")
                        .err())
                .contains("QuiesceFailed", "everywhere");
    }

    private void service(String name, String options) {
        String id = nodes.docker(
                "manager",
                "service create --quiet --detach --no-resolve-image --name " + name + " " + options
                        + " --hostname '{{.Node.Hostname}}' --restart-delay 100ms --mount type=volume,source=" + name
                        + "-data,target=/data " + TwoNodes.IMAGE
                        + " sh -c " + LOOP);
        assertThat(id).isNotEmpty();
        awaitTasks(name, options.contains("--replicas ") || options.contains("global") ? 2 : 1);
    }

    private void awaitTasks(String service, int tasks) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> nodes.docker(
                                        "manager",
                                        "service ps " + service
                                                + " --filter desired-state=running --format '{{.CurrentState}}'")
                                .lines()
                                .filter(state -> state.startsWith("Running"))
                                .count()
                        == tasks);
    }

    /** One that was stored, by whichever node. */
    private String archive() throws IOException {
        try (var files = Files.walk(home.resolve("store"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("data.tar"))
                    .map(file -> home.resolve("store").relativize(file).toString())
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Installed on a node, with one app. */
    private Doksnap doksnap(String node, String app) throws IOException {
        Path directory = Files.createDirectories(home.resolve(node));
        Files.writeString(
                directory.resolve("config.yaml"), """
                storage: {directory: %s/store}
                encryption: {method: none}
                host: %s
                data_dir: state
                docker: {host: "%s"}
                apps:
                  - name: app
                    schedule: daily
                """.formatted(home, node, nodes.host(node)) + app.indent(4));
        return Doksnap.in(directory);
    }
}
