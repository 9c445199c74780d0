package io.doksnap.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.doksnap.testing.Busybox;
import io.doksnap.testing.Needs;
import io.doksnap.testing.Swarm;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What keeps images and volumes from being cleaned away. */
@Timeout(180)
class HoldersIT {
    private final String name = "doksnap-test-" + UUID.randomUUID();
    private final String label = "doksnap-test=" + name;
    private final String of = UUID.randomUUID().toString();
    private Busybox busybox;
    private Swarm swarm;
    private DockerEngine engine;

    @BeforeEach
    void connect() throws DockerException {
        URI host = Needs.docker();
        busybox = Busybox.at(host);
        swarm = Swarm.at(host);
        engine = DockerEngines.connect(host, Duration.ofSeconds(20));
        swarm.image(name, label, busybox.image());
        swarm.volume(name + "-data", label);
    }

    @AfterEach
    void removeAll() throws IOException {
        if (swarm != null) {
            engine.holders().release(of);
            swarm.close();
            busybox.close();
        }
    }

    private List<String> holders() {
        return busybox.docker().listContainersCmd().withLabelFilter(Map.of(Holders.LABEL, of)).exec().stream()
                .map(com.github.dockerjava.api.model.Container::getId)
                .toList();
    }

    @Test
    void whatIsHeldSurvivesEveryCleanupUntilItIsReleased() throws DockerException {
        engine.holders().hold(of, "test", name, List.of(name + "-data"));
        engine.holders().hold(of, "test", name, List.of(name + "-data"));
        assertThat(holders()).hasSize(1);
        JsonNode holder = swarm.get("/containers/" + holders().get(0) + "/json").json();
        assertThat(holder.at("/State/Running").asBoolean()).isTrue();
        assertThat(holder.at("/HostConfig/NetworkMode").asText()).isEqualTo("none");
        assertThat(holder.at("/Mounts/0/RW").asBoolean(true)).isFalse();
        assertThat(busybox.processes(holders().get(0))).containsExactly("/.doksnap-holder");
        // It has the image's labels, which may be anything: nobody is to take it for a workload.
        assertThat(engine.containers().labelled(Map.of("doksnap-test", name))).isEmpty();

        swarm.prune(label);
        assertThat(engine.hasImage(name)).isTrue();
        assertThat(engine.findVolume(name + "-data")).isPresent();

        assertThat(engine.holders().all())
                .filteredOn(one -> one.of().equals(of))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.owner()).isEqualTo("test");
                    engine.holders().remove(one);
                    engine.holders().remove(one);
                });
        engine.holders().release(of);
        assertThat(holders()).isEmpty();
        swarm.prune(label);
        assertThat(engine.hasImage(name)).isFalse();
        assertThat(engine.findVolume(name + "-data")).isEmpty();
    }

    @Test
    void imageThatIsNotThereIsNotHeld() {
        assertThatExceptionOfType(DockerException.class)
                .isThrownBy(() -> engine.holders().hold(of, "test", name + "-none", List.of()))
                .matches(e -> e.kind() == DockerException.Kind.NOT_FOUND);
        assertThat(holders()).isEmpty();
    }
}
