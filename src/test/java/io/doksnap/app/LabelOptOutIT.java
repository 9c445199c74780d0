package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Bind;
import io.doksnap.testing.Busybox;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Doksnap.Result;
import io.doksnap.testing.Doksnap.Running;
import io.doksnap.testing.Kubectl;
import io.doksnap.testing.Needs;
import io.doksnap.testing.Swarm;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a real engine is protected without having been asked for, and what an image may ask for. */
class LabelOptOutIT {
    private static final ConditionFactory WITHIN =
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(250));

    @TempDir
    private Path home;

    private final String id = UUID.randomUUID().toString().substring(0, 8);

    @Test
    void everythingWithDataIsProtectedUnlessItSaysNoAndAnImageMayNotSayEverything() throws IOException {
        URI engine = Needs.docker();
        try (Busybox busybox = Busybox.at(engine);
                Swarm images = Swarm.at(engine)) {
            Files.writeString(home.resolve("config.yaml"), """
                    storage: {directory: store}
                    data_dir: state
                    host: host1
                    encryption: {method: none}
                    docker: {host: "%s", labels: opt-out}
                    api: {port: 0}
                    status_server: {enabled: false}
                    """.formatted(engine));
            String hooked = "doksnap-test-hooked-" + id;
            images.image(hooked, "doksnap.hooks.pre=true", busybox.image());
            run(busybox, "plain", busybox.image(), Map.of());
            run(busybox, "no", busybox.image(), Map.of("doksnap.enable", "false"));
            run(busybox, "hooked", hooked, Map.of());
            run(busybox, "accepted", hooked, Map.of("doksnap.image-labels", "accept"));
            try {
                protectAndLook();
            } finally {
                for (String name : List.of("plain", "no", "hooked", "accepted")) {
                    busybox.docker()
                            .removeContainerCmd(name + "-" + id)
                            .withForce(true)
                            .exec();
                    busybox.docker().removeVolumeCmd(name + "-" + id + "-data").exec();
                }
            }
        }
    }

    private void protectAndLook() throws IOException {
        Doksnap doksnap = Doksnap.in(home);
        try (Running operator = doksnap.start("run")) {
            WITHIN.until(() -> operator.errSoFar().contains("policies: "));
            Files.writeString(
                    home.resolve("kubeconfig"), doksnap.run("kubeconfig").out());
            WITHIN.untilAsserted(() -> assertThat(ready("plain")).isEqualTo("True Scheduled"));
            WITHIN.untilAsserted(() -> assertThat(ready("accepted")).isEqualTo("True Scheduled"));
            WITHIN.untilAsserted(() -> assertThat(ready("hooked")).isEqualTo("False InvalidSpec"));
            assertThat(kubectl().ok("get", "bp", "-o", "name")).doesNotContain("/no-" + id);
            assertThat(doksnap.run("backup", "plain-" + id).code()).isZero();
            Result refused = doksnap.run("backup", "hooked-" + id);
            assertThat(refused.code()).isNotZero();
            assertThat(refused.all())
                    .contains("doksnap.hooks.pre: is a label of the image", "doksnap.image-labels=accept");
        }
    }

    private void run(Busybox busybox, String name, String image, Map<String, String> labels) {
        String container = name + "-" + id;
        String ignored = busybox.run(container, (create, host) -> {
            create.withImage(image).withLabels(labels).withCmd("sh", "-c", "echo content > /data/file; sleep 1000");
            host.withBinds(Bind.parse(container + "-data:/data"));
        });
    }

    private String ready(String policy) {
        return kubectl()
                .ok(
                        "get",
                        "bp",
                        policy + "-" + id,
                        "--ignore-not-found",
                        "-o",
                        "jsonpath={range .status.conditions[?(@.type==\"Ready\")]}{.status} {.reason}{end}");
    }

    private Kubectl kubectl() {
        return Kubectl.of(Kubectl.versions().get(0), home.resolve("kubeconfig"));
    }
}
