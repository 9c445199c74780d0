package io.doksnap.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.ExecCommand;
import io.doksnap.docker.ExecOutcome;
import io.doksnap.docker.ExecStreams;
import io.doksnap.policy.Quiesce;
import io.doksnap.policy.Source;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real PostgreSQL in a container, into which somebody writes all the time. */
@Timeout(180)
class PostgresDumpIT extends PostgresServers {
    private static final String ROWS = "SELECT count(*) || ' ' || coalesce(sum(a), 0) FROM t";

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
    void dumpTakesThePlaceOfADatabaseThatIsInUseAndTheOldOneIsKept() throws Exception {
        server(name, name);
        fill(20_000);
        assertThat(backup().execute(new Cancellation())).isInstanceOf(BackupOutcome.Succeeded.class);
        String rows = sql(name, "shop", ROWS);
        sql(name, "shop", "DELETE FROM t WHERE a % 2 = 0");
        sql(name, "shop", "CREATE TABLE since (a int)");
        sql(name, "postgres", "ALTER ROLE shop PASSWORD 'neu'");
        String password = sql(name, "postgres", "SELECT rolpassword FROM pg_authid WHERE rolname = 'shop'");
        keepWriting();
        RestoreTarget target = new RestoreTarget.Database(name);
        assertThat(restoreOf(0, target).preview()).satisfies(preview -> {
            assertThat(preview.obstacle()).isEmpty();
            assertThat(preview.target()).contains(name).contains("there now: postgres, shop");
        });
        assertThat(databases()).isEqualTo("postgres shop");

        assertThat(restoreOf(0, target).execute(new Cancellation()))
                .isInstanceOfSatisfying(RestoreOutcome.Restored.class, restored -> {
                    assertThat(restored.target()).contains("the database shop of container " + name);
                    assertThat(restored.notes()).anyMatch(note -> note.contains("DROP DATABASE"));
                });
        assertThat(databases()).matches("postgres shop shop_before_[0-9_]{15}");
        String old = databases().replaceAll(".* ", "");
        assertThat(sql(name, "shop", ROWS)).isEqualTo(rows);
        assertThat(sql(name, "shop", "SHOW search_path")).isEqualTo("public, pg_temp");
        assertThat(sql(name, "shop", "SELECT tableowner FROM pg_tables WHERE tablename = 't'"))
                .isEqualTo("shop");
        assertThat(sql(name, "shop", "SELECT to_regclass('since') IS NULL")).isEqualTo("t");
        assertThat(sql(name, old, "SELECT to_regclass('since') IS NULL")).isEqualTo("f");
        assertThat(sql(name, "postgres", "SELECT rolpassword FROM pg_authid WHERE rolname = 'shop'"))
                .isEqualTo(password);
    }

    @Test
    void loadThatFailsOrIsCutOffLeavesEverythingAsItWas() throws Exception {
        server(name, name);
        fill(1_000);
        sql(
                name,
                "shop",
                "CREATE TABLE slow (a int CHECK (current_database() = 'shop' OR pg_sleep(90)::text <> 'x')); INSERT"
                        + " INTO slow VALUES (1)");
        assertThat(backup().execute(new Cancellation())).isInstanceOf(BackupOutcome.Succeeded.class);
        sql(
                name,
                "shop",
                "CREATE TABLE picky (a int CHECK (current_database() = 'shop')); INSERT INTO picky VALUES (1)");
        sql(name, "postgres", "CREATE ROLE later");
        assertThat(backup().execute(new Cancellation())).isInstanceOf(BackupOutcome.Succeeded.class);
        sql(name, "postgres", "DROP ROLE later");

        RestoreOutcome failed = restoreOf(1, new RestoreTarget.Database(name)).execute(new Cancellation());
        assertThat(failed).isInstanceOf(RestoreOutcome.Failed.class).asString().contains("violates check constraint");
        assertThat(databases()).isEqualTo("postgres shop");
        assertThat(sql(name, "postgres", "SELECT count(*) FROM pg_roles WHERE rolname = 'later'"))
                .isEqualTo("0");

        Cancellation cancellation = new Cancellation();
        assertThat(whileLoading(() -> cancellation.cancel(Reason.CANCELLED), cancellation))
                .contains("stopped before it was done");
        assertThat(databases()).isEqualTo("postgres shop");

        String killed = whileLoading(() -> image.docker().killContainerCmd(name).exec(), new Cancellation());
        assertThat(killed).contains("DROP DATABASE \"shop_doksnap_0badcafe\"");
        image.docker().startContainerCmd(name).exec();
        untilItAnswers(name);
        assertThat(databases()).isEqualTo("postgres postgres_doksnap_0badcafe shop shop_doksnap_0badcafe");
        assertThat(sql(name, "shop", ROWS)).isEqualTo("1000 500500");
    }

    /** What became of a restore of the first snapshot during which something happens. */
    private String whileLoading(Runnable happens, Cancellation cancellation) throws Exception {
        RestoreRun run = restoreOf(0, new RestoreTarget.Database(name));
        CompletableFuture<String> outcome = new CompletableFuture<>();
        Thread thread =
                new Thread(() -> outcome.complete(run.execute(cancellation).toString()));
        thread.start();
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> sql(
                                name,
                                "template1",
                                "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"),
                        "1"::equals);
        happens.run();
        thread.join();
        return outcome.get();
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
