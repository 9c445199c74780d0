package io.doksnap.run.dump;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which servers take a dump, by what they say of themselves. */
class RedisLoadTest {
    private final Map<String, String> facts = new HashMap<>(Map.of(
            "redis_version", "7.0.15",
            "redis_mode", "standalone",
            "role", "master",
            "connected_slaves", "0",
            "sentinels", "0",
            "loading", "0",
            "dir", "/data",
            "replica-read-only", "yes",
            "replica-serve-stale-data", "yes",
            "repl-diskless-load", "disabled"));

    private String obstacle() {
        return RedisLoad.obstacle(new RedisServer.Sight(facts, List.of(), List.of()));
    }

    @Test
    void serverOnItsOwnTakesADump() {
        assertThat(obstacle()).isEmpty();
    }

    @Test
    void versionBefore6IsRefusedByName() {
        facts.put("redis_version", "5.0.14");
        facts.put("repl-diskless-load", "");
        assertThat(obstacle())
                .startsWith("is older than version 6, into which no dump is loaded; load the file by hand");
    }

    @Test
    void serverThatDoesNotSayHowItIsSetIsNotTakenForAnOldOne() {
        facts.putAll(Map.of("dir", "", "replica-read-only", "", "repl-diskless-load", ""));
        assertThat(obstacle()).contains("CONFIG is renamed or not allowed; load the file by hand");
    }

    @Test
    void settingUnderWhichTheOldDataWouldGoFirstIsNamedWithItsRemedy() {
        facts.put("repl-diskless-load", "flush-before-load");
        assertThat(obstacle()).endsWith("CONFIG SET repl-diskless-load disabled");
    }

    /** Where the server is the container's first process its death ends the script, too; elsewhere nothing does. */
    @ParameterizedTest
    @ValueSource(strings = {"over rdb_bgsave_in_progress", "saved"})
    void serverThatDiesIsNotWaitedForForEver(String step, @TempDir Path tools) throws IOException {
        tool(tools, "redis-server", "exit 0");
        tool(tools, "sleep", "exit 0");
        tool(tools, "redis-cli", "echo 'Could not connect' >&2; exit 1");
        Command.Result result = load(tools, step);
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors()).contains("the server does not answer any more: Could not connect");
    }

    @Test
    void serverThatSaysThatItIsAtItIsWaitedForHoweverLongThatTakes(@TempDir Path tools) throws IOException {
        tool(tools, "redis-server", "exit 0");
        tool(tools, "sleep", "exit 0");
        tool(tools, "redis-cli", "echo >>asked; [ $(wc -l <asked) -gt 200 ]; echo aof_rewrite_in_progress:$?");
        assertThat(load(tools, "over aof_rewrite_in_progress").exitCode()).isZero();
    }

    private static void tool(Path tools, String name, String does) throws IOException {
        Path tool = Files.writeString(tools.resolve(name), "#!/bin/sh\n" + does + "\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A step of the script with the tools of a test. */
    private static Command.Result load(Path tools, String step) {
        return Command.of(DumpFormat.shell(List.of("redis-login.sh", "redis-load.sh"))
                        .toArray(String[]::new))
                .with(step.split(" ", -1))
                .in(tools)
                .env("PATH", tools + ":" + System.getenv("PATH"))
                .within(Duration.ofSeconds(20))
                .run();
    }
}
