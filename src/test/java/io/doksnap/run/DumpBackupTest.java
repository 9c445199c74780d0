package io.doksnap.run;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.archive.Decryption;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.ExecCommand;
import io.doksnap.docker.ExecOutcome;
import io.doksnap.docker.ExecStreams;
import io.doksnap.policy.Quiesce;
import io.doksnap.policy.Source;
import io.doksnap.policy.Source.DumpKind;
import io.doksnap.policy.Target;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.Manifest.StoredPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What a command in the target prints, as a source. */
class DumpBackupTest {
    private static final String MONGO = "m\u00e2\u0099\u0081 all the documents \u00ff\u00ff\u00ff\u00ff";

    @TempDir
    private Path home;

    private Bench bench;
    private final List<ExecCommand> commands = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(home);
        bench.docker.containers().run("db");
        bench.target = Optional.of(new Target.Container("db"));
        dump(DumpKind.POSTGRES);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void dump(DumpKind kind) {
        List<String> command = kind == DumpKind.COMMAND ? List.of("sqlite3", "/data/shop.db", ".dump") : List.of();
        bench.sources = List.of(new Source.Dump("db", kind, command, Optional.of("999")));
    }

    /** What the command prints, how it ends, and what it says. */
    private void prints(String output, int exitCode, String error) {
        bench.docker.containers().stream((command, streams) -> {
            commands.add(command);
            String nonce = command.environment().getOrDefault("DOKSNAP_NONCE", "");
            streams.output().write(output.replace("00000001", nonce).getBytes(ISO_8859_1));
            return new ExecOutcome.Ended(exitCode, error);
        });
    }

    private void prints(String output) {
        prints(output, 0, "");
    }

    private static String sql(String ofTheTool) {
        return """
            -- doksnap 00000001 postgres 1
            INSERT INTO t VALUES (1);
            %s
            -- doksnap 00000001 complete
            """.formatted(ofTheTool);
    }

    private static final String POSTGRES = sql("-- PostgreSQL database dump complete");

    @Test
    void dumpIsStoredAsItsOwnKindOfObjectAndTheManifestSaysWhich() throws IOException {
        prints(POSTGRES);
        SourceEntry entry = bench.backupThatSucceeds().manifest().sources().get(0);
        assertThat(entry.dump()).isEqualTo("postgres");
        assertThat(entry.objects()).extracting(StoredPart::name).containsExactly("db.sql.zst");
        assertThat(entry.plainBytes()).isEqualTo(POSTGRES.length());
        assertThat(entry.files()).isEqualTo(1);
        assertThat(entry.index()).isEmpty();
        assertThat(bench.keys()).noneMatch(key -> key.contains("index"));
        assertThat(bench.snapshots().get(0).manifest().sources()).containsExactly(entry);
        assertThat(commands).singleElement().satisfies(command -> {
            assertThat(command.words()).startsWith("sh", "-c");
            assertThat(command.user()).contains("999");
            assertThat(command.environment()).isEqualTo(Map.of("DOKSNAP_NONCE", "00000001"));
        });
    }

    @TestFactory
    Stream<DynamicTest> everyKindIsRestoredByteByByteWithItsOwnEnding() {
        Map<DumpKind, String> whole = Map.of(
                DumpKind.POSTGRES,
                POSTGRES,
                DumpKind.MYSQL,
                sql("-- Dump completed on 2026-11-23"),
                DumpKind.MARIADB,
                sql("-- Dump completed on 2026-11-23"),
                DumpKind.MONGO,
                MONGO,
                DumpKind.REDIS,
                "REDIS0010\u00ff\0\0\0\0\0\0\0\0",
                DumpKind.COMMAND,
                "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);\n");
        Map<DumpKind, String> names = Map.of(
                DumpKind.POSTGRES, "db.sql",
                DumpKind.MYSQL, "db.sql",
                DumpKind.MARIADB, "db.sql",
                DumpKind.MONGO, "db.archive",
                DumpKind.REDIS, "db.rdb",
                DumpKind.COMMAND, "db.dump");
        return Stream.of(DumpKind.values())
                .map(kind -> DynamicTest.dynamicTest(kind.name(), () -> {
                    Path other = Files.createDirectory(home.resolve(kind.name()));
                    Bench fresh = bench;
                    try (Bench own = new Bench(other)) {
                        bench = own;
                        own.docker.containers().run("db");
                        own.target = Optional.of(new Target.Container("db"));
                        dump(kind);
                        prints(whole.getOrDefault(kind, ""));
                        own.backupThatSucceeds();
                        Path target = other.resolve("restored");
                        RestoreOutcome outcome = own.restore(new RestoreTarget.EmptyDirectory(target));
                        assertThat(outcome).isInstanceOfSatisfying(RestoreOutcome.Restored.class, restored -> {
                            assertThat(restored.files()).isEqualTo(1);
                            assertThat(restored.notes())
                                    .singleElement()
                                    .satisfies(note -> assertThat(note).contains("load"));
                        });
                        Path file = target.resolve(names.getOrDefault(kind, ""));
                        assertThat(Files.readString(file, ISO_8859_1)).isEqualTo(whole.get(kind));
                        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                .isEqualTo("rw-------");
                        assertThat(verify(own)).isInstanceOf(VerifyOutcome.Verified.class);
                    } finally {
                        bench = fresh;
                    }
                }));
    }

    private static VerifyOutcome verify(Bench bench) {
        return new VerifyRun(
                        bench.snapshots().get(0),
                        new VerifyRun.Request(VerifyLevel.FULL, Optional.of(new Decryption.None()), "test"),
                        bench.store,
                        bench.clock)
                .execute(new Cancellation());
    }

    @Test
    void flippedByteIsFoundByAFullVerification() throws IOException {
        prints(POSTGRES);
        bench.backupThatSucceeds();
        String key = bench.snapshots().get(0).folder().key("db.sql.zst");
        byte[] stored = bench.read(key);
        stored[stored.length / 2] ^= 1;
        bench.store.put(key, stored);
        assertThat(verify(bench)).isInstanceOf(VerifyOutcome.Damaged.class);
    }

    @Test
    void markThatRedisSendsBehindItsFileIsNoPartOfIt() throws IOException {
        dump(DumpKind.REDIS);
        // As redis-server 7.0 sent it, with a checksum.
        String file = "REDIS0010\u00fa\u0009redis-ver\u00ff";
        prints(file + "\0\0\0\0\0\0\0\0" + "0123456789abcdef0123456789abcdef01234567");
        assertThat(bench.backupThatSucceeds().manifest().sources().get(0).plainBytes())
                .isEqualTo(file.length() + 8);
    }

    @TestFactory
    Stream<DynamicTest> dumpThatIsNotWholeIsNoBackup() {
        record Case(DumpKind kind, String output, int exitCode, String said) {}
        return Stream.of(
                        new Case(DumpKind.POSTGRES, POSTGRES, 1, "exit code 1; it said: FATAL: no room"),
                        new Case(DumpKind.POSTGRES, "", 0, "is empty"),
                        new Case(DumpKind.POSTGRES, "-- PostgreSQL database dump\n", 0, "without its last line"),
                        new Case(
                                DumpKind.POSTGRES,
                                POSTGRES.replace("00000001 complete", "99 complete"),
                                0,
                                "last line"),
                        new Case(DumpKind.POSTGRES, POSTGRES.replace("dump complete", "dump"), 0, "lacks the line"),
                        new Case(DumpKind.MYSQL, sql("-- oh"), 0, "lacks the line '-- Dump completed'"),
                        new Case(DumpKind.MONGO, MONGO.substring(0, MONGO.length() - 1), 0, "cut off"),
                        new Case(DumpKind.MONGO, "error: " + MONGO, 0, "no archive"),
                        new Case(DumpKind.REDIS, "REDIS0010\u00ff\0\0\0\0\0\0\0", 0, "cut off"),
                        new Case(DumpKind.REDIS, "REDIS0010\u00ff\0\0\0\0\0\0\0\1", 0, "damaged"),
                        new Case(DumpKind.REDIS, "NOAUTH Authentication required", 0, "no data set"),
                        new Case(DumpKind.COMMAND, "", 0, "is empty"),
                        new Case(DumpKind.COMMAND, "\u001f\u008b\u0008 of nothing", 0, "only 14 bytes"),
                        new Case(DumpKind.COMMAND, "something\n".repeat(10), 127, "exit code 127"))
                .map(wrong -> DynamicTest.dynamicTest(wrong.kind() + ": " + wrong.said(), () -> {
                    dump(wrong.kind());
                    prints(wrong.output(), wrong.exitCode(), "FATAL: no room\n");
                    BackupOutcome.Failed failed = bench.backupThatFails();
                    assertThat(failed.reason()).isEqualTo(Reason.DUMP_FAILED);
                    assertThat(failed.message())
                            .contains("the dump of db (")
                            .contains("in container db")
                            .contains(wrong.said());
                    assertThat(bench.keys()).isEmpty();
                    assertThat(bench.openRuns()).isEmpty();
                }));
    }

    @Test
    void dumpThatFailsAfterMuchOutputLeavesNothing() throws IOException {
        bench.limitObjects(1 << 20);
        byte[] noise = new byte[64 << 10];
        new java.util.Random(7).nextBytes(noise);
        bench.docker.containers().stream((command, streams) -> {
            for (int i = 0; i < 100; i++) {
                streams.output().write(noise);
            }
            return new ExecOutcome.Ended(1, "pg_dump: error: connection lost");
        });
        assertThat(bench.backupThatFails().reason()).isEqualTo(Reason.DUMP_FAILED);
        assertThat(bench.keys()).isEmpty();
    }

    @Test
    void containerThatGoesInTheMiddleIsAFailureAlthoughTheStreamEnded() throws IOException {
        bench.docker.containers().stream((command, streams) -> {
            streams.output().write(POSTGRES.getBytes(UTF_8));
            throw new DockerException(
                    DockerException.Kind.NOT_FOUND, "Container db ended or was removed while sh ran in it.", null);
        });
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.reason()).isEqualTo(Reason.DUMP_FAILED);
        assertThat(failed.message()).contains("ended or was removed");
        assertThat(bench.keys()).isEmpty();
    }

    @Test
    void engineThatIsGoneIsNamedAsThat() throws IOException {
        bench.docker.containers().stream((command, streams) -> {
            throw new DockerException(DockerException.Kind.UNAVAILABLE, "No Docker Engine answers.", null);
        });
        assertThat(bench.backupThatFails().reason()).isEqualTo(Reason.DOCKER_UNAVAILABLE);
    }

    @Test
    void emptyDumpIsTakenWhereThatIsAllowed() throws IOException {
        bench.allowEmpty = true;
        dump(DumpKind.COMMAND);
        prints("");
        assertThat(bench.backupThatSucceeds().manifest().sources().get(0).plainBytes())
                .isZero();
    }

    @Test
    void targetThatDoesNotRunIsNamed() {
        bench.docker.containers().stopByHand("db");
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.reason()).isEqualTo(Reason.DUMP_FAILED);
        assertThat(failed.message()).contains("container db does not run");
    }

    @Test
    void dumpOfATargetThatIsKeptStillIsRefusedBeforeAnythingIsTouched() {
        bench.quiesce = new Quiesce(
                Quiesce.Mode.STOP, Duration.ofMinutes(5), Quiesce.NONE.release(), Optional.empty(), List.of());
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.reason()).isEqualTo(Reason.INVALID_SPEC);
        assertThat(failed.message()).contains("quiesce.mode: none");
        assertThat(bench.docker.containers().calls()).isEmpty();
    }

    @Test
    void listShowsOneFileOfTheDumpsSize() throws Exception {
        prints(POSTGRES);
        bench.backupThatSucceeds();
        CatalogueEntry.Snapshot snapshot = bench.snapshots().get(0);
        List<String> lines = new ArrayList<>();
        FileListing listing = FileListing.of(snapshot, Optional.empty(), Optional.empty(), bench.store);
        assertThat(listing.readsTheArchive()).isFalse();
        listing.visit(file -> lines.add(file.path() + " " + file.size() + " " + file.modified()));
        assertThat(lines).containsExactly("db.sql " + POSTGRES.length() + " 2026-11-22T02:00:00Z");
    }

    @Test
    void dumpIsNotPutIntoAVolume() throws IOException {
        prints(POSTGRES);
        bench.backupThatSucceeds();
        assertThat(bench.restore(new RestoreTarget.EmptyVolume("data")))
                .isInstanceOfSatisfying(
                        RestoreOutcome.Failed.class,
                        failed -> assertThat(failed.message())
                                .contains("is a dump")
                                .contains("--to-service"));
    }

    @Test
    void sinkThatFailsEndsTheCommand() {
        bench.docker.containers().stream((command, streams) -> {
            writeForEver(streams);
            return new ExecOutcome.Ended(0, "");
        });
        bench.store.set(io.doksnap.testing.FaultyStore.Fault.on(
                io.doksnap.testing.FaultyStore.Call.WRITE, "db", io.doksnap.store.StoreException.Kind.ACCESS_DENIED));
        assertThat(bench.backupThatFails().reason()).isEqualTo(Reason.ACCESS_DENIED);
    }

    private static void writeForEver(ExecStreams streams) throws IOException {
        java.util.Random random = new java.util.Random(3);
        byte[] noise = new byte[64 << 10];
        while (true) {
            random.nextBytes(noise);
            streams.output().write(noise);
        }
    }
}
