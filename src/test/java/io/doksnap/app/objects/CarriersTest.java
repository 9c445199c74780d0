package io.doksnap.app.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.labels.Carrier;
import io.doksnap.docker.Container;
import io.doksnap.docker.Container.State;
import io.doksnap.docker.Mount;
import io.doksnap.docker.Service;
import io.doksnap.testing.FakeContainers;
import io.doksnap.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CarriersTest {
    private final FakeContainers containers = new FakeContainers();

    @Test
    void stoppedContainersSpeakForThemselvesAsRunningOnesDo() {
        assertThat(carriers(container("shop", Map.of("doksnap.enable", "true"))))
                .containsExactly(Carrier.container("shop", Map.of("doksnap.enable", "true")));
    }

    @Test
    void containersOfComposeSpeakForTheirService() {
        Map<String, String> labels = Map.of(
                "com.docker.compose.project", "shop", "com.docker.compose.service", "db", "doksnap.dump", "postgres");

        assertThat(carriers(container("shop-db-1", labels)))
                .containsExactly(Carrier.compose("shop-db-1", "shop", "db", labels));
    }

    @Test
    void servicesSpeakForTheirTasksAlsoWhereTheyHaveNone() {
        Service service = new Service(
                "0123",
                "shop",
                Service.Mode.REPLICATED,
                0,
                1,
                Instant.EPOCH,
                Map.of("doksnap.enable", "true"),
                Map.of("doksnap.dump", "postgres"),
                List.of(),
                "postgres:16",
                Duration.ofSeconds(10));
        Container task = container(
                "shop.1.abc", Map.of("com.docker.swarm.service.name", "shop", "doksnap.dump", "of an older service"));

        assertThat(Carriers.of(List.of(task), List.of(service)))
                .extracting(Carriers.Found::carrier)
                .containsExactly(
                        Carrier.service("shop", Map.of("doksnap.enable", "true"), Map.of("doksnap.dump", "postgres")));
    }

    @Test
    void whatIsMadeForOnePurposeDoesNotSpeak() {
        Map<String, String> labels = Map.of(
                "com.docker.compose.project", "shop",
                "com.docker.compose.service", "db",
                "com.docker.compose.oneoff", "True",
                "doksnap.enable", "true");

        assertThat(carriers(container("shop-db-run-1", labels))).isEmpty();
        assertThat(carriers(container("helper", Map.of("io.doksnap.helper", "host/run"))))
                .isEmpty();
        assertThat(carriers(container("holder", Map.of("doksnap.io/holder", "shop"))))
                .isEmpty();
    }

    @Test
    void containerThatComposeIsAboutToReplaceDoesNotSpeakAnyMore() {
        Container old = container("shop-db-1", compose(Map.of("doksnap.schedule", "@daily")));
        Container fresh = container(
                "0123_shop-db-1",
                compose(Map.of("doksnap.schedule", "@weekly", "com.docker.compose.replace", old.id())));
        Container renamed = container(
                "shop-db-2", compose(Map.of("doksnap.schedule", "@weekly", "com.docker.compose.replace", "shop-db-2")));

        assertThat(carriers(old, fresh, renamed))
                .extracting(Carrier::name)
                .containsExactly("0123_shop-db-1", "shop-db-2");
    }

    @Test
    void containerThatWasRenamedSpeaksOnceItHasKeptItsNameForAWhile() {
        SettableClock clock = SettableClock.at("2026-03-01T12:00:00Z");
        Renames renames = new Renames(clock);
        Container web = container("web", Map.of());
        assertThat(renames.settled(List.of(web))).containsExactly(web);

        Container old = renamed(web, "web-old");
        Container fresh = container("web", Map.of());
        assertThat(renames.settled(List.of(fresh, old))).containsExactly(fresh);
        clock.advance(Renames.SETTLED.minusSeconds(1));
        assertThat(renames.settled(List.of(fresh, old))).containsExactly(fresh);
        clock.advance(Duration.ofSeconds(1));
        assertThat(renames.settled(List.of(fresh, old))).containsExactly(fresh, old);
    }

    @Test
    void onlyVolumesThatSomebodyHasNamedCountAsData() {
        Container shop = container("shop", Map.of());

        assertThat(hasData(shop.withMounts(volume("shop_data")))).isTrue();
        assertThat(hasData(shop.withMounts(volume("0123456789abcdef".repeat(4)))))
                .isFalse();
        assertThat(hasData(shop.withMounts(new Mount(Mount.Type.BIND, "/srv", "/srv", "", false))))
                .isFalse();
    }

    private static boolean hasData(Container container) {
        return Carriers.of(List.of(container), List.of()).get(0).hasData();
    }

    private static Mount volume(String name) {
        return new Mount(Mount.Type.VOLUME, name, "/data", "local", false);
    }

    private static Container renamed(Container c, String name) {
        return new Container(
                c.id(),
                name,
                c.state(),
                c.startedAt(),
                c.exitCode(),
                c.health(),
                c.goneWhenStopped(),
                c.grace(),
                c.labels());
    }

    private static Map<String, String> compose(Map<String, String> more) {
        Map<String, String> labels = new TreeMap<>(more);
        labels.put("com.docker.compose.project", "shop");
        labels.put("com.docker.compose.service", "db");
        return labels;
    }

    private static List<Carrier> carriers(Container... containers) {
        return Carriers.of(List.of(containers), List.of()).stream()
                .map(Carriers.Found::carrier)
                .toList();
    }

    private Container container(String name, Map<String, String> labels) {
        return containers.add(name, State.EXITED, container -> container.withLabels(labels));
    }
}
