package io.doksnap.run.dump;

import io.doksnap.docker.ExecCommand;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A Redis or Valkey server in a container, and what a script of ours does there. */
final class RedisServer {
    private static final List<String> SCRIPTS = List.of("redis-login.sh", "redis-load.sh");

    /** The script ends by itself where nothing goes on; how long a large data set takes nobody knows. */
    private static final Duration SWAP_AT_MOST = Duration.ofDays(1);

    private final DatabaseContainer inside;
    private final String random;

    RedisServer(DatabaseContainer inside, String random) {
        this.inside = inside;
        this.random = random;
    }

    /**
     * What a server was a moment ago.
     *
     * @param facts what it says of itself and of its settings, by the names that it has for them
     * @param keys of each database, such as {@code db0:keys=7}
     * @param left files of other restores
     */
    record Sight(Map<String, String> facts, List<String> keys, List<String> left) {
        Sight {
            facts = Map.copyOf(facts);
            keys = List.copyOf(keys);
            left = List.copyOf(left);
        }

        String fact(String name) {
            return facts.getOrDefault(name, "");
        }

        boolean is(String name, String value) {
            return fact(name).equals(value);
        }

        /** For people. */
        String product() {
            return fact("valkey_version").isEmpty()
                    ? "Redis " + fact("redis_version")
                    : "Valkey " + fact("valkey_version");
        }
    }

    Sight look() throws IOException {
        Map<String, String> facts = new HashMap<>();
        List<String> keys = new ArrayList<>();
        List<String> left = new ArrayList<>();
        String answer = inside.ask("asking the Redis server in container " + inside.name(), script("look"));
        for (String line : answer.lines().toList()) {
            int space = line.indexOf(' ');
            String name = space < 0 ? line : line.substring(0, space);
            String value = space < 0 ? "" : line.substring(space + 1);
            switch (name) {
                case "keys" -> keys.add(value);
                case "left" -> left.add(value);
                default -> facts.put(name, value);
            }
        }
        return new Sight(facts, keys, left);
    }

    ExecCommand load(String lastWord) {
        return script("load", lastWord);
    }

    /** Puts the dump into the place of what the server holds, which is kept as a file. Returns the keys of each database afterwards. */
    List<String> swap(String kept) throws IOException {
        return inside.ask("loading the dump into container " + inside.name(), script("swap", kept), SWAP_AT_MOST)
                .lines()
                .toList();
    }

    /** Waits for a swap that is under way, and takes away what is left. */
    void undo() throws IOException {
        String ignored = inside.ask("clearing up in container " + inside.name(), script("undo"));
    }

    private ExecCommand script(String what, String... further) {
        List<String> words = new ArrayList<>(List.of(what, random));
        words.addAll(List.of(further));
        return inside.command(SCRIPTS, words.toArray(String[]::new));
    }
}
