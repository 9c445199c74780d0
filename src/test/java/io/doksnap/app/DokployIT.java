package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does to the engine what Dokploy does: a service that is named as the app, with the volume {@code <app>-data} and the labels of its form among those of the container;
 * a deployment replaces the whole specification, replicas and all; and at night everything is removed that does not run.
 */
@Timeout(180)
class DokployIT {
    @TempDir
    private Path home;

    private ServiceScene scene;
    private String label = "";

    @BeforeEach
    void start() throws Exception {
        scene = new ServiceScene(home);
        label = "doksnap-test=" + scene.service;
        // What Dokploy has built of a repository: it is in no registry.
        scene.swarm.image(scene.service, label, scene.busybox.image());
        scene.swarm.volume(scene.volume(), label);
        deploy(1, Map.of("doksnap.enable", "true"));
        scene.awaitRunning(1);
        scene.configureWaiting();
    }

    @AfterEach
    void removeAll() throws IOException {
        if (scene != null) {
            scene.close();
        }
    }

    /** As the button Deploy: what is there is inspected, and replaced with the version that was seen then; what is not there is created. */
    private void deploy(int replicas, Map<String, String> labels) {
        ObjectNode settings = Json.object("""
                {TaskTemplate: {
                   ContainerSpec: {Env: ['POSTGRES_DB=shop', 'TZ=UTC'], Command: ['/bin/sh'],
                     Args: ['-c', 'echo $$ >/data/pid; trap "exit 0" TERM; while :; do sleep 0.1; done']},
                   Placement: {Constraints: ['node.role==manager']},
                   Resources: {Limits: {}, Reservations: {}}},
                 Mode: {Replicated: {}},
                 EndpointSpec: {Mode: 'dnsrr', Ports: []},
                 UpdateConfig: {Parallelism: 1, Order: 'start-first'}}""");
        settings.put("Name", scene.service);
        ObjectNode container = (ObjectNode) settings.at("/TaskTemplate/ContainerSpec");
        container.put("Image", scene.service + ":latest");
        container.set("Mounts", Json.json("[{Type: 'volume', Source: '" + scene.volume() + "', Target: '/data'}]"));
        ObjectNode form = container.putObject("Labels");
        labels.forEach(form::put);
        ((ObjectNode) settings.at("/Mode/Replicated")).put("Replicas", replicas);
        if (scene.swarm.has("/services/" + scene.service)) {
            JsonNode now = scene.swarm.raw(scene.service);
            ((ObjectNode) settings.path("TaskTemplate"))
                    .put("ForceUpdate", now.at("/Spec/TaskTemplate/ForceUpdate").asInt() + 1);
            assertThat(scene.swarm
                            .post(
                                    "/services/" + now.path("ID").asText() + "/update?version="
                                            + now.at("/Version/Index").asLong(),
                                    settings)
                            .status())
                    .isEqualTo(200);
        } else {
            scene.swarm.create(settings);
        }
    }

    @Test
    void nightlyCleanupWhileTheAppIsDownTakesNothingOfIt() throws Exception {
        JsonNode before = scene.spec();
        try (Doksnap.Running backup = scene.startUntilStopped()) {
            assertThat(scene.swarm.running(scene.service)).isEmpty();
            scene.swarm.prune(label);
            assertThat(scene.swarm.has("/images/" + scene.service + "/json")).isTrue();
            assertThat(scene.swarm.has("/volumes/" + scene.volume())).isTrue();
            Doksnap.Result result = scene.goOn(backup);
            assertThat(result.code()).as(result.toString()).isZero();
        }
        assertThat(scene.swarm.running(scene.service)).hasSize(1);
        assertThat(scene.spec()).isEqualTo(before);
    }

    @Test
    void cleanupBetweenACrashAndTheNextStartTakesNothingEither() throws Exception {
        try (Doksnap.Running backup = scene.startUntilStopped()) {
            backup.kill();
        }
        scene.swarm.prune(label);
        scene.configure("");
        Doksnap.Result next = scene.doksnap().run("backup", "shop");
        assertThat(next.code()).as(next.toString()).isZero();
        assertThat(next.err()).contains("service " + scene.service + " runs again with 1 replica");
        scene.awaitRunning(1);
        assertThat(scene.swarm.get("/containers/json?all=true").body()).doesNotContain("doksnap-holder-");
    }

    @Test
    void deploymentInTheMiddleOfABackupStaysAndTheSourceIsReadAgain() throws Exception {
        try (Doksnap.Running backup = scene.startUntilStopped()) {
            deploy(2, Map.of("doksnap.enable", "true", "doksnap.schedule", "daily"));
            scene.awaitRunning(2);
            Doksnap.Result result = scene.goOn(backup);
            assertThat(result.code()).as(result.toString()).isZero();
            assertThat(result.all()).contains("reading it once more");
        }
        assertThat(scene.swarm.running(scene.service)).hasSize(2);
        assertThat(scene.spec()
                        .at("/TaskTemplate/ContainerSpec/Labels/doksnap.schedule")
                        .asText())
                .isEqualTo("daily");
    }

    @Test
    void labelsThatAreClearedAndSavedWhileTheAppIsDownStayCleared() throws Exception {
        try (Doksnap.Running backup = scene.startUntilStopped()) {
            backup.kill();
        }
        deploy(1, Map.of());
        JsonNode theirs = scene.spec();
        scene.configure("");
        Doksnap.Result next = scene.doksnap().run("backup", "shop");
        assertThat(next.code()).as(next.toString()).isZero();
        assertThat(scene.spec()).isEqualTo(theirs);
        scene.awaitRunning(1);
    }

    @Test
    void imageThatIsGoneAllTheSameIsSaidAndTheAppComesBackWithTheNextDeployment() throws Exception {
        try (Doksnap.Running backup = scene.startUntilStopped()) {
            backup.kill();
        }
        // Somebody who removes every container, as a reboot does with those that are to be removed when they end.
        scene.swarm
                .get("/containers/json?filters=" + io.doksnap.testing.Swarm.encoded("{\"label\":[\"" + label + "\"]}"))
                .json()
                .forEach(holder ->
                        scene.swarm.delete("/containers/" + holder.path("Id").asText() + "?force=true"));
        // Swarm removes the containers of ended tasks when it gets to it, and they keep their image until then.
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            scene.swarm.prune(label);
            return !scene.swarm.has("/images/" + scene.service + "/json");
        });
        scene.swarm.volume(scene.volume(), label);
        scene.configure("allow_empty: true\n");
        Doksnap.Result next = scene.doksnap().run("backup", "shop");
        assertThat(next.code()).as(next.toString()).isNotZero();
        assertThat(next.err()).contains("ImageGone").contains("deploy it again");
        assertThat(scene.replicas()).isEqualTo(1);

        scene.swarm.image(scene.service, label, scene.busybox.image());
        deploy(1, Map.of());
        scene.awaitRunning(1);
        Doksnap.Result after = scene.doksnap().run("backup", "shop");
        assertThat(after.code()).as(after.toString()).isZero();
    }
}
