package io.doksnap.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.Encryption;
import io.doksnap.docker.Container;
import io.doksnap.docker.ExecCommand;
import io.doksnap.docker.ExecOutcome;
import io.doksnap.docker.ExecStreams;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Source;
import io.doksnap.policy.Source.DumpKind;
import io.doksnap.policy.Target;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dumps that are loaded into a server that is no more than its answers. */
@Timeout(60)
class DatabaseRestoreTest {
    private static final String END = "-- PostgreSQL database dump complete\n";
    private static final RestoreTarget DB = new RestoreTarget.Database("db");

    private static final Keys NO_KEYS = new Keys() {
        @Override
        public Encryption encryption(Policy policy) {
            return new Encryption.None();
        }

        @Override
        public List<Decryption> decryptions(List<EncryptionEntry> encryptions) {
            return List.of();
        }
    };

    @TempDir
    private Path home;

    private Bench bench;
    private final List<String> asked = new ArrayList<>();
    private final ByteArrayOutputStream loaded = new ByteArrayOutputStream();
    private String server = """
        version 15.18
        time 20261122_020000
        user boss
        superuser\s
        role boss
        database postgres
        database shop
        database template1
        open postgres
        open shop
        open template1
        """;
    private String databases = "postgres\nshop\n";
    private ExecOutcome end = new ExecOutcome.Ended(0, "");
    private ExecOutcome endAtLast = end;
    private String version = "15.8";
    private boolean swapFails;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(home);
        bench.docker.containers().run("db");
        bench.target = Optional.of(new Target.Container("db"));
        bench.sources = List.of(new Source.Dump("db", DumpKind.POSTGRES, List.of(), Optional.of("999")));
        bench.docker.containers().stream((command, streams) ->
                command.environment().isEmpty() ? answer(command, streams) : dump(command, streams));
        bench.backupThatSucceeds();
        asked.clear();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private ExecOutcome dump(ExecCommand command, ExecStreams streams) throws IOException {
        String mark = "-- doksnap " + command.environment().get("DOKSNAP_NONCE") + " ";
        streams.output()
                .write((mark + "postgres 1\n" + mark + "database shop\n" + mark
                                + "content\n-- Dumped from database version " + version + "\n"
                                + "SELECT 1;\n".repeat(100_000) + END + mark + "whole\n" + mark + "complete\n")
                        .getBytes(UTF_8));
        return new ExecOutcome.Ended(0, "");
    }

    /** What follows the name of our script is what it is asked for. */
    private ExecOutcome answer(ExecCommand command, ExecStreams streams) throws IOException {
        assertThat(command.user()).contains("999");
        List<String> words = command.words()
                .subList(command.words().indexOf("doksnap") + 1, command.words().size());
        asked.add(String.join(" ", words));
        if (words.get(0).equals("load")) {
            return load(streams);
        } else if (words.get(0).equals("swap")) {
            return new ExecOutcome.Ended(swapFails ? 1 : 0, swapFails ? "ERROR: locked" : "");
        }
        String answer = words.get(2).contains("server_version")
                ? server
                : words.get(2).contains("FROM pg_database") ? databases : "";
        streams.output().write(answer.getBytes(UTF_8));
        return new ExecOutcome.Ended(0, "");
    }

    private ExecOutcome load(ExecStreams streams) throws IOException {
        loaded.reset();
        try (var input = streams.input().orElseThrow()) {
            byte[] bytes = new byte[8 << 10];
            while (!loaded.toString(UTF_8).endsWith("\\q\n")) {
                int n = input.read(bytes);
                if (n < 0 || !end.equals(new ExecOutcome.Ended(0, ""))) {
                    return end;
                }
                loaded.write(bytes, 0, n);
            }
            streams.output()
                    .write(loaded.toString(UTF_8)
                            .replaceAll("(?s).*echo (\\S+)\n.*", "$1\n")
                            .getBytes(UTF_8));
        }
        return endAtLast;
    }

    private String failure(RestoreTarget target) {
        RestoreOutcome outcome = bench.restore(target);
        assertThat(outcome).isInstanceOf(RestoreOutcome.Failed.class);
        return ((RestoreOutcome.Failed) outcome).message();
    }

    @Test
    void databaseIsLoadedUnderANewNameAndTakesThePlaceOfTheOldOneInOneTransaction() {
        assertThat(bench.restore(DB)).isInstanceOfSatisfying(RestoreOutcome.Restored.class, restored -> {
            assertThat(restored.target()).isEqualTo("the database shop of container db");
            assertThat(restored.notes()).anyMatch(note -> note.contains("kept as shop_before_20261122_020000"));
        });
        assertThat(loaded.toString(UTF_8)).startsWith("\\set doksnap_database 'shop_doksnap_");
        assertThat(asked.get(asked.size() - 1))
                .startsWith("swap postgres BEGIN;")
                .contains("ALTER DATABASE \"shop\" RENAME TO \"shop_before_20261122_020000\";\n"
                        + "ALTER DATABASE \"shop_doksnap_")
                .endsWith("COMMIT;\n");
    }

    @Test
    void inPlaceIsTheDatabaseOfThePolicysTarget() {
        assertThat(bench.restore(new RestoreTarget.InPlace(bench.target))).isInstanceOf(RestoreOutcome.Restored.class);
        assertThat(failure(new RestoreTarget.InPlace())).contains("--to-service");
    }

    @Test
    void dumpAmongOtherSourcesNeedNotBeNamed() throws IOException {
        bench.sources = List.of(bench.sources.get(0), new Source.Directory("files", bench.tree, List.of()));
        bench.file("a", "b");
        bench.clock.advance(Duration.ofMinutes(1));
        bench.backupThatSucceeds();
        assertThat(bench.restore(DB)).isInstanceOf(RestoreOutcome.Restored.class);
        PolicyRestore.Order order =
                new PolicyRestore.Order(bench.sources, List.of(), List.of("sh*"), DB, NO_KEYS, false, "0badcafe");
        PolicyRestore.Ended ended = new PolicyRestore(bench.snapshots().get(1), order, bench.store, bench.trees())
                .execute(new Cancellation());
        assertThat(ended.failure()).isEmpty();
        assertThat(ended.done())
                .singleElement()
                .satisfies(done -> assertThat(done.target()).isEqualTo("the database shop of container db"));
    }

    @Test
    void databaseThatIsNotInTheDumpIsSaidWithThoseThatAre() {
        PolicyRestore.Order order =
                new PolicyRestore.Order(bench.sources, List.of(), List.of("audit"), DB, NO_KEYS, false, "0badcafe");
        PolicyRestore.Ended ended = new PolicyRestore(bench.snapshots().get(0), order, bench.store, bench.trees())
                .execute(new Cancellation());
        assertThat(ended.failure())
                .hasValueSatisfying(failed -> assertThat(failed.message()).endsWith("it holds shop"));
    }

    @Test
    void loadThatFailsDropsWhatWasNewAndChangesNoName() {
        end = new ExecOutcome.Ended(3, "ERROR: no such type");
        assertThat(failure(DB)).contains("exit code 3").contains("no such type");
        assertThat(asked).noneMatch(words -> words.startsWith("swap"));
        assertThat(asked.get(asked.size() - 1)).contains("DROP DATABASE IF EXISTS \"shop_doksnap_");
    }

    @Test
    void loadOfADumpOfANewerServerThatFailsSaysThatItIsOne() throws IOException {
        version = "99.1 (Debian 99.1-1)";
        bench.clock.advance(Duration.ofMinutes(1));
        bench.backupThatSucceeds();
        assertThat(bench.restore(DB)).isInstanceOf(RestoreOutcome.Restored.class);
        endAtLast = new ExecOutcome.Ended(3, "ERROR: unrecognized configuration parameter \"transaction_timeout\"");
        assertThat(failure(DB))
                .contains(
                        "\"transaction_timeout\"; the dump was made by PostgreSQL 99, and the server in container db is");
        version = "9.6.24";
        bench.clock.advance(Duration.ofMinutes(1));
        bench.backupThatSucceeds();
        assertThat(failure(DB)).doesNotContain("was made by");
    }

    @Test
    void dumpThatWasDamagedInTheBucketIsNeverLoadedToItsEnd() throws IOException {
        String key = bench.keys().stream()
                .filter(name -> name.endsWith(".sql.zst"))
                .findFirst()
                .orElseThrow();
        byte[] bytes = bench.read(key);
        bytes[bytes.length / 2] ^= 1;
        try (var upload = bench.store.upload(key)) {
            upload.write(bytes, 0, bytes.length);
            upload.commit();
        }
        RestoreOutcome outcome = bench.restore(DB);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        RestoreOutcome.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(Reason.MISMATCH));
        assertThat(loaded.toString(UTF_8)).doesNotContain("\\q");
        assertThat(asked).noneMatch(words -> words.startsWith("swap"));
    }

    @Test
    void databaseThatIsLoadedAndCannotTakeItsPlaceIsKeptAndTheWayIsNamed() {
        swapFails = true;
        databases = "postgres\nshop\n";
        assertThat(failure(DB)).contains("ERROR: locked");
        assertThat(asked).noneMatch(words -> words.contains("DROP DATABASE"));
    }

    @Test
    void serverThatCannotTakeADumpIsRefusedBeforeAnythingIsRead() {
        server = server.replace("superuser \n", "");
        assertThat(failure(DB)).contains("boss").contains("is no superuser");
        server = server + "standby \n";
        assertThat(failure(DB)).contains("is a standby");
        assertThat(loaded.size()).isZero();
    }

    @Test
    void targetThatIsNotOneServerThatRunsIsNamed() {
        bench.docker.containers().stopByHand("db");
        assertThat(failure(DB)).contains("container db does not run");
        assertThat(failure(new RestoreTarget.Database("nosuch"))).contains("service nosuch");
        for (String each : List.of("web.1", "web.2")) {
            bench.docker
                    .containers()
                    .add(
                            each,
                            Container.State.RUNNING,
                            c -> new Container(
                                    c.id(),
                                    c.name(),
                                    c.state(),
                                    c.startedAt(),
                                    c.exitCode(),
                                    c.health(),
                                    false,
                                    c.grace(),
                                    Map.of("com.docker.swarm.service.name", "web")));
        }
        assertThat(failure(new RestoreTarget.Database("web")))
                .contains("several containers")
                .contains("web.1, web.2");
    }

    @Test
    void sourceThatIsNoDumpIsRefused() throws IOException {
        bench.sources = List.of(new Source.Directory("files", bench.tree, List.of()));
        bench.file("a", "b");
        bench.clock.advance(Duration.ofMinutes(1));
        bench.backupThatSucceeds();
        assertThat(failure(DB)).contains("holds no dump").contains("files");
    }
}
