package io.doksnap.run.dump;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
}
