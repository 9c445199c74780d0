package io.doksnap.app;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.doksnap.testing.Busybox;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Needs;
import io.doksnap.testing.Swarm;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/**
 * A service of a real Swarm whose volume the program backs up, and a hook that stops in the middle of it: whatever a test does then, it does while the service is
 * down.
 */
final class ServiceScene implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);

    final String service = "doksnap-test-" + UUID.randomUUID();
    final Busybox busybox;
    final Swarm swarm;
    private final URI host;
    private final Path home;

    ServiceScene(Path home) {
        this.home = home;
        host = Needs.docker();
        busybox = Busybox.at(host);
        swarm = Swarm.at(host);
    }

    /** The configuration, with further lines for the app. */
    void configure(String lines) throws IOException {
        Files.writeString(home.resolve("config.yaml"), """
                storage: {directory: store}
                encryption: {method: none}
                host: testhost
                data_dir: state
                docker: {host: "%s", allowed_paths: [%s]}
                apps:
                  - name: shop
                    type: volume
                    source: %s
                    schedule: daily
                    target: {service: %s}
                """.formatted(host, home, volume(), service) + lines.indent(4));
    }

    String volume() {
        return service + "-data";
    }

    /** The app is stopped for the backup, and a hook waits while it is. */
    void configureWaiting() throws IOException {
        Path hook = home.resolve("wait");
        Files.writeString(
                hook,
                "#!/bin/sh\ntouch " + home.resolve("stopped") + "\nwhile [ ! -e " + home.resolve("go")
                        + " ]; do sleep 0.1; done\n");
        if (!hook.toFile().setExecutable(true)) {
            throw new IOException(hook + " cannot be made executable");
        }
        configure("""
                quiesce: {mode: stop, timeout: 30s}
                hooks:
                  pre_backup: ["docker stop %s", %s]
                """.formatted(service, hook));
    }

    Doksnap doksnap() {
        return Doksnap.in(home);
    }

    /** Starts a backup, and returns when its workload is down. */
    Doksnap.Running startUntilStopped() throws IOException {
        Files.deleteIfExists(home.resolve("stopped"));
        Files.deleteIfExists(home.resolve("go"));
        Doksnap.Running backup = doksnap().start("backup", "shop");
        try {
            await().atMost(PATIENCE).pollInterval(POLL).until(() -> {
                if (!backup.process().isAlive()) {
                    throw new IllegalStateException(backup.await().toString());
                }
                return Files.exists(home.resolve("stopped"));
            });
            return backup;
        } catch (RuntimeException e) {
            backup.close();
            throw e;
        }
    }

    /** Lets it go on. */
    Doksnap.Result goOn(Doksnap.Running backup) throws IOException {
        Files.createFile(home.resolve("go"));
        return backup.await();
    }

    void awaitRunning(int containers) {
        swarm.awaitRunning(service, containers);
    }

    JsonNode spec() {
        return swarm.specOf(service);
    }

    long replicas() {
        return swarm.replicas(service);
    }

    @Override
    public void close() throws IOException {
        swarm.close();
        busybox.close();
    }
}
