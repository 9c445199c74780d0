package io.doksnap.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import io.doksnap.testing.Busybox;
import io.doksnap.testing.Command;
import io.doksnap.testing.Needs;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The image, built and run by a real engine as docker-compose.yml runs it: little memory, nothing writable, few capabilities. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
class ImageIT {
    private static final ConditionFactory WITHIN =
            await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(200));
    private static final String[] AS_COMPOSE = {
        "--user=0:0",
        "--cap-drop=ALL",
        "--cap-add=CHOWN",
        "--cap-add=DAC_OVERRIDE",
        "--cap-add=FOWNER",
        "--cap-add=MKNOD",
        "--cap-add=FSETID",
        "--cap-add=SETFCAP",
        "--read-only",
        "--security-opt=no-new-privileges",
        "--memory=256m"
    };

    @TempDir(cleanup = CleanupMode.ALWAYS)
    Path directory;

    private final String id = "doksnap-test-" + UUID.randomUUID();
    private final List<String> containers = new ArrayList<>();
    private final List<String> volumes = new ArrayList<>();
    private URI engine;
    private Images images;
    private String image;

    @BeforeEach
    void build() throws Exception {
        if (images == null) {
            engine = Needs.docker();
            images = new Images(engine);
        }
        if (image == null) {
            image = images.build(directory);
        }
    }

    @AfterEach
    void removeContainers() {
        containers.forEach(
                name -> images.command("rm", "--force", "--volumes", name).run());
        volumes.forEach(name -> images.command("volume", "rm", "--force", name).run());
        containers.clear();
        volumes.clear();
    }

    @AfterAll
    void removeImages() {
        if (images != null) {
            images.close();
        }
    }

    @Test
    void labelIsEnoughForABackupItsStatusAndARestoreInLittleMemory() throws Exception {
        String data = volume("data");
        Path source = Path.of(images.docker("volume", "inspect", "--format", "{{.Mountpoint}}", data));
        Command.sh("head -c 60000000 /dev/urandom > \"$D/noise\"; echo hello > \"$D/a.txt\"; chown 999:999"
                        + " \"$D/a.txt\"")
                .env("D", source.toString())
                .output();
        Path original = directory.resolve("original");
        Command.of("cp", "-a", source.toString(), original.toString()).output();
        try (Busybox busybox = Busybox.at(engine)) {
            String shop = id + "-labelled";
            busybox.run(
                    shop,
                    (create, host) -> create.withLabels(Map.of("doksnap.quiesce", "pause"))
                            .withHostConfig(host.withBinds(new Bind(data, new Volume("/data"))))
                            .withCmd("sleep", "600"));
            String operator = operator("", shop);

            assertThat(exec(operator, "backup", shop)).contains(shop + ": backed up");
            Command.Result unknown = images.command("exec", operator, "doksnap", "backup", shop + "s")
                    .run();
            assertThat(unknown.exitCode()).isEqualTo(4);
            assertThat(unknown.errors()).contains("there is no policy " + shop + "s; did you mean '" + shop + "'?");
            assertThat(status(operator)).contains(shop, "Succeeded");
            String restored = volume("restored");
            exec(operator, "restore", shop, "--to-volume", restored);
            Path target = Path.of(images.docker("volume", "inspect", "--format", "{{.Mountpoint}}", restored));
            Command.of("diff", "-r", original.toString(), target.toString()).output();
            assertThat(Files.getAttribute(target.resolve("a.txt"), "unix:uid")).isEqualTo(999);
            Files.delete(source.resolve("a.txt"));
            exec(operator, "restore", shop, "--in-place", "--snapshot", "latest");
            Command.of("diff", "-r", original.toString(), source.toString()).output();
            assertThat(images.docker("inspect", "--format", "{{.State.OOMKilled}} {{.RestartCount}}", operator))
                    .isEqualTo("false 0");
            // It stepped back from the processor, as it does unless told otherwise.
            assertThat(logs(operator)).doesNotContain("limits.nice");
        }
    }

    private String status(String operator) {
        long began = System.nanoTime();
        String status = exec(operator, "status");
        System.out.printf("doksnap status inside the container: %d ms%n", millisSince(began));
        return status;
    }

    @Test
    void stoppedInTheMiddleOfARunItBringsTheWorkloadBackAndTheOneThatStandsByTakesOver() throws Exception {
        try (Busybox busybox = Busybox.at(engine)) {
            String shop = id + "-shop";
            busybox.run(shop);
            String operator = operator("""
                apps:
                  - name: shop
                    type: volume
                    source: %s
                    schedule: daily
                    hooks: {pre_backup: ["docker stop %s", "sleep 300"]}
                """.formatted(volume("data"), shop), "shop");
            images.docker("exec", "--detach", operator, "doksnap", "backup", "shop");
            WITHIN.until(() -> running(shop).equals("false"));
            assertThat(status(operator)).contains("shop");
            // What waits for the backup is no second client of the API.
            assertThat(images.docker("top", operator)).contains("io.doksnap.app.QuickBackup shop");
            // As Dokploy does, which starts the new one before it stops the old one.
            List<String> options = new ArrayList<>(Arrays.asList(AS_COMPOSE));
            options.addAll(List.of("--network=none", "--volumes-from=" + operator));
            String next = start("next", options);
            WITHIN.until(() -> logs(next).contains("standing by"));
            assertThat(images.command("exec", next, "doksnap", "health").run().exitCode())
                    .isZero();

            long began = System.nanoTime();
            images.docker("stop", "--time=60", operator);

            System.out.printf("docker stop in the middle of a run: %d ms%n", millisSince(began));
            assertThat(running(shop)).isEqualTo("true");
            assertThat(images.docker("inspect", "--format", "{{.State.ExitCode}}", operator))
                    .isEqualTo("143");
            // What was called off is made up for by the new one, which stops the app once more, and brings it back as
            // well.
            WITHIN.until(() -> logs(next).contains("begins, attempt 2"));
            WITHIN.until(() -> running(shop).equals("false"));
            images.docker("stop", "--time=60", next);
            assertThat(running(shop)).isEqualTo("true");
        }
    }

    @Test
    void runsAsAnOrdinaryUserWhereNothingMountedNeedsRoot() throws Exception {
        String name = start(
                "plain",
                List.of("--network=none", "--memory=256m", "--volume=" + volume("state") + ":/var/lib/doksnap"));
        WITHIN.until(
                () -> images.command("exec", name, "doksnap", "health").run().exitCode() == 0);
        assertThat(images.docker("exec", name, "id", "-u")).isEqualTo("10001");
        assertThat(images.docker("exec", name, "ls", "/opt/doksnap").split("\\s+"))
                .containsExactlyInAnyOrder(
                        "bin",
                        "cache",
                        "doksnap.jar",
                        "jre",
                        "jvm.options",
                        "lib",
                        "look.options",
                        "native",
                        "run.options",
                        "work.options");
        assertThat(images.docker("image", "inspect", "--format", "{{json .Config.Labels}}", image))
                .contains("org.opencontainers.image.version", "org.opencontainers.image.licenses");
    }

    /** Started as docker-compose.yml does, and ready, with that policy. */
    private String operator(String apps, String policy) throws Exception {
        Path conf = Files.createDirectory(directory.resolve("conf-" + UUID.randomUUID()));
        Files.writeString(conf.resolve("config.yaml"), """
            storage: {directory: /var/lib/doksnap/backups}
            encryption: {method: none}
            host: testhost
            """ + apps);
        String root = images.docker("info", "--format", "{{.DockerRootDir}}") + "/volumes";
        List<String> options = new ArrayList<>(Arrays.asList(AS_COMPOSE));
        options.add("--network=none");
        options.add("--volume=" + conf + ":/etc/doksnap:ro");
        options.add("--volume=" + root + ":" + root);
        options.add("--volume=" + engine.getPath() + ":/var/run/docker.sock");
        options.add("--volume=" + volume("state") + ":/var/lib/doksnap");
        String name = start("operator", options);
        WITHIN.until(
                () -> images.command("exec", name, "doksnap", "health").run().exitCode() == 0
                        && images.command("exec", name, "doksnap", "status")
                                .run()
                                .text()
                                .contains(policy));
        return name;
    }

    private String start(String kind, List<String> options) {
        String name = id + "-" + kind + "-" + containers.size();
        containers.add(name);
        images.command("run", "--detach", "--name", name)
                .with(options.toArray(String[]::new))
                .with(image)
                .output();
        return name;
    }

    private String exec(String container, String... words) {
        Command.Result result =
                images.command("exec", container, "doksnap").with(words).run();
        assertThat(result.exitCode()).as(result.text() + result.errors()).isZero();
        return result.text() + result.errors();
    }

    private String logs(String container) {
        return images.command("logs", container).run().errors();
    }

    private String running(String container) {
        return images.docker("inspect", "--format", "{{.State.Running}}", container);
    }

    private String volume(String kind) {
        String name = id + "-" + kind + "-" + volumes.size();
        volumes.add(name);
        images.docker("volume", "create", name);
        return name;
    }

    private static long millisSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }
}
