package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Json;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program, a real Swarm, and a service that is scaled to 0 for a backup: whatever happens, it runs afterwards as its owner wants it. */
@Timeout(180)
class ServiceBackupIT {
    @TempDir
    private Path home;

    private ServiceScene scene;

    @BeforeEach
    void start() {
        scene = new ServiceScene(home);
    }

    @AfterEach
    void removeAll() throws IOException {
        if (scene != null) {
            scene.close();
        }
    }

    private ObjectNode spec(int replicas) {
        ObjectNode spec = scene.swarm.spec(scene.service, scene.busybox.image(), replicas, scene.volume());
        ObjectNode container = (ObjectNode) spec.at("/TaskTemplate/ContainerSpec");
        // Ends only when it is killed, and writes until then.
        container.putArray("Args").add("sh").add("-c").add("trap '' TERM; while :; do echo >/data/$$; sleep 0.1; done");
        container.put("StopGracePeriod", 1_000_000_000L);
        container.putArray("CapabilityAdd").add("CAP_NET_ADMIN");
        container.putObject("Sysctls").put("net.ipv4.ip_unprivileged_port_start", "80");
        container.set("Ulimits", Json.json("[{Name: 'nofile', Hard: 200, Soft: 100}]"));
        ((ObjectNode) spec.path("TaskTemplate"))
                .set("Resources", Json.json("{Limits: {Pids: 50, NanoCPUs: 500000001}}"));
        return spec;
    }

    @Test
    void serviceHasNoTaskWhileItIsReadAndIsThenTheSameToTheLastDetail() throws Exception {
        ObjectNode odd = scene.swarm.spec(scene.service + "-odd", scene.busybox.image(), 0, scene.volume());
        ((ObjectNode) odd.at("/TaskTemplate/ContainerSpec")).putArray("Groups").add("100");
        scene.swarm.create(odd);
        scene.swarm.createAndAwait(spec(3), 3);
        JsonNode before = scene.spec();
        scene.configureWaiting();
        try (Doksnap.Running backup = scene.startUntilStopped()) {
            assertThat(scene.replicas()).isZero();
            assertThat(scene.swarm.running(scene.service)).isEmpty();
            Doksnap.Result result = scene.goOn(backup);
            assertThat(result.code()).as(result.toString()).isZero();
            assertThat(result.err()).doesNotContain("warning");
        }
        assertThat(scene.swarm.running(scene.service)).hasSize(3);
        assertThat(scene.spec()).isEqualTo(before);
        assertThat(scene.swarm.get("/containers/json?all=true").body()).doesNotContain("doksnap-holder-");
    }

    @Test
    void killedWhileTheServiceIsDownTheNextBackupScalesItBack() throws Exception {
        scene.swarm.createAndAwait(spec(3), 3);
        JsonNode before = scene.spec();
        scene.configureWaiting();
        try (Doksnap.Running backup = scene.startUntilStopped()) {
            assertThat(backup.kill().code()).isEqualTo(137);
        }
        assertThat(scene.replicas()).isZero();
        scene.configure("");
        Doksnap.Result next = scene.doksnap().run("backup", "shop");
        assertThat(next.code()).as(next.toString()).isZero();
        assertThat(next.err())
                .contains("an earlier backup was cut off: service " + scene.service + " runs again with 3");
        assertThat(scene.spec()).isEqualTo(before);
        scene.awaitRunning(3);
        assertThat(scene.swarm.get("/containers/json?all=true").body()).doesNotContain("doksnap-holder-");
    }

    @Test
    void somebodyWhoScalesItMeanwhileIsLeftHisWayAndWhatWasReadIsReadAgain() throws Exception {
        scene.swarm.createAndAwait(spec(1), 1);
        scene.configureWaiting();
        try (Doksnap.Running backup = scene.startUntilStopped()) {
            scene.swarm.scale(scene.service, 2);
            scene.awaitRunning(2);
            Doksnap.Result result = scene.goOn(backup);
            assertThat(result.code()).as(result.toString()).isZero();
            assertThat(result.all()).contains("was started or changed by somebody else while it was read");
        }
        assertThat(scene.replicas()).isEqualTo(2);

        try (Doksnap.Running backup = scene.startUntilStopped()) {
            backup.kill();
        }
        scene.swarm.scale(scene.service, 4);
        scene.configure("");
        Doksnap.Result next = scene.doksnap().run("backup", "shop");
        assertThat(next.err()).contains("it stays as they want it");
        assertThat(scene.replicas()).isEqualTo(4);
    }

    @Test
    void globalServiceIsPausedAndNeverScaled() throws Exception {
        ObjectNode spec = spec(0);
        spec.set("Mode", Json.json("{Global: {}}"));
        scene.swarm.createAndAwait(spec, 1);
        JsonNode before = scene.spec();
        scene.configure("quiesce: stop\nretry: {attempts: 1}\n");
        Doksnap.Result refused = scene.doksnap().run("backup", "shop");
        assertThat(refused.code()).as(refused.toString()).isEqualTo(1);
        assertThat(refused.err())
                .contains("QuiesceFailed")
                .contains("is global")
                .contains("pause it instead");

        scene.configure("quiesce: pause\n");
        Doksnap.Result paused = scene.doksnap().run("backup", "shop");
        assertThat(paused.code()).as(paused.toString()).isZero();
        assertThat(scene.spec()).isEqualTo(before);
        assertThat(scene.swarm.running(scene.service)).hasSize(1);
        assertThat(scene.swarm.get("/containers/json").body()).doesNotContain("(Paused)");
    }
}
