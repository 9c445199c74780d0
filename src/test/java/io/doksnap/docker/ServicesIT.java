package io.doksnap.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.docker.DockerException.Kind;
import io.doksnap.testing.Busybox;
import io.doksnap.testing.Json;
import io.doksnap.testing.Needs;
import io.doksnap.testing.Swarm;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Services of a real Swarm. */
@Timeout(240)
class ServicesIT {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final String name = "doksnap-test-" + UUID.randomUUID();
    private Busybox busybox;
    private Swarm swarm;
    private DockerEngine engine;
    private Services services;

    @BeforeEach
    void connect() throws DockerException {
        URI host = Needs.docker();
        busybox = Busybox.at(host);
        swarm = Swarm.at(host);
        engine = DockerEngines.connect(host, LONG);
        services = engine.services();
    }

    @AfterEach
    void removeAll() throws IOException {
        if (swarm != null) {
            swarm.close();
        }
        if (busybox != null) {
            busybox.close();
        }
    }

    /** With everything that docker-java's own types would drop. */
    private ObjectNode richSpec(int replicas) {
        ObjectNode spec = swarm.spec(name, busybox.image(), replicas, name + "-data");
        ObjectNode container = (ObjectNode) spec.at("/TaskTemplate/ContainerSpec");
        container.putArray("CapabilityAdd").add("CAP_NET_ADMIN");
        container.putArray("CapabilityDrop").add("CAP_MKNOD");
        container.putObject("Sysctls").put("net.ipv4.ip_unprivileged_port_start", "80");
        container
                .putArray("Ulimits")
                .addObject()
                .put("Name", "nofile")
                .put("Hard", 200)
                .put("Soft", 100);
        container.putObject("Labels").put("doksnap.enable", "true");
        container.put("StopGracePeriod", 1_500_000_000L);
        spec.putObject("Labels").put("owner", "somebody");
        ObjectNode task = (ObjectNode) spec.path("TaskTemplate");
        task.putObject("Resources").putObject("Limits").put("Pids", 50).put("NanoCPUs", 999_000_001L);
        task.putObject("Placement")
                .putArray("Preferences")
                .addObject()
                .putObject("Spread")
                .put("SpreadDescriptor", "node.labels.rack");
        spec.putObject("UpdateConfig").put("MaxFailureRatio", 0.1).put("Parallelism", 2);
        return spec;
    }

    @Test
    void scalingChangesTheReplicasAndNothingElse() throws DockerException {
        swarm.createAndAwait(richSpec(2), 2);
        JsonNode before = swarm.raw(name);
        Service service = services.find(name).orElseThrow();
        assertThat(service.mode()).isEqualTo(Service.Mode.REPLICATED);
        assertThat(service.replicas()).isEqualTo(2);
        assertThat(service.labels()).isEqualTo(Map.of("owner", "somebody"));
        assertThat(service.containerLabels()).isEqualTo(Map.of("doksnap.enable", "true"));
        assertThat(service.mounts())
                .singleElement()
                .satisfies(mount -> assertThat(mount.source()).isEqualTo(name + "-data"));
        assertThat(service.grace()).isEqualTo(Duration.ofMillis(1500));
        assertThat(service.image()).isEqualTo(busybox.image());
        assertThat(services.isManager()).isTrue();
        assertThat(services.all()).contains(service);
        assertThat(services.tasks(service))
                .extracting(Task::node)
                .containsExactly(services.node(), services.node())
                .doesNotContain("");
        assertThat(services.nodeName(services.node())).isEqualTo(engine.info().name());
        assertThat(services.nodeName("nobody")).isEqualTo("nobody");
        assertThat(services.find(service.id())).contains(service);
        assertThat(services.find(service.id().substring(0, 12))).isEmpty();

        Service down = services.scale(service, 2, 0, LONG).orElseThrow();
        assertThat(down.replicas()).isZero();
        assertThat(down.version()).isGreaterThan(service.version());
        assertThat(services.scale(service, 2, 5, LONG)).isEmpty();
        swarm.awaitRunning(name, 0);
        await().pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(services.tasks(service)).noneMatch(Task::isUp));

        assertThat(services.scale(service, 0, 2, LONG)).isPresent();
        await().pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(services.tasks(service))
                        .filteredOn(task -> task.wanted() && task.state() == Task.State.RUNNING)
                        .hasSize(2)
                        .allMatch(task -> task.createdAt().isAfter(down.updatedAt())));
        assertThat(swarm.raw(name).path("Spec")).isEqualTo(before.path("Spec"));
    }

    @Test
    void oneOddServiceNeverHidesTheOthers() throws DockerException {
        swarm.create(swarm.spec(name, busybox.image(), 0, name + "-data"));
        ObjectNode grouped = swarm.spec(name + "-grouped", busybox.image(), 0, name + "-data");
        ((ObjectNode) grouped.at("/TaskTemplate/ContainerSpec"))
                .putArray("Groups")
                .add("100")
                .add("101");
        swarm.create(grouped);
        ObjectNode job = swarm.spec(name + "-job", busybox.image(), 0, name + "-data");
        job.set("Mode", Json.object("{ReplicatedJob: {TotalCompletions: 0, MaxConcurrent: 0}}"));
        ((ObjectNode) job.path("TaskTemplate")).putObject("RestartPolicy").put("Condition", "none");
        swarm.create(job);
        ObjectNode global = swarm.spec(name + "-global", busybox.image(), 0, name + "-data");
        global.set("Mode", Json.object("{Global: {}}"));
        ((ObjectNode) global.path("TaskTemplate"))
                .putObject("Placement")
                .putArray("Constraints")
                .add("node.labels.none==1");
        swarm.create(global);

        assertThat(services.all())
                .filteredOn(service -> service.name().startsWith(name))
                .extracting(service -> service.name().substring(name.length()) + " " + service.mode())
                .containsExactly(" REPLICATED", "-global GLOBAL", "-grouped REPLICATED", "-job JOB");
        for (String odd : new String[] {"-job", "-global"}) {
            Service service = services.find(name + odd).orElseThrow();
            assertThat(services.scale(service, 0, 1, LONG)).isEmpty();
        }
    }

    /** The engine then answers 500 "update out of sequence". */
    @Test
    void othersThatChangeTheServiceAllTheTimeLoseNothing() throws Exception {
        swarm.create(swarm.spec(name, busybox.image(), 0, name + "-data"));
        Service service = services.find(name).orElseThrow();
        AtomicInteger written = new AtomicInteger();
        Thread other = new Thread(() -> {
            for (int i = 1; i <= 40; i++) {
                int number = i;
                swarm.update(name, spec -> spec.putObject("Labels").put("number", "" + number));
                written.set(i);
            }
        });
        other.start();
        try {
            for (int i = 0; i < 20; i++) {
                assertThat(services.scale(service, i % 2, (i + 1) % 2, LONG)).isPresent();
            }
        } finally {
            other.join();
        }
        Service after = services.find(name).orElseThrow();
        assertThat(after.replicas()).isZero();
        assertThat(after.labels()).isEqualTo(Map.of("number", "" + written.get()));
    }

    @Test
    void serviceThatIsGoneIsNotFound() throws DockerException {
        swarm.create(swarm.spec(name, busybox.image(), 0, name + "-data"));
        Service gone = services.find(name).orElseThrow();
        swarm.delete("/services/" + name);
        assertThat(services.find(name)).isEmpty();
        assertThatExceptionOfType(DockerException.class)
                .isThrownBy(() -> services.scale(gone, 0, 1, LONG))
                .matches(e -> e.kind() == Kind.NOT_FOUND);
        assertThatExceptionOfType(DockerException.class)
                .isThrownBy(() -> services.find("../info"))
                .withMessageContaining("no name of a Swarm service");
    }
}
