package io.doksnap.run.dump;

import io.doksnap.docker.ExecCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A load into Redis or Valkey, which take a whole data set while they run from another server alone. So a second one in the same container loads the dump, and the first
 * becomes its replica until it has all of it. Nothing is stopped, and what the server writes to its disk is its own doing, whether it keeps snapshots or an
 * append-only file.
 */
final class RedisLoad implements DumpLoad {
    private static final Set<String> REPLACED_WHEN_WHOLE = Set.of("disabled", "on-empty-db", "swapdb");

    private final DatabaseContainer inside;
    private final RedisServer server;
    private final String random;
    private RedisServer.@Nullable Sight sight;

    RedisLoad(DatabaseContainer inside, String random) {
        this.inside = inside;
        this.server = new RedisServer(inside, random);
        this.random = random;
    }

    @Override
    public String look() throws IOException {
        RedisServer.Sight seen = server.look();
        String obstacle = obstacle(seen);
        if (!obstacle.isEmpty()) {
            throw new DumpException(seen.product() + " in container " + inside.name() + " " + obstacle);
        }
        sight = seen;
        return seen.product() + " in container " + inside.name() + ", in place of all that it holds ("
                + "now " + held(seen.keys()) + "), which is kept there as " + seen.fact("dir") + "/" + keptAs(seen)
                + "; it takes no writes for as long as that takes, mostly some seconds";
    }

    /** Why it cannot take a dump, in words that follow its name; empty where it can. */
    static String obstacle(RedisServer.Sight seen) {
        String byHand = "; load the file by hand (restore it with --to-directory)";
        if (!seen.is("redis_mode", "standalone")) {
            return "runs as a " + seen.fact("redis_mode") + ", whose data lie on several servers, or on none" + byHand;
        }
        if (!seen.is("role", "master")) {
            return "is a replica of " + seen.fact("master_host") + ", and takes its data from there alone; name the"
                    + " container of its primary";
        }
        if (!seen.is("connected_slaves", "0") || !seen.is("sentinels", "0")) {
            return "has replicas, or is watched by a Sentinel, which would take what a restore does for a failure; stop"
                    + " those for the time of the restore";
        }
        if (!seen.is("loading", "0")) {
            return "is still loading its own data; wait until it has";
        }
        if (seen.is("tls-replication", "yes")) {
            return "takes data from other servers by TLS alone (tls-replication)" + byHand;
        }
        if (seen.fact("dir").isEmpty()) {
            return "does not say how it is set (redis-cli CONFIG GET dir); CONFIG is renamed or not allowed" + byHand;
        }
        if (seen.fact("repl-diskless-load").isEmpty()) {
            return "is older than version 6, into which no dump is loaded" + byHand;
        }
        if (!seen.is("replica-read-only", "yes") || !seen.is("replica-serve-stale-data", "yes")) {
            return "is set so that writes would be lost, or reads refused, while it is loaded; for that time: redis-cli"
                    + " CONFIG SET replica-read-only yes, and CONFIG SET replica-serve-stale-data yes";
        }
        if (!REPLACED_WHEN_WHOLE.contains(seen.fact("repl-diskless-load"))) {
            return "would drop what it holds before it has the new data; for the time of the restore: redis-cli CONFIG"
                    + " SET repl-diskless-load disabled";
        }
        return "";
    }

    private static String held(List<String> keys) {
        return keys.isEmpty() ? "nothing" : String.join(", ", keys);
    }

    /** Its name in the server's own directory. */
    private static String keptAs(RedisServer.Sight seen) {
        return "dump_before_" + seen.fact("time") + ".rdb";
    }

    @Override
    public ExecCommand command() {
        return server.load(lastWord());
    }

    @Override
    public LoadInput input(OutputStream command) {
        return new RedisInput(command, lastWord());
    }

    @Override
    public String lastWord() {
        return "doksnap-loaded-" + random;
    }

    @Override
    public Loaded swap() throws IOException {
        RedisServer.Sight seen = sight;
        if (seen == null) {
            throw new IllegalStateException("nobody has looked at the server yet");
        }
        String kept = seen.fact("dir") + "/" + keptAs(seen);
        List<String> keys = server.swap(keptAs(seen));
        List<String> notes = new ArrayList<>();
        notes.add("what the server held before is kept as " + kept + "; when nobody needs it any more: docker exec "
                + inside.name() + " rm " + kept);
        if (!seen.is("appendonly", "yes") && seen.fact("save").isEmpty()) {
            notes.add(
                    "this server writes nothing to its disk by itself (save and appendonly are off); what was loaded is"
                            + " there, and is what it begins with when it is started again");
        }
        if (!seen.left().isEmpty()) {
            notes.add("an earlier restore into this server was killed, or is under way, and left "
                    + String.join(", ", seen.left()) + "; remove what no restore is loading: docker exec "
                    + inside.name() + " rm " + String.join(" ", seen.left()));
        }
        return new Loaded(seen.product() + " of container " + inside.name() + ", which now holds " + held(keys), notes);
    }

    @Override
    public Optional<String> undo() {
        try {
            server.undo();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("whether all of it was taken back is not known (" + e.getMessage()
                    + "); the server is either as it was, or has the dump: if it refuses writes, docker exec "
                    + inside.name() + " redis-cli REPLICAOF NO ONE; and remove doksnap_" + random
                    + ".rdb from its directory");
        }
    }
}
