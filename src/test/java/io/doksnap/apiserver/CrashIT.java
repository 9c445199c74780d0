package io.doksnap.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.apiserver.storage.Key;
import io.doksnap.apiserver.storage.Storage;
import io.doksnap.testing.ApiHttp;
import io.doksnap.testing.Needs;
import io.doksnap.testing.ServeApi;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left when the process or the disk lets the server down in the middle of writes. */
class CrashIT {
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
    private static final int WRITERS = 4;
    private static final int ROUNDS = 3;
    private static final int ACKNOWLEDGED_BEFORE_THE_KILL = 100;

    @TempDir
    Path directory;

    @Test
    void killedServerHasEveryWriteThatItAcknowledged() throws Exception {
        Path state = directory.resolve("api");
        Map<String, Long> acknowledged = new ConcurrentHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            int before = acknowledged.size();
            writeUntilKilled(state, round, acknowledged, before + ACKNOWLEDGED_BEFORE_THE_KILL);
            try (Storage storage = Storage.open(state)) {
                acknowledged.forEach((name, version) -> assertThat(storage.get(new Key("configmaps", "default", name)))
                        .as(name)
                        .hasValueSatisfying(
                                object -> assertThat(object.version()).isGreaterThanOrEqualTo(version)));
                assertThat(storage.version())
                        .isGreaterThanOrEqualTo(acknowledged.values().stream()
                                .mapToLong(Long::longValue)
                                .max()
                                .orElseThrow());
            }
        }
    }

    private void writeUntilKilled(Path state, int round, Map<String, Long> acknowledged, int enough) throws Exception {
        int port = freePort();
        Path kubeconfig = directory.resolve("kubeconfig" + round);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ServeApi.class.getName(),
                        state.toString(),
                        Integer.toString(port),
                        kubeconfig.toString())
                .inheritIO()
                .start();
        List<Thread> writers = new ArrayList<>();
        try {
            Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> Files.exists(kubeconfig));
            ApiHttp http = ApiHttp.of(state, URI.create("https://127.0.0.1:" + port), "admin.token");
            for (int writer = 0; writer < WRITERS; writer++) {
                String prefix = "r" + round + "-w" + writer + "-";
                Thread thread = new Thread(() -> write(http, prefix, acknowledged), "writer-" + writer);
                thread.start();
                writers.add(thread);
            }
            Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> acknowledged.size() >= enough);
        } finally {
            process.destroyForcibly().waitFor();
        }
        for (Thread writer : writers) {
            writer.join();
        }
    }

    /** Until the server is gone. */
    private static void write(ApiHttp http, String prefix, Map<String, Long> acknowledged) {
        for (int i = 0; ; i++) {
            String name = prefix + i;
            try {
                ApiHttp.Answer answer = http.send(
                        "POST", CONFIG_MAPS, "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"a\":\"b\"}}");
                if (answer.code() == 201) {
                    acknowledged.put(
                            name, answer.json().at("/metadata/resourceVersion").asLong());
                }
            } catch (Exception gone) {
                return;
            }
        }
    }

    @Test
    void fullDiskRefusesTheWriteAndChangesNothingThatCanBeRead() throws Exception {
        Needs.root();
        Path disk = Files.createDirectory(directory.resolve("disk"));
        int mounted = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString())
                .start()
                .waitFor();
        Assumptions.assumeTrue(mounted == 0, "mounting is not allowed here");
        try {
            int kept = fill(disk);
            try (Storage storage = Storage.open(disk)) {
                assertThat(storage.list("configmaps", "").objects()).hasSize(kept);
            }
        } finally {
            new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
        }
    }

    private static int fill(Path disk) throws Exception {
        String data = "x".repeat(20_000);
        try (ApiServer server = ServeApi.start(disk)) {
            ApiHttp http = ApiHttp.of(disk, server.uri(), "admin.token");
            int kept = 0;
            ApiHttp.Answer answer;
            while (true) {
                answer = http.send(
                        "POST",
                        CONFIG_MAPS,
                        "{\"metadata\":{\"name\":\"c" + kept + "\"},\"data\":{\"a\":\"" + data + "\"}}");
                if (answer.code() != 201) {
                    break;
                }
                kept++;
            }
            assertThat(answer.code()).as(answer.text()).isEqualTo(500);
            assertThat(answer.text()).contains("objects.db").contains("free some space");
            assertThat(http.get(CONFIG_MAPS).json().path("items")).hasSize(kept);
            assertThat(http.get(CONFIG_MAPS + "/c" + kept).code()).isEqualTo(404);
            assertThat(kept).isPositive();
            return kept;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
