package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.run.DataDirectory;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Doksnap.Result;
import io.doksnap.testing.Doksnap.Running;
import io.doksnap.testing.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code doksnap run} as a process of its own, and an unmodified kubectl with the kubeconfig that it gives out. */
class RunCommandIT {
    private static final ConditionFactory WITHIN =
            await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(500));

    @TempDir
    Path home;

    private Doksnap doksnap;
    private Path kubeconfig;

    @BeforeEach
    void begin() throws IOException {
        kubeconfig = home.resolve("kubeconfig");
        Files.createDirectories(home.resolve("data"));
        Files.writeString(home.resolve("data/file"), "content");
        doksnap = Doksnap.in(home);
        configure("shop", "0 2 * * *");
    }

    @Test
    void kubectlFindsWhatTheFileSaysAndCannotChangeIt() {
        try (Running operator = started()) {
            assertThat(kubectl().ok("get", "bp,bd", "-o", "name"))
                    .contains("backuppolicy.doksnap.io/shop", "backupdestination.doksnap.io/default");

            kubectl()
                    .ok(
                            "patch",
                            "bp",
                            "shop",
                            "--type=merge",
                            "-p",
                            "{\"spec\":{\"schedule\":{\"cron\":\"0 3 * * *\"}}}");

            WITHIN.untilAsserted(() -> assertThat(cron()).isEqualTo("0 2 * * *"));
            WITHIN.untilAsserted(() -> assertThat(kubectl().ok("describe", "bp", "shop"))
                    .contains("Reverted", "as declared by config.yaml"));
            end(operator);
        }
    }

    @Test
    void statusIsKnownAsSoonAsTheOperatorHasItsDirectory() {
        try (Running operator = doksnap.start("run")) {
            await().atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> DataDirectory.isHeld(home.resolve("state")));
            Result status = doksnap.run("status");
            assertThat(status.code()).as(status.err()).isZero();
            assertThat(status.out()).contains("shop");
            end(operator);
        }
    }

    @Test
    void aChangedFileCountsAndAnInvalidOneDoesNot() throws IOException {
        try (Running operator = started()) {
            configure("shop", "0 4 * * *");
            WITHIN.untilAsserted(() -> assertThat(cron()).isEqualTo("0 4 * * *"));

            configure("shop", "every day");
            WITHIN.untilAsserted(
                    () -> assertThat(operator.errSoFar()).contains("config.yaml is not used as it is now"));
            assertThat(cron()).isEqualTo("0 4 * * *");

            configure("blog", "0 5 * * *");
            WITHIN.untilAsserted(() ->
                    assertThat(kubectl().ok("get", "bp", "-o", "name")).isEqualTo("backuppolicy.doksnap.io/blog\n"));
            end(operator);
        }
    }

    @Test
    void aPolicyThatIsDueEveryMinuteBringsBackupsAndSnapshots() {
        try (Running operator = started()) {
            kubectl().with("""
                            apiVersion: doksnap.io/v1
                            kind: BackupPolicy
                            metadata: {name: often}
                            spec:
                              sources: [{name: data, directory: %s}]
                              schedule: {cron: "* * * * *"}
                            """.formatted(home.resolve("data"))).ok("apply", "-f", "-");
            WITHIN.untilAsserted(
                    () -> assertThat(kubectl().ok("get", "bk", "-o", "name")).contains("backup.doksnap.io/often-"));
            kubectl().ok("wait", "--for=condition=Complete", "bk", "--all", "--timeout=60s");
            WITHIN.untilAsserted(
                    () -> assertThat(kubectl().ok("get", "snap", "-o", "name")).contains("snapshot.doksnap.io/often-"));
            assertThat(doksnap.run("list", "often").out()).contains("often");
            end(operator);
        }
    }

    @Test
    void commandsGoThroughTheOperatorWhereOneRuns() {
        try (Running operator = started()) {
            Result backup = doksnap.run("backup", "shop");
            assertThat(backup.code()).as(backup.all()).isZero();
            assertThat(backup.err()).contains("the operator backs it up: shop-");
            assertThat(backup.out()).contains("shop: backed up").contains("snapshot ");

            Result status = doksnap.run("status");
            assertThat(status.code()).as(status.all()).isZero();
            assertThat(status.out().lines().toList().get(0).split(" {2,}"))
                    .containsExactly(
                            "NAME", "TARGET", "SCHEDULE", "READY", "LAST SUCCESS", "RESULT", "SIZE", "NEXT RUN", "AGE");
            assertThat(status.out()).contains("shop").contains("Succeeded");
            assertThat(doksnap.run("logs", "shop").out())
                    .contains("Succeeded in")
                    .contains("pre hook 'echo ...': all is flushed");

            assertThat(doksnap.run("backup", "shp").all()).contains("did you mean 'shop'?");
            assertThat(doksnap.run("backup", "shop", "--destination", "default").code())
                    .isEqualTo(ExitCode.USAGE);
            assertThat(doksnap.run("prune", "shop").code()).isZero();
            end(operator);
        }
        Result status = doksnap.run("status");
        assertThat(status.code()).isEqualTo(ExitCode.BUSY);
        assertThat(status.err()).contains("no operator answers at https://127.0.0.1:");
        assertThat(doksnap.run("backup", "shop").code()).isZero();
    }

    @Test
    void anObjectMadeWithKubectlStandsAndOutlivesTheProcess() {
        try (Running operator = started()) {
            Path sample = Path.of("crd/samples/backuppolicy.yaml").toAbsolutePath();
            kubectl().ok("apply", "-f", sample.toString());
            operator.kill();
        }
        try (Running operator = started()) {
            assertThat(kubectl().ok("get", "bp", "-o", "name"))
                    .contains("backuppolicy.doksnap.io/blog", "backuppolicy.doksnap.io/shop");
            end(operator);
        }
    }

    @Test
    void aSecondOneStandsByAndTakesOver() {
        try (Running first = started();
                Running second = doksnap.start("run")) {
            WITHIN.untilAsserted(() -> assertThat(second.errSoFar()).contains("standing by"));
            assertThat(second.errSoFar()).doesNotContain("API:");
            end(first);
            WITHIN.untilAsserted(() -> assertThat(second.errSoFar()).contains("taking over", "policies: 1"));
            findApi();
            assertThat(cron()).isEqualTo("0 2 * * *");
            end(second);
        }
    }

    @Test
    void aKubeconfigIsGivenOutWhetherItRunsOrNotButNotBeforeItEverRan() {
        Result before = doksnap.run("kubeconfig");
        assertThat(before.code()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(before.err()).contains("start the operator once (doksnap run)");

        try (Running operator = started()) {
            end(operator);
        }

        Result after = doksnap.run("kubeconfig", "--server", "backup.example.org", "--read-only");
        assertThat(after.code()).isZero();
        assertThat(after.out()).contains("server: https://backup.example.org:", "doksnap-read-only");
    }

    @Test
    void aConfigurationAloneRunsItAsTheOriginalProgramDid() {
        try (Running operator = doksnap.start("config.yaml")) {
            WITHIN.untilAsserted(() -> assertThat(operator.errSoFar()).contains("policies: 1"));
            end(operator);
        }
    }

    private void configure(String app, String schedule) throws IOException {
        Path fresh = home.resolve("config.new");
        Files.writeString(fresh, """
                storage: {directory: store}
                data_dir: state
                host: host1
                encryption: {method: none}
                docker: {host: "unix:///nowhere/docker.sock", labels: off, allowed_paths: [%s]}
                api: {port: 0}
                status_server: {enabled: false}
                apps:
                  - {name: %s, type: directory, source: %s, schedule: "%s", hooks: {pre_backup: [echo all is flushed]}}
                """.formatted(home, app, home.resolve("data"), schedule));
        Files.move(fresh, home.resolve("config.yaml"), StandardCopyOption.REPLACE_EXISTING);
    }

    private Running started() {
        Running operator = doksnap.start("run");
        WITHIN.untilAsserted(() -> assertThat(operator.errSoFar()).contains("policies: "));
        findApi();
        return operator;
    }

    /** Its port is whatever was free. */
    private void findApi() {
        Result result = doksnap.run("kubeconfig");
        assertThat(result.code()).as(result.err()).isZero();
        try {
            Files.writeString(kubeconfig, result.out());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void end(Running operator) {
        operator.signal("TERM");
        Result result = operator.await();
        assertThat(result.code()).as(result.err()).isEqualTo(143);
        assertThat(result.err()).contains("stopped");
    }

    private String cron() {
        return kubectl().ok("get", "bp", "shop", "-o", "jsonpath={.spec.schedule.cron}");
    }

    private Kubectl kubectl() {
        return Kubectl.of(Kubectl.versions().get(0), kubeconfig);
    }
}
