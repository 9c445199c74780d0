package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Bind;
import io.doksnap.testing.Busybox;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Doksnap.Result;
import io.doksnap.testing.Doksnap.Running;
import io.doksnap.testing.EngineRelay;
import io.doksnap.testing.Kubectl;
import io.doksnap.testing.Needs;
import io.doksnap.testing.Swarm;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels of real containers, and what {@code doksnap run} and an unmodified kubectl make of them. */
class LabelsIT {
    private static final ConditionFactory WITHIN =
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(250));

    @TempDir
    Path home;

    private final String id = Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), 36);
    private final List<String> containers = new ArrayList<>();
    private final Set<String> volumes = new TreeSet<>();
    private EngineRelay relay;
    private Busybox busybox;
    private Doksnap doksnap;
    private Running operator;

    @BeforeEach
    void begin() throws IOException {
        URI engine = Needs.docker();
        busybox = Busybox.at(engine);
        relay = new EngineRelay(engine, home.resolve("s"));
        Files.writeString(home.resolve("config.yaml"), """
                storage: {directory: store}
                data_dir: state
                host: host1
                encryption: {method: none}
                docker: {host: "%s"}
                api: {port: 0}
                status_server: {enabled: false}
                apps: []
                """.formatted(relay.host()));
        doksnap = Doksnap.in(home);
        operator = doksnap.start("run");
        WITHIN.until(() -> operator.errSoFar().contains("policies: "));
        Files.writeString(home.resolve("kubeconfig"), doksnap.run("kubeconfig").out());
    }

    @AfterEach
    void end() throws IOException {
        if (operator != null) {
            operator.close();
            relay.close();
            containers.forEach(this::remove);
            volumes.forEach(volume -> busybox.docker().removeVolumeCmd(volume).exec());
            busybox.close();
        }
    }

    @Test
    void labelsMakeAPolicyThatStaysWhenItsContainerGoes() {
        String shop = "shop-" + id;
        String container = run(shop, Map.of("doksnap.enable", "true", "doksnap.schedule", "0 2 * * *"));
        WITHIN.untilAsserted(() -> assertThat(ready(shop)).isEqualTo("True Scheduled"));
        assertThat(get(shop, "{.spec.target.container} {.metadata.labels.doksnap\\.io/origin} {.spec.schedule.cron}"))
                .isEqualTo(shop + " label 0 2 * * *");

        kubectl().ok("patch", "bp", shop, "--type=merge", "-p", "{\"spec\":{\"schedule\":{\"cron\":\"0 3 * * *\"}}}");
        WITHIN.untilAsserted(
                () -> assertThat(get(shop, "{.spec.schedule.cron}")).isEqualTo("0 2 * * *"));
        WITHIN.untilAsserted(
                () -> assertThat(kubectl().ok("describe", "bp", shop)).contains("Reverted", "the labels of " + shop));

        Result backup = doksnap.run("backup", shop);
        assertThat(backup.code()).as(backup.all()).isZero();
        WITHIN.untilAsserted(() -> assertThat(kubectl().ok("get", "snap")).contains(shop));

        remove(container);
        WITHIN.untilAsserted(
                () -> assertThat(kubectl().ok("describe", "bp", shop)).contains("doksnap.io/gone-since", "LabelsGone"));
        assertThat(operator.errSoFar()).contains("BackupPolicy " + shop + ": no label");

        run(shop, Map.of("doksnap.schedule", "0 2 * * *"));
        WITHIN.untilAsserted(() -> assertThat(kubectl().ok("describe", "bp", shop))
                .contains("LabelsBack")
                .doesNotContain("doksnap.io/gone-since"));
    }

    @Test
    void typosAndDisagreementsAreSaidWithTheRightLabelWherePeopleLook() {
        String near = "near-" + id;
        String other = "other-" + id;
        String shop = "shop-" + id;
        run(near, Map.of("doksnap.enable", "true", "doksnap.shedule", "0 2 * * *"));
        run(other, Map.of("docksnap.enable", "true"));
        run(shop + "-db-1", compose(shop, Map.of("doksnap.schedule", "0 2 * * *")));
        run(shop + "-db-2", compose(shop, Map.of("doksnap.schedule", "0 3 * * *")));

        WITHIN.untilAsserted(() -> assertThat(ready(near)).isEqualTo("False InvalidSpec"));
        WITHIN.untilAsserted(() -> assertThat(ready(other)).isEqualTo("False InvalidSpec"));
        WITHIN.untilAsserted(() -> assertThat(ready(shop + "-db")).isEqualTo("False LabelConflict"));
        String status = doksnap.run("status").all();
        for (String told : List.of(operator.errSoFar(), status)) {
            assertThat(told).contains("did you mean 'doksnap.schedule'", "did you mean 'doksnap.enable'", "0 3 * * *");
        }
        Result backup = doksnap.run("backup", near);
        assertThat(backup.code()).as(backup.all()).isNotZero();
        assertThat(backup.all()).contains("doksnap.shedule");
    }

    @Test
    void labelsOfAServiceAndOfItsContainersAreOnePolicyAlsoWhereItHasNone() throws IOException {
        String shop = "shop-" + id;
        try (Swarm swarm = Swarm.at(Needs.docker())) {
            ObjectNode spec = swarm.spec(shop, busybox.image(), 0, shop + "-data");
            spec.putObject("Labels").put("doksnap.schedule", "0 2 * * *");
            ((ObjectNode) spec.at("/TaskTemplate/ContainerSpec"))
                    .putObject("Labels")
                    .put("doksnap.retention", "last=3");
            swarm.create(spec);

            WITHIN.until(() -> exists(shop));
            assertThat(get(shop, "{.spec.target.service} {.spec.schedule.cron} {.spec.retention.keepLast}"))
                    .isEqualTo(shop + " 0 2 * * * 3");

            swarm.update(
                    shop,
                    other -> ((ObjectNode) other.at("/TaskTemplate/ContainerSpec/Labels"))
                            .put("doksnap.schedule", "0 3 * * *"));
            WITHIN.untilAsserted(() -> assertThat(ready(shop)).isEqualTo("False LabelConflict"));
        }
    }

    @Test
    void engineThatWasAwayIsLookedAtAgainAndLabelsAddedMeanwhileAreSeen() throws IOException {
        String before = "before-" + id;
        String after = "after-" + id;
        run(before, Map.of("doksnap.enable", "true"));
        WITHIN.until(() -> exists(before));

        relay.stop();
        WITHIN.until(() -> operator.errSoFar().contains("labels cannot be followed now"));
        run(after, Map.of("doksnap.enable", "true"));
        relay.start();

        WITHIN.until(() -> exists(after));
        WITHIN.until(() -> operator.errSoFar().contains("labels are followed again"));
        assertThat(exists(before)).isTrue();
        assertThat(operator.errSoFar()).doesNotContain("BackupPolicy " + before);
    }

    private String run(String name, Map<String, String> labels) {
        String volume = name + "-data";
        volumes.add(volume);
        String container = busybox.run(name, (create, host) -> {
            create.withLabels(labels).withCmd("sh", "-c", "echo content > /data/file; sleep 1000");
            host.withBinds(Bind.parse(volume + ":/data"));
        });
        containers.add(container);
        return container;
    }

    private void remove(String container) {
        try {
            busybox.docker().removeContainerCmd(container).withForce(true).exec();
        } catch (NotFoundException e) {
            // The test itself has removed it.
        }
    }

    private static Map<String, String> compose(String project, Map<String, String> labels) {
        Map<String, String> all = new TreeMap<>(labels);
        all.put("com.docker.compose.project", project);
        all.put("com.docker.compose.service", "db");
        return all;
    }

    private boolean exists(String policy) {
        return kubectl().ok("get", "bp", "-o", "name").contains("/" + policy + "\n");
    }

    private String ready(String policy) {
        return get(policy, "{range .status.conditions[?(@.type==\"Ready\")]}{.status} {.reason}{end}");
    }

    private String get(String policy, String path) {
        return kubectl().ok("get", "bp", policy, "-o", "jsonpath=" + path);
    }

    private Kubectl kubectl() {
        return Kubectl.of(Kubectl.versions().get(0), home.resolve("kubeconfig"));
    }
}
