package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerEngines;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.ExecCommand;
import io.doksnap.docker.ExecOutcome;
import io.doksnap.policy.Source;
import io.doksnap.policy.Source.DumpKind;
import io.doksnap.policy.Target;
import io.doksnap.testing.HostImage;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real Redis in a container: its dump, and the way back. */
@Timeout(60)
class RedisDumpIT {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path home;

    private final String name = "doksnap-test-" + UUID.randomUUID();
    private HostImage image;
    private DockerEngine engine;
    private Bench bench;

    @BeforeEach
    void start() throws IOException {
        Needs.root();
        URI host = Needs.docker();
        image = HostImage.at(
                host,
                Files.createDirectory(home.resolve("image")),
                List.of(
                        Needs.command("redis-server").toString(),
                        Needs.command("redis-server").toRealPath().toString(),
                        Needs.command("redis-cli").toString()),
                List.of("/data"));
        engine = DockerEngines.connect(host, LONG);
        bench = new Bench(Files.createDirectory(home.resolve("bench")));
        bench.engine = engine;
        bench.target = Optional.of(new Target.Container(name));
        bench.sources = List.of(new Source.Dump("db", DumpKind.REDIS, List.of(), Optional.empty()));
    }

    @AfterEach
    void removeAll() throws IOException {
        if (bench != null) {
            bench.close();
            engine.close();
        }
        if (image != null) {
            image.close();
        }
    }

    /** A server that keeps nothing by itself, with what lies in its data directory. */
    private void server(String container, Path data) throws DockerException {
        image.run(container, (create, config) -> {
            create.withEnv("PATH=/usr/bin:/bin", "REDIS_PASSWORD=geheim")
                    .withCmd("redis-server", "--dir", "/data", "--save", "", "--requirepass", "geheim");
            config.withBinds(new Bind(data.toString(), new Volume("/data")));
        });
        await().atMost(LONG).until(() -> redis(container, "PING"), "PONG"::equals);
    }

    private String redis(String container, String... words) throws DockerException {
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", "REDISCLI_AUTH=geheim redis-cli --raw \"$@\"", "sh"));
        command.addAll(List.of(words));
        ExecOutcome outcome = engine.containers()
                .exec(
                        engine.containers().find(container).orElseThrow(),
                        ExecCommand.of(command.toArray(String[]::new)),
                        LONG);
        return outcome.output().strip();
    }

    @Test
    void dumpIsTheFileThatAnotherServerStartsFrom() throws Exception {
        server(name, Files.createDirectory(home.resolve("old")));
        redis(name, "SET", "shop", "open");
        redis(name, "EVAL", "for i = 1, 20000 do redis.call('RPUSH', 'list', i) end", "0");
        assertThat(bench.backup()).isInstanceOf(BackupOutcome.Succeeded.class);

        assertThat(bench.restore(new RestoreTarget.Database(name)).toString())
                .contains("put the file into its data directory as dump.rdb");
        Path fresh = home.resolve("new");
        assertThat(bench.restore(new RestoreTarget.EmptyDirectory(fresh))).isInstanceOf(RestoreOutcome.Restored.class);
        Files.move(fresh.resolve("db.rdb"), fresh.resolve("dump.rdb"));
        server(name + "-new", fresh);
        assertThat(redis(name + "-new", "GET", "shop")).isEqualTo("open");
        assertThat(redis(name + "-new", "LLEN", "list")).isEqualTo("20000");
        assertThat(redis(name + "-new", "LINDEX", "list", "-1")).isEqualTo("20000");
    }
}
