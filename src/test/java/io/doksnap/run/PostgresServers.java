package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import io.doksnap.docker.Container;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerEngines;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.ExecCommand;
import io.doksnap.docker.ExecOutcome;
import io.doksnap.policy.AllowedPaths;
import io.doksnap.policy.Source;
import io.doksnap.policy.Source.DumpKind;
import io.doksnap.policy.Target;
import io.doksnap.snapshot.Identity;
import io.doksnap.testing.HostImage;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Real servers of PostgreSQL in containers, of which a policy makes dumps. */
abstract class PostgresServers {
    static final Duration LONG = Duration.ofSeconds(60);
    static final String DATA = "/var/lib/postgresql/data";

    @TempDir
    Path home;

    final String name = "doksnap-test-" + UUID.randomUUID();
    static HostImage image;
    static String bin;
    DockerEngine engine;
    Bench bench;

    @BeforeAll
    static void build(@TempDir Path work) {
        Needs.root();
        URI host = Needs.docker();
        Path installed = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(installed)) {
            Needs.command("postgres");
        }
        Path version = HostImage.newest(installed);
        bin = version + "/bin";
        image = HostImage.at(
                host,
                work,
                List.of(
                        bin,
                        version + "/lib/plpgsql.so",
                        version + "/lib/dict_snowball.so",
                        version + "/lib/hstore.so",
                        "/usr/share/postgresql/" + version.getFileName(),
                        "/usr/share/zoneinfo/UTC",
                        "/usr/lib/locale/C.utf8"),
                List.of(DATA, "/var/run/postgresql"));
    }

    @BeforeEach
    void start() throws IOException {
        engine = DockerEngines.connect(Needs.docker(), LONG);
        bench = new Bench(Files.createDirectory(home.resolve("bench")));
        bench.target = Optional.of(new Target.Container(name));
        bench.sources = List.of(new Source.Dump("db", DumpKind.POSTGRES, List.of(), Optional.empty()));
    }

    @AfterEach
    void close() {
        bench.close();
        engine.close();
    }

    @AfterAll
    static void removeAll() throws IOException {
        if (image != null) {
            image.close();
        }
    }

    /** A server; on an empty volume it makes its cluster first. */
    void server(String container, String volume) {
        image.run(container, (create, config) -> {
            create.withUser("70:70")
                    .withEnv("PATH=" + bin + ":/bin", "PGDATA=" + DATA, "POSTGRES_USER=boss", "LC_ALL=C.UTF-8")
                    .withCmd("sh", "-c", """
                        [ -e $PGDATA/PG_VERSION ] || initdb -U boss -A trust --no-sync >/dev/null
                        exec postgres -c listen_addresses= -c shared_buffers=16MB -c fsync=off
                        """);
            config.withBinds(new Bind(image.volume(volume), new Volume(DATA)));
        });
        untilItAnswers(container);
    }

    void untilItAnswers(String container) {
        await().atMost(LONG)
                .until(
                        () -> run(container, "psql", "-U", "boss", "-d", "postgres", "-c", "SELECT 1"),
                        is -> is.startsWith("0"));
    }

    Container found(String container) throws DockerException {
        return engine.containers().find(container).orElseThrow();
    }

    /** The exit code and the output. */
    String run(String container, String... words) throws DockerException {
        ExecOutcome outcome = engine.containers().exec(found(container), ExecCommand.of(words), LONG);
        return outcome instanceof ExecOutcome.Ended ended ? ended.exitCode() + " " + ended.output() : "overdue";
    }

    String sql(String container, String database, String statement) throws DockerException {
        String answer = run(
                container, "psql", "-U", "boss", "-X", "-At", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement);
        assertThat(answer).as(statement).startsWith("0 ");
        return answer.substring(2).strip();
    }

    BackupRun backup() throws IOException {
        return new BackupRun(
                bench.policy(),
                new Identity("host1", "default", "shop"),
                new BackupRun.Archiving(
                        bench.encryption, "0ddba11" + bench.snapshots().size(), "doksnap test"),
                List.of(new BackupRun.Target("default", bench.store)),
                new BackupRun.Surroundings(
                        trees(),
                        new Workloads(engine, bench.data, bench.clock, Map.of(), Optional.empty(), time -> {}),
                        bench.data,
                        bench.clock,
                        bench.memory));
    }

    SourceTrees trees() {
        return new SourceTrees(engine, new AllowedPaths(List.of(home)), OwnPlaces.NONE);
    }

    void restore(RestoreTarget target) {
        assertThat(restoreOf(0, target).execute(new Cancellation())).isInstanceOf(RestoreOutcome.Restored.class);
    }

    RestoreRun restoreOf(int snapshot, RestoreTarget target) {
        RestoreRun.Request request =
                new RestoreRun.Request(target, Optional.empty(), Optional.empty(), true, "0badcafe");
        return new RestoreRun(bench.sources, bench.snapshots().get(snapshot), request, bench.store, trees());
    }

    String databases() throws DockerException {
        return sql(
                name,
                "template1",
                "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE NOT datistemplate");
    }
}
