package io.doksnap.app.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.BackupPolicy;
import io.doksnap.api.ObjectMeta;
import io.doksnap.declare.labels.Carrier;
import io.doksnap.declare.labels.Labels;
import io.doksnap.docker.Container;
import io.doksnap.docker.Holders;
import io.doksnap.docker.Mount;
import io.doksnap.docker.Service;
import io.doksnap.policy.AllowedPaths;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What has data and no policy. */
class UnprotectedTest {
    private static final Map<String, String> COMPOSE =
            Map.of("com.docker.compose.project", "shop", "com.docker.compose.service", "web");
    private static final Mount DATA = Mount.volume("data", "/data");

    @Test
    void containersComposeServicesAndServicesWithNamedVolumesAreListedOnce() {
        List<Container> containers = List.of(
                container("plain", Map.of(), DATA, Mount.volume("more", "/more")),
                container("shop-web-1", COMPOSE, Mount.volume("uploads", "/a")),
                container("shop-web-2", COMPOSE, Mount.volume("uploads", "/a")),
                container("db.1.x", Map.of("com.docker.swarm.service.name", "db"), DATA));
        assertThat(Unprotected.of(containers, List.of(service("db", Map.of(), DATA)), List.of()))
                .containsExactly(
                        new Unprotected("service", "db", List.of("data")),
                        new Unprotected("container", "plain", List.of("data", "more")),
                        new Unprotected("compose", "shop/web", List.of("uploads")));
    }

    @Test
    void whatHasNoDataOfItsOwnOrWantsNoneIsNot() {
        List<Container> containers = List.of(
                container("bare", Map.of()),
                container("bound", Map.of(), Mount.bind("/srv/x", "/x")),
                container("anonymous", Map.of(), Mount.volume("0123456789abcdef".repeat(4), "/x")),
                container("refuses", Map.of("doksnap.enable", "False"), DATA),
                container("helper", Map.of("io.doksnap.helper", "x"), DATA),
                container("holder", Map.of(Holders.LABEL, "x"), DATA));
        assertThat(Unprotected.of(containers, List.of(), List.of())).isEmpty();
    }

    @Test
    void policyCoversItsTargetAndWhateverMountsAVolumeThatItNames() {
        List<Container> containers = List.of(
                container("plain", Map.of(), DATA), container("shop-web-1", COMPOSE, Mount.volume("uploads", "/a")));
        List<Service> services = List.of(service("db", Map.of("tier", "data"), Mount.volume("pg", "/pg")));
        assertThat(Unprotected.of(
                        containers,
                        services,
                        List.of(
                                policy(Carrier.container("plain", Map.of("doksnap.enable", "true"))),
                                policy(Carrier.compose("x", "shop", "web", Map.of("doksnap.enable", "true"))),
                                policy(Carrier.service("db", Map.of("doksnap.enable", "true"), Map.of())))))
                .isEmpty();
        BackupPolicy byVolume = policy(Carrier.container("other", Map.of("doksnap.volumes", "uploads,pg,data")));
        assertThat(Unprotected.of(containers, services, List.of(byVolume))).isEmpty();
        assertThat(Unprotected.of(
                        containers,
                        services,
                        List.of(policy(Carrier.service("plain", Map.of("doksnap.enable", "true"), Map.of())))))
                .hasSize(3);
    }

    private static BackupPolicy policy(Carrier carrier) {
        var policy = new Labels(ZoneOffset.UTC, AllowedPaths.usual(), false)
                .read(carrier)
                .get(0);
        return new BackupPolicy(new ObjectMeta(policy.objectName(), "default"), policy.spec());
    }

    private static Container container(String name, Map<String, String> labels, Mount... mounts) {
        return new Container(
                        name,
                        name,
                        Container.State.RUNNING,
                        "",
                        0,
                        Container.Health.NONE,
                        false,
                        Duration.ofSeconds(10),
                        labels)
                .withMounts(mounts);
    }

    private static Service service(String name, Map<String, String> labels, Mount... mounts) {
        return new Service(
                name,
                name,
                Service.Mode.REPLICATED,
                1,
                1,
                Instant.EPOCH,
                labels,
                Map.of(),
                List.of(mounts),
                "image",
                Duration.ofSeconds(10));
    }
}
