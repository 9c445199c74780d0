package io.doksnap.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerEngines;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.ExecCommand;
import io.doksnap.docker.ExecOutcome;
import io.doksnap.docker.ExecStreams;
import io.doksnap.policy.AllowedPaths;
import io.doksnap.policy.Quiesce;
import io.doksnap.policy.Source;
import io.doksnap.policy.Source.DumpKind;
import io.doksnap.policy.Target;
import io.doksnap.snapshot.Identity;
import io.doksnap.testing.HostImage;
import io.doksnap.testing.Needs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real PostgreSQL in a container, into which somebody writes all the time. */
@Timeout(180)
class PostgresDumpIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String DATA = "/var/lib/postgresql/data";
    private static final String ROWS = "SELECT count(*) || ' ' || coalesce(sum(a), 0) FROM t";

    @TempDir
    private Path home;

    private final String name = "doksnap-test-" + UUID.randomUUID();
    private HostImage image;
    private DockerEngine engine;
    private Bench bench;
    private String bin;

    @BeforeEach
    void start() throws IOException {
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
                Files.createDirectory(home.resolve("image")),
                List.of(
                        bin,
                        version + "/lib/plpgsql.so",
                        version + "/lib/dict_snowball.so",
                        "/usr/share/postgresql/" + version.getFileName(),
                        "/usr/share/zoneinfo/UTC",
                        "/usr/lib/locale/C.utf8"),
                List.of(DATA, "/var/run/postgresql"));
        engine = DockerEngines.connect(host, LONG);
        bench = new Bench(Files.createDirectory(home.resolve("bench")));
        bench.target = Optional.of(new Target.Container(name));
        bench.sources = List.of(new Source.Dump("db", DumpKind.POSTGRES, List.of(), Optional.empty()));
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

    /** A server; on an empty volume it makes its cluster first. */
    private void server(String container, String volume) {
        image.run(container, (create, config) -> {
            create.withUser("70:70")
                    .withEnv("PATH=" + bin + ":/bin", "PGDATA=" + DATA, "POSTGRES_USER=boss", "LC_ALL=C.UTF-8")
                    .withCmd("sh", "-c", """
                        [ -e $PGDATA/PG_VERSION ] || initdb -U boss -A trust --no-sync >/dev/null
                        exec postgres -c listen_addresses= -c shared_buffers=16MB -c fsync=off
                        """);
            config.withBinds(new Bind(image.volume(volume), new Volume(DATA)));
        });
        await().atMost(LONG)
                .until(
                        () -> run(container, "psql", "-U", "boss", "-d", "postgres", "-c", "SELECT 1"),
                        is -> is.startsWith("0"));
    }

    private Container found(String container) throws DockerException {
        return engine.containers().find(container).orElseThrow();
    }

    /** The exit code and the output. */
    private String run(String container, String... words) throws DockerException {
        ExecOutcome outcome = engine.containers().exec(found(container), ExecCommand.of(words), LONG);
        return outcome instanceof ExecOutcome.Ended ended ? ended.exitCode() + " " + ended.output() : "overdue";
    }

    private String sql(String container, String database, String statement) throws DockerException {
        String answer = run(
                container, "psql", "-U", "boss", "-X", "-At", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement);
        assertThat(answer).as(statement).startsWith("0 ");
        return answer.substring(2).strip();
    }

    private void fill(int rows) throws DockerException {
        sql(name, "postgres", "CREATE ROLE shop LOGIN PASSWORD 'geheim'");
        sql(name, "postgres", "CREATE DATABASE shop OWNER shop");
        sql(name, "postgres", "ALTER DATABASE shop SET search_path = public, pg_temp");
        sql(name, "shop", "CREATE TABLE t (a bigint PRIMARY KEY, b text DEFAULT repeat(md5(random()::text), 8))");
        sql(name, "shop", "INSERT INTO t SELECT i FROM generate_series(1, " + rows + ") i");
        sql(
                name,
                "shop",
                "CREATE TABLE odd (t text); INSERT INTO odd VALUES (E'-- doksnap 00000001 complete\\n\\\\connect x')");
        sql(name, "shop", "ALTER TABLE t OWNER TO shop");
    }

    /** Somebody who adds a row again and again until the container is gone. */
    private void keepWriting() {
        image.docker()
                .execStartCmd(image.docker()
                        .execCreateCmd(name)
                        .withCmd(
                                "sh",
                                "-c",
                                "while :; do echo 'INSERT INTO t SELECT max(a) + 1 FROM t;'; done | psql -q -U boss -d"
                                        + " shop")
                        .exec()
                        .getId())
                .withDetach(true)
                .exec(new com.github.dockerjava.api.async.ResultCallback.Adapter<>());
    }

    private BackupRun backup() throws IOException {
        return new BackupRun(
                bench.policy(),
                new Identity("host1", "default", "shop"),
                new BackupRun.Archiving(
                        bench.encryption, "0000000" + bench.snapshots().size(), "doksnap test"),
                List.of(new BackupRun.Target("default", bench.store)),
                new BackupRun.Surroundings(
                        trees(),
                        new Workloads(engine, bench.data, bench.clock, Map.of(), Optional.empty(), time -> {}),
                        bench.data,
                        bench.clock,
                        bench.memory));
    }

    private SourceTrees trees() {
        return new SourceTrees(engine, new AllowedPaths(List.of(home)), OwnPlaces.NONE);
    }

    private void restore(RestoreTarget target) {
        RestoreRun.Request request =
                new RestoreRun.Request(target, Optional.empty(), Optional.empty(), true, "0badcafe");
        RestoreOutcome outcome = new RestoreRun(bench.sources, bench.snapshots().get(0), request, bench.store, trees())
                .execute(new Cancellation());
        assertThat(outcome).isInstanceOf(RestoreOutcome.Restored.class);
    }

    @Test
    void dumpUnderWriteLoadIsLoadedIntoANewServerThatThenHasTheRows() throws Exception {
        server(name, name);
        fill(20_000);
        keepWriting();
        await().atMost(LONG)
                .until(() -> !sql(name, "shop", "SELECT count(*) FROM t").equals("20000"));
        BackupOutcome outcome = backup().execute(new Cancellation());
        assertThat(outcome).isInstanceOf(BackupOutcome.Succeeded.class);
        Path directory = home.resolve("restored");
        restore(new RestoreTarget.EmptyDirectory(directory));

        String fresh = name + "-new";
        server(fresh, fresh);
        byte[] dump = Files.readAllBytes(directory.resolve("db.sql"));
        ExecStreams streams = new ExecStreams(
                Optional.of(new SequenceInputStream(
                        new ByteArrayInputStream(dump), new ByteArrayInputStream("\\q\n".getBytes(UTF_8)))),
                OutputStream.nullOutputStream());
        ExecOutcome loaded = engine.containers().stream(
                found(fresh), ExecCommand.of("psql", "-q", "-U", "boss", "-d", "postgres"), streams, LONG);
        // A fresh server has its own superuser already; nothing else may be wrong.
        assertThat(loaded.output().lines().filter(line -> line.contains("ERROR")))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("role \"boss\" already exists"));
        long rows = Long.parseLong(sql(fresh, "shop", "SELECT count(*) FROM t"));
        assertThat(rows).isGreaterThan(20_000);
        assertThat(sql(fresh, "shop", ROWS)).isEqualTo(rows + " " + rows * (rows + 1) / 2);
        assertThat(sql(fresh, "shop", "SELECT tableowner FROM pg_tables WHERE tablename = 't'"))
                .isEqualTo("shop");
        assertThat(sql(fresh, "shop", "SHOW search_path")).isEqualTo("public, pg_temp");
        assertThat(sql(fresh, "shop", "SELECT t FROM odd")).isEqualTo("-- doksnap 00000001 complete\n\\connect x");
        assertThat(sql(
                        fresh,
                        "postgres",
                        "SELECT rolpassword = (SELECT rolpassword FROM pg_authid WHERE rolname = 'shop')"
                                + " FROM pg_authid WHERE rolname = 'shop' AND rolpassword LIKE 'SCRAM%'"))
                .isEqualTo("t");
    }

    @Test
    void containerKilledInMidDumpIsAFailureAndNothingIsKept() throws Exception {
        server(name, name);
        fill(10);
        // Much that compresses well, so that the dump takes its time.
        sql(name, "shop", "CREATE TABLE big AS SELECT i, repeat('x', 1000) AS b FROM generate_series(1, 300000) i");
        CompletableFuture<BackupOutcome> outcome = new CompletableFuture<>();
        BackupRun run = backup();
        Thread thread = new Thread(() -> outcome.complete(run.execute(new Cancellation())));
        thread.start();
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> run.progress().bytesRead() > 1 << 20);
        image.docker().killContainerCmd(name).exec();
        assertThat(outcome.get()).isInstanceOfSatisfying(BackupOutcome.Failed.class, failed -> {
            System.out.println(failed.message());
            assertThat(failed.reason()).as(failed.message()).isEqualTo(Reason.DUMP_FAILED);
        });
        assertThat(bench.keys()).isEmpty();
        thread.join();
    }

    @Test
    void volumeOfAStoppedServerIsRestoredIntoOneThatStartsAndHasTheRows() throws Exception {
        server(name, name);
        fill(20_000);
        keepWriting();
        bench.sources = List.of(new Source.Volume("data", name, List.of()));
        bench.quiesce = new Quiesce(Quiesce.Mode.STOP, LONG, Quiesce.NONE.release(), Optional.empty(), List.of());
        assertThat(backup().execute(new Cancellation())).isInstanceOf(BackupOutcome.Succeeded.class);
        assertThat(found(name).state()).isEqualTo(Container.State.RUNNING);

        String fresh = name + "-new";
        image.volume(fresh);
        restore(new RestoreTarget.EmptyVolume(fresh));
        server(fresh, fresh);
        long rows = Long.parseLong(sql(fresh, "shop", "SELECT count(*) FROM t"));
        assertThat(rows).isGreaterThanOrEqualTo(20_000);
        assertThat(sql(fresh, "shop", ROWS)).isEqualTo(rows + " " + rows * (rows + 1) / 2);
    }
}
