package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Doksnap.Running;
import io.doksnap.testing.Kubectl;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two hosts work with the API of one of them, and declare the same app; a third process has the name of the second, and then another one. */
@Timeout(180)
class SeveralHostsIT {
    private static final ConditionFactory WITHIN =
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100));
    private static final String READY = "is ready";

    @TempDir
    private Path home;

    @Test
    void hostsCarryOutTheirOwnAndAHostHasOneOperator() throws IOException {
        Path kubeconfig = home.resolve("kubeconfig");
        Kubectl kubectl = Kubectl.of(Needs.command("kubectl"), kubeconfig);
        Doksnap alpha = host("a", "alpha", "{port: 0}");
        Doksnap beta = host("b", "beta", "{kubeconfig: " + kubeconfig + "}");
        Doksnap other = host("c", "beta", "{kubeconfig: " + kubeconfig + "}");
        try (Running first = started(alpha)) {
            Files.writeString(kubeconfig, alpha.run("kubeconfig").out());
            whoeverMistypesTheOnlyHostIsTold(kubectl);
            Running second = started(beta);
            try (Running third = other.start("run")) {
                assertThat(hosts(kubectl)).isEqualTo("shop=alpha shop.beta=beta ");
                backUp(kubectl, "one");
                WITHIN.untilAsserted(() -> assertThat(third.errSoFar()).contains("doksnap-beta is held by beta/"));

                second.kill();
                backUp(kubectl, "shop", "while-beta-is-down");
                second = started(beta);
                backUp(kubectl, "two");
                WITHIN.untilAsserted(() -> assertThat(kubectl.ok("get", "snap", "-o", "jsonpath={.items[*].spec.host}")
                                .split(" "))
                        .containsExactlyInAnyOrder("alpha", "alpha", "alpha", "beta", "beta"));

                configure("b", "beta", "{kubeconfig: " + kubeconfig + "}", "");
                WITHIN.until(() -> kubectl.ok("get", "bp", "-o", "name").equals("backuppolicy.doksnap.io/shop\n"));
                second.signal("TERM");
                WITHIN.until(() -> third.errSoFar().contains(READY));
                assertThat(kubectl.ok("get", "bp", "-o", "name")).contains("/shop\n", "/shop.beta\n");
                third.signal("TERM");
                WITHIN.until(() -> !third.process().isAlive());
            } finally {
                second.close();
            }
            configure("c", "gamma", "{kubeconfig: " + kubeconfig + "}", app("c"));
            try (Running renamed = started(other)) {
                assertThat(renamed.process().isAlive()).isTrue();
                assertThat(hosts(kubectl)).isEqualTo("shop=alpha shop.gamma=gamma ");
                assertThat(kubectl.ok("get", "leases", "-o", "name").split("\n"))
                        .hasSize(2);
            }
            assertThat(first.process().isAlive()).isTrue();
        }
    }

    private void whoeverMistypesTheOnlyHostIsTold(Kubectl kubectl) {
        kubectl.with("""
                {apiVersion: doksnap.io/v1, kind: BackupPolicy, metadata: {name: typo},
                 spec: {host: alpah, sources: [{name: a, volume: some_data}]}}
                ---
                {apiVersion: doksnap.io/v1, kind: BackupDestination, metadata: {name: typo}, spec: {host: alpah, directory: {path: %s}}}
                """.formatted(home)).ok("create", "-f", "-");
        for (String object : List.of("bp/typo", "bd/typo")) {
            WITHIN.untilAsserted(() -> assertThat(
                            kubectl.ok("get", object, "-o", "jsonpath={.status.conditions[?(@.type==\"Ready\")]}"))
                    .contains("HostUnknown", "spec.host is alpah", "leave spec.host out, as alpha is the only one"));
            kubectl.ok("delete", object);
        }
    }

    private Doksnap host(String directory, String name, String api) throws IOException {
        Files.createDirectories(home.resolve(directory).resolve("data"));
        Files.writeString(home.resolve(directory).resolve("data/file"), "of " + name);
        configure(directory, name, api, app(directory));
        return Doksnap.in(home.resolve(directory));
    }

    private String app(String directory) {
        return "{name: shop, type: directory, source: " + home.resolve(directory) + "/data}";
    }

    private static String hosts(Kubectl kubectl) {
        return kubectl.ok("get", "bp", "-o", "jsonpath={range .items[*]}{.metadata.name}={.spec.host} {end}");
    }

    private void configure(String directory, String name, String api, String app) throws IOException {
        Files.writeString(home.resolve(directory).resolve("config.yaml"), """
                storage: {directory: %1$s/store}
                data_dir: state
                host: %2$s
                encryption: {method: none}
                docker: {host: "unix:///nowhere/docker.sock", labels: "off", allowed_paths: [%1$s]}
                api: %3$s
                status_server: {enabled: false}
                apps: [%4$s]
                """.formatted(home, name, api, app));
    }

    private static Running started(Doksnap doksnap) {
        Running running = doksnap.start("run");
        WITHIN.until(
                () -> running.errSoFar().contains(READY) || !running.process().isAlive());
        assertThat(running.errSoFar()).contains(READY);
        return running;
    }

    private void backUp(Kubectl kubectl, String name) {
        backUp(kubectl, "shop", name);
        backUp(kubectl, "shop.beta", name + "-beta");
    }

    private void backUp(Kubectl kubectl, String policy, String name) {
        kubectl.with("{apiVersion: doksnap.io/v1, kind: Backup, metadata: {name: " + name + "}, spec: {policy: "
                        + policy + "}}")
                .ok("create", "-f", "-");
        kubectl.ok("wait", "--for=condition=Complete", "--timeout=60s", "bk/" + name);
    }
}
