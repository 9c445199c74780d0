package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import io.doksnap.docker.DockerException;
import io.doksnap.policy.Source.DumpKind;
import io.doksnap.testing.HostImage;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real Redis in a container: its dump, and the way back. */
@Timeout(120)
class RedisDumpIT {
    private static final int KEYS = 20_000;
    private static final String[] SNAPSHOTS = {"--save", "3600 1"};
    private static final String[] APPEND_ONLY = {"--appendonly", "yes", "--save", ""};

    @TempDir
    private Path home;

    private static HostImage image;
    private DatabaseScene scene;
    private String name;

    @BeforeAll
    static void build(@TempDir Path work) throws IOException {
        Needs.root();
        image = HostImage.at(
                Needs.docker(),
                work,
                List.of(
                        Needs.command("redis-server").toString(),
                        Needs.command("redis-server").toRealPath().toString(),
                        Needs.command("redis-cli").toString()),
                List.of("/data"));
    }

    @AfterAll
    static void removeImage() throws IOException {
        if (image != null) {
            image.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        scene = new DatabaseScene(home, DumpKind.REDIS, image);
        name = scene.name;
    }

    @AfterEach
    void removeAll() throws IOException {
        if (scene != null) {
            scene.close();
        }
    }

    /** A server with what lies in its data directory. */
    private void server(String container, Path data, String... options) throws IOException {
        Files.createDirectories(data);
        List<String> command = new ArrayList<>(List.of("redis-server", "--dir", "/data", "--requirepass", "geheim"));
        command.addAll(List.of(options));
        scene.image.run(container, (create, config) -> {
            create.withEnv("PATH=/usr/bin:/bin", "REDIS_PASSWORD=geheim").withCmd(command);
            config.withBinds(new Bind(data.toString(), new Volume("/data")));
        });
        untilItAnswers(container);
    }

    /** A server whose data directory is a disk of that size. */
    private void serverOnDisk(String container, int megabytes) {
        scene.image.run(container, (create, config) -> {
            create.withEnv("PATH=/usr/bin:/bin", "REDIS_PASSWORD=geheim")
                    .withCmd("redis-server", "--dir", "/data", "--requirepass", "geheim", SNAPSHOTS[0], SNAPSHOTS[1]);
            config.withTmpFs(Map.of("/data", "size=" + megabytes + "m"));
        });
        untilItAnswers(container);
    }

    /** What no compression makes smaller, in 16 keys for each. */
    private void fillWithMegabytes(String container, int megabytes) throws DockerException {
        redis(
                container,
                "EVAL",
                "local t = {} for i = 1, 65536 do t[i] = string.char(math.random(0, 255)) end"
                        + " for i = 1, ARGV[1] * 16 do redis.call('SET', 'large' .. i, table.concat(t)) end",
                "0",
                String.valueOf(megabytes));
    }

    private void untilItAnswers(String container) {
        await().atMost(DatabaseScene.LONG)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> redis(container, "PING"), "PONG"::equals);
    }

    private String redis(String container, String... words) throws DockerException {
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", "REDISCLI_AUTH=geheim redis-cli --raw \"$@\"", "sh"));
        command.addAll(List.of(words));
        return scene.run(container, command.toArray(String[]::new)).replaceFirst("^\\d+ ", "");
    }

    private void fill(String value) throws DockerException {
        redis(name, "EVAL", "for i = 1, " + KEYS + " do redis.call('SET', 'key' .. i, ARGV[1] .. i) end", "0", value);
    }

    private void killAndStart() {
        scene.image.docker().killContainerCmd(name).exec();
        scene.image.docker().startContainerCmd(name).exec();
        untilItAnswers(name);
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void dumpIsTheFileThatAnotherServerStartsFrom() throws Exception {
        server(name, home.resolve("old"), "--save", "");
        redis(name, "SET", "shop", "open");
        redis(name, "EVAL", "for i = 1, 20000 do redis.call('RPUSH', 'list', i) end", "0");
        scene.backup();

        Path fresh = home.resolve("new");
        assertThat(scene.bench.restore(new RestoreTarget.EmptyDirectory(fresh)))
                .isInstanceOf(RestoreOutcome.Restored.class);
        Files.move(fresh.resolve("db.rdb"), fresh.resolve("dump.rdb"));
        server(name + "-new", fresh);
        assertThat(redis(name + "-new", "GET", "shop")).isEqualTo("open");
        assertThat(redis(name + "-new", "LLEN", "list")).isEqualTo("20000");
        assertThat(redis(name + "-new", "LINDEX", "list", "-1")).isEqualTo("20000");
    }

    @Test
    void dumpTakesThePlaceOfWhatAServerHoldsThatIsInUseAndNoAcknowledgedWriteIsLost() throws Exception {
        Path data = home.resolve("data");
        server(name, data, SNAPSHOTS);
        fill("old");
        redis(name, "-n", "7", "SET", "seven", "7", "EX", "10000");
        scene.backup();
        redis(name, "FLUSHALL");
        redis(name, "SET", "since", "1");
        CompletableFuture<String> writer = CompletableFuture.supplyAsync(() -> {
            try {
                return scene.run(
                        name,
                        "sh",
                        "-c",
                        "export REDISCLI_AUTH=geheim; while redis-cli -e --raw INCR n; do :; done 2>/dev/null | tail -1");
            } catch (DockerException e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> redis(name, "EXISTS", "n"), "1"::equals);

        RestoreOutcome.Restored restored = scene.restored(name);
        assertThat(restored.target())
                .matches("Redis [0-9.]+ of container " + name + ", which now holds db0:keys=20000, db7:keys=1");
        assertThat(redis(name, "GET", "key" + KEYS)).isEqualTo("old" + KEYS);
        assertThat(redis(name, "EXISTS", "since")).isEqualTo("0");
        assertThat(Integer.parseInt(redis(name, "-n", "7", "TTL", "seven"))).isBetween(9_000, 10_000);
        assertThat(redis(name, "SET", "written", "1")).isEqualTo("OK");
        assertThat(redis(name, "CONFIG", "GET", "masterauth")).isEqualTo("masterauth");
        String kept = files(data).stream()
                .filter(file -> file.startsWith("dump_before_"))
                .findFirst()
                .orElseThrow();
        assertThat(files(data)).containsExactly("dump.rdb", kept);
        assertThat(restored.notes())
                .singleElement()
                .asString()
                .contains("kept as /data/" + kept)
                .endsWith("docker exec " + name + " rm /data/" + kept);
        redis(name, "DEL", "written");
        killAndStart();
        assertThat(redis(name, "DBSIZE")).isEqualTo(String.valueOf(KEYS));

        Path before = Files.createDirectory(home.resolve("before"));
        Files.copy(data.resolve(kept), before.resolve("dump.rdb"));
        server(name + "-before", before);
        assertThat(redis(name + "-before", "DBSIZE")).isEqualTo("2");
        assertThat("0 " + redis(name + "-before", "GET", "n")).isEqualTo(writer.get());
    }

    @Test
    void serverWithAnAppendOnlyFileHasAllOfTheOldOrAllOfTheDumpWheneverItOrTheScriptIsKilled() throws Exception {
        Path data = home.resolve("data");
        List<String> options = new ArrayList<>(List.of(APPEND_ONLY));
        options.addAll(List.of("--masterauth", "its own \"\\n"));
        server(name, data, options.toArray(String[]::new));
        fill("old");
        scene.backup();
        Random random = new Random(7);
        for (int round = 0; round < 4; round++) {
            fill("since");
            boolean container = round % 2 == 0;
            CompletableFuture<RestoreOutcome> restore =
                    CompletableFuture.supplyAsync(() -> scene.bench.restore(new RestoreTarget.Database(name)));
            int shot = random.nextInt(1_200);
            await().atMost(DatabaseScene.LONG)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> restore.isDone() || files(data).stream().anyMatch(file -> file.endsWith(".rdb.pid")));
            scene.run(name, "sh", "-c", "usleep " + shot * 1000);
            if (container) {
                killAndStart();
            } else {
                scene.run(name, "sh", "-c", "kill -9 $(sed -n 1p /data/doksnap_*.rdb.pid)");
            }
            String outcome = restore.get().getClass().getSimpleName();
            assertThat(redis(name, "DBSIZE")).isEqualTo(String.valueOf(KEYS));
            String value = redis(name, "GET", "key" + KEYS).replaceAll("\\d", "");
            assertThat(redis(name, "GET", "key1")).isEqualTo(value + "1");
            assertThat(outcome.equals("Failed") || value.equals("old")).isTrue();
            assertThat(redis(name, "SET", "key1", "since1")).isEqualTo("OK");
            assertThat(redis(name, "CONFIG", "GET", "masterauth")).isEqualTo("masterauth\nits own \"\\n");
        }
        Files.createFile(data.resolve("doksnap_other.rdb"));
        assertThat(scene.restored(name).notes())
                .anyMatch(
                        note -> note.contains("what no restore is loading: docker exec " + name + " rm /data/doksnap_")
                                && note.endsWith(" /data/doksnap_other.rdb"));
        killAndStart();
        assertThat(redis(name, "GET", "key" + KEYS)).isEqualTo("old" + KEYS);
    }

    @Test
    void dumpThatTheServerCannotLoadChangesNothingAndWhatIsNoServerOfItsOwnIsRefused() throws Exception {
        server(name, home.resolve("large"), "--databases", "32");
        redis(name, "-n", "20", "SET", "a", "b");
        scene.backup();
        Path data = home.resolve("small");
        String small = name + "-small";
        server(small, data);
        redis(small, "SET", "c", "d");
        assertThat(scene.failure(small)).contains("configured to handle more than 16 databases");
        assertThat(redis(small, "DBSIZE")).isEqualTo("1");
        assertThat(redis(small, "SET", "e", "f")).isEqualTo("OK");
        assertThat(files(data)).noneMatch(file -> file.startsWith("doksnap"));

        server(name + "-replica", home.resolve("replica"), "--replicaof", "127.0.0.1", "1");
        assertThat(scene.failure(name + "-replica")).contains("is a replica of 127.0.0.1");
        server(name + "-cluster", home.resolve("cluster"), "--cluster-enabled", "yes");
        assertThat(scene.failure(name + "-cluster")).contains("runs as a cluster");
        redis(small, "CONFIG", "SET", "requirepass", "other");
        assertThat(scene.failure(small)).contains("NOAUTH");
    }

    @Test
    void serverWhoseDiskHasNoRoomForTheDumpIsAsItWasAndTakesWrites() throws Exception {
        server(name, home.resolve("large"), "--save", "");
        fillWithMegabytes(name, 4);
        scene.backup();
        String small = name + "-small";
        serverOnDisk(small, 6);
        redis(small, "SET", "a", "b");

        assertThat(scene.failure(small)).contains("could not; is its disk full?");
        assertThat(redis(small, "ROLE")).startsWith("master");
        assertThat(redis(small, "DBSIZE")).isEqualTo("1");
        assertThat(redis(small, "SET", "a", "c")).isEqualTo("OK");
        assertThat(scene.run(small, "sh", "-c", "ls /data | grep doksnap").strip())
                .isEqualTo("1");
    }

    @Test
    void serverThatCannotSaveBesideTheDumpIsAsItWasAndTakesWrites() throws Exception {
        server(name, home.resolve("old"), "--save", "");
        fillWithMegabytes(name, 3);
        scene.backup();
        String small = name + "-small";
        serverOnDisk(small, 6);
        fillWithMegabytes(small, 4);

        assertThat(scene.failure(small)).contains("BGSAVE failed; is the disk full?");
        assertThat(redis(small, "DBSIZE")).isEqualTo("64");
        assertThat(redis(small, "SET", "a", "c")).isEqualTo("OK");
    }

    @Test
    void serverThatCannotSaveTheDumpHasItAndTheMessageSaysSoAndWhereTheOldDataAre() throws Exception {
        server(name, home.resolve("old"), "--save", "");
        fillWithMegabytes(name, 3);
        scene.backup();
        String small = name + "-small";
        serverOnDisk(small, 8);
        redis(small, "SET", "a", "b");

        assertThat(scene.failure(small))
                .contains("BGSAVE failed; is the disk full?")
                .contains(
                        "the dump is in its place all the same; what the server held before is kept as /data/dump_before_");
        assertThat(redis(small, "DBSIZE")).isEqualTo("48");
        assertThat(redis(small, "SET", "a", "c")).isEqualTo("OK");
    }

    @Test
    void serverThatRefusesToBecomeAReplicaIsLeftAtOnce() throws Exception {
        Path data = home.resolve("data");
        server(name, data, "--rename-command", "REPLICAOF", "");
        redis(name, "SET", "a", "b");
        scene.backup();
        redis(name, "SET", "a", "c");

        assertThat(scene.failure(name))
                .contains("REPLICAOF 127.0.0.1: ERR unknown command")
                .doesNotContain("does not hold");
        assertThat(redis(name, "GET", "a")).isEqualTo("c");
        assertThat(redis(name, "CONFIG", "GET", "masterauth")).isEqualTo("masterauth");
        assertThat(files(data)).noneMatch(file -> file.startsWith("doksnap"));
    }
}
