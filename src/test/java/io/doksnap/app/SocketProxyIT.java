package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Needs;
import io.doksnap.testing.SocketProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The operator with an engine behind a proxy that lets through what deploy/compose-socket-proxy.yml says. */
@Timeout(120)
class SocketProxyIT {
    /** What the proxy allows unless it is told otherwise, and what nobody has to say. */
    private static final Set<String> USUAL = Set.of("PING", "EVENTS", "VERSION");

    @TempDir
    private Path home;

    @Test
    void whatTheFileLetsThroughIsWhatAllFeaturesTogetherTakeAndNoMore() throws Exception {
        Needs.root();
        Set<String> allowed = allowed();
        try (ServiceScene scene = new ServiceScene(home);
                SocketProxy proxy = new SocketProxy(Needs.docker(), union(allowed))) {
            String shop = scene.service;
            String web = scene.service + "-web";
            start(scene, shop, web);
            Files.writeString(home.resolve("config.yaml"), """
                    storage: {directory: store}
                    encryption: {method: none}
                    host: testhost
                    data_dir: state
                    docker: {host: "%s"}
                    api: {port: 0}
                    status_server: {enabled: false}
                    """.formatted(proxy.host()));
            Doksnap doksnap = Doksnap.in(home);
            try (Doksnap.Running operator = doksnap.start("run")) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> operator.errSoFar().contains("labels of " + shop + " declare")
                                && operator.errSoFar().contains("labels of " + web + " declare"));
                Doksnap.Result service = doksnap.run("backup", shop);
                assertThat(service.code()).as(service + operator.errSoFar()).isZero();
                assertThat(service.all() + operator.errSoFar()).doesNotContain("nothing is held");
                Doksnap.Result container = doksnap.run("backup", web);
                assertThat(container.code()).as(container.toString()).isZero();
                Doksnap.Result restore = doksnap.run("restore", shop, "--to-volume", scene.volume() + "-2");
                assertThat(restore.code()).as(restore.toString()).isZero();
                assertThat(doksnap.run("status", "--unprotected").code()).isZero();
            } finally {
                scene.swarm.delete("/volumes/" + scene.volume() + "-2?force=true");
            }
            assertThat(proxy.refused()).isEmpty();
            assertThat(union(proxy.asked())).isEqualTo(union(allowed));
        }
    }

    /** A service that is stopped for its backup, and a container that is dumped and has a hook. */
    private static void start(ServiceScene scene, String shop, String web) {
        ObjectNode spec = scene.swarm.spec(shop, scene.busybox.image(), 1, scene.volume());
        ObjectNode container = (ObjectNode) spec.at("/TaskTemplate/ContainerSpec");
        container.putObject("Labels").put("doksnap.quiesce", "stop");
        container
                .putArray("Args")
                .add("sh")
                .add("-c")
                .add("echo x >/data/a; trap 'exit 0' TERM; while :; do sleep 0.1; done");
        scene.swarm.createAndAwait(spec, 1);
        scene.busybox.run(
                web,
                (create, host) -> create.withCmd("sleep", "300")
                        .withLabels(Map.of(
                                "doksnap.dump.command",
                                        "echo a dump that is longer than what a compressor writes when there was nothing",
                                "doksnap.hooks.pre", "true")));
    }

    private static Set<String> allowed() throws IOException {
        JsonNode variables = new ObjectMapper(new YAMLFactory())
                .readTree(Files.readString(Path.of("deploy/compose-socket-proxy.yml")))
                .at("/services/socket-proxy/environment");
        Set<String> allowed = new TreeSet<>();
        for (JsonNode variable : variables) {
            String[] parts = variable.asText().split("=", 2);
            if (parts[1].equals("1")) {
                allowed.add(parts[0]);
            }
        }
        return allowed;
    }

    private static Set<String> union(Set<String> allowed) {
        Set<String> all = new TreeSet<>(USUAL);
        all.addAll(allowed);
        return all;
    }
}
