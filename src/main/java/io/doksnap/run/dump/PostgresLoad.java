package io.doksnap.run.dump;

import io.doksnap.docker.ExecCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A load into PostgreSQL: all databases of a dump take the place of the old ones in one transaction. */
final class PostgresLoad implements DumpLoad {
    /** What every server has for those who administer it, and most leave empty. */
    private static final String EVERY_SERVERS = "postgres";

    /** New databases, until they take the place of the old ones. */
    private static final String NEW = "_doksnap_";

    private static final Pattern FIRST_NUMBER = Pattern.compile("\\d{1,4}");
    private static final Pattern LEFT = Pattern.compile(NEW + "[0-9A-Za-z-]+$");

    private final DatabaseContainer inside;
    private final PostgresServer server;
    private final Predicate<String> chosen;
    private final String random;
    private final Map<String, String> loaded = new LinkedHashMap<>();
    private PostgresServer.@Nullable Sight sight;
    private @Nullable PostgresInput input;
    /** It took long to load, and what is then wrong may be mended by hand. */
    private boolean whole;

    PostgresLoad(DatabaseContainer inside, Predicate<String> chosen, String random) {
        this.inside = inside;
        this.server = new PostgresServer(inside);
        this.chosen = chosen;
        this.random = random;
    }

    @Override
    public String look() throws IOException {
        PostgresServer.Sight seen = server.look();
        if (seen.standby()) {
            throw new DumpException("PostgreSQL in container " + inside.name()
                    + " is a standby, which takes no data of its own; name the container of its primary");
        }
        if (!seen.superuser()) {
            throw new DumpException("the user " + seen.user() + " of PostgreSQL in container " + inside.name()
                    + " is no superuser, so it cannot load what belongs to others; name one in its POSTGRES_USER");
        }
        sight = seen;
        return "new databases of PostgreSQL " + seen.version() + " in container " + inside.name()
                + ", each of which then takes the place of the one of its name, which is kept as <name>_before_<time>"
                + " (there now: "
                + seen.open().stream()
                        .filter(name -> !name.startsWith("template"))
                        .sorted()
                        .collect(Collectors.joining(", "))
                + ")";
    }

    @Override
    public ExecCommand command() {
        return server.load();
    }

    @Override
    public LoadInput input(OutputStream command) {
        PostgresInput fresh = new PostgresInput(command, seen().roles(), chosen, this::newName, lastWord());
        input = fresh;
        return fresh;
    }

    @Override
    public String lastWord() {
        return "doksnap-loaded-" + random;
    }

    @Override
    public String suspicion() {
        int made = input == null ? 0 : input.madeBy().orElse(0);
        Matcher is = FIRST_NUMBER.matcher(seen().version());
        return is.lookingAt() && made > Integer.parseInt(is.group())
                ? "; the dump was made by PostgreSQL " + made + ", and the server in container " + inside.name()
                        + " is " + seen().version() + ", which is older: load it into one that is not"
                : "";
    }

    private PostgresServer.Sight seen() {
        PostgresServer.Sight seen = sight;
        if (seen == null) {
            throw new IllegalStateException("nobody has looked at the server yet");
        }
        return seen;
    }

    private String newName(String database) {
        Set<String> taken = new HashSet<>(seen().databases());
        taken.addAll(loaded.values());
        return loaded.computeIfAbsent(database, name -> PostgresNames.with(name, NEW + random, taken));
    }

    @Override
    public Loaded swap() throws IOException {
        if (loaded.isEmpty()) {
            throw new DumpException("no database of the dump matches what is to be included; it holds "
                    + String.join(", ", input == null ? List.of() : input.held()));
        }
        List<String> notes = new ArrayList<>();
        leaveOutEmpty(notes);
        Set<String> now = server.databases();
        Map<String, String> before = new LinkedHashMap<>();
        for (String name : loaded.keySet()) {
            if (now.contains(name)) {
                before.put(name, PostgresNames.with(name, "_before_" + seen().time(), now));
            }
        }
        rename(before);
        for (Map.Entry<String, String> old : before.entrySet()) {
            notes.add("what the database " + old.getKey() + " held before is kept as " + old.getValue()
                    + "; when nobody needs it any more: docker exec " + inside.name() + " psql -U " + seen().user()
                    + " -d template1 -c 'DROP DATABASE " + PostgresNames.quoted(old.getValue()) + "'");
        }
        List<String> killed = now.stream()
                .filter(name -> LEFT.matcher(name).find() && !loaded.containsValue(name))
                .sorted()
                .toList();
        if (!killed.isEmpty()) {
            notes.add("an earlier restore into this server was killed, or is under way, and left "
                    + String.join(", ", killed) + "; what no restore is loading is of no use: DROP DATABASE");
        }
        List<String> roles = input == null ? List.of() : input.createdRoles();
        if (!roles.isEmpty()) {
            notes.add("roles that the server did not have were created: " + String.join(", ", roles));
        }
        String names = String.join(", ", loaded.keySet());
        return new Loaded(
                (loaded.size() == 1 ? "the database " : "the databases ") + names + " of container " + inside.name(),
                notes);
    }

    /** Nothing is gained where nothing was and nothing will be. */
    private void leaveOutEmpty(List<String> notes) throws IOException {
        String fresh = loaded.get(EVERY_SERVERS);
        if (fresh != null
                && loaded.size() > 1
                && seen().open().contains(EVERY_SERVERS)
                && server.isEmpty(fresh)
                && server.isEmpty(EVERY_SERVERS)) {
            server.drop(fresh);
            loaded.remove(EVERY_SERVERS);
            notes.add("the database " + EVERY_SERVERS + " is empty, there and in the dump, and was left as it is");
        }
    }

    private void rename(Map<String, String> before) throws IOException {
        String bystander = bystander();
        whole = true;
        try {
            server.swap(bystander, statements(before));
        } catch (IOException e) {
            // Whether it was done may be unknown, as where the answer is lost.
            if (!isSwapped(e, before)) {
                throw new DumpException(
                        "the dump is loaded, and its databases could not take the place of the old ones, which are as"
                                + " they were ("
                                + e.getMessage()
                                + "); either end what is in the way and give them their names by hand ("
                                + statements(before).replace("\n", " ").strip() + "), or restore again after dropping "
                                + String.join(", ", loaded.values()));
            }
        }
    }

    private boolean isSwapped(IOException failure, Map<String, String> before) throws IOException {
        try {
            Set<String> now = server.databases();
            return loaded.values().stream().noneMatch(now::contains) && now.containsAll(before.values());
        } catch (IOException e) {
            throw new DumpException("whether the loaded databases took the place of the old ones is not known ("
                    + failure.getMessage()
                    + "); see which there are (psql -l): the old ones are either as they were, or called "
                    + String.join(", ", before.values()));
        }
    }

    /** Nobody gets in between: who wants to connect to whatever database waits until it is done. */
    private String statements(Map<String, String> before) {
        String names = loaded.entrySet().stream()
                .flatMap(entry -> List.of(entry.getKey(), entry.getValue()).stream())
                .map(PostgresNames::literal)
                .collect(Collectors.joining(", "));
        StringBuilder all = new StringBuilder("""
            BEGIN;
            SET LOCAL lock_timeout = '5s';
            LOCK TABLE pg_catalog.pg_database IN ACCESS EXCLUSIVE MODE;
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IN (%s);
            """.formatted(names));
        before.forEach((name, old) -> all.append(rename(name, old)));
        loaded.forEach((name, fresh) -> all.append(rename(fresh, name)));
        return all.append("COMMIT;\n").toString();
    }

    private static String rename(String from, String to) {
        return "ALTER DATABASE " + PostgresNames.quoted(from) + " RENAME TO " + PostgresNames.quoted(to) + ";\n";
    }

    /** One to be connected to meanwhile. */
    private String bystander() throws DumpException {
        return List.of(EVERY_SERVERS, "template1").stream()
                .filter(name -> !loaded.containsKey(name))
                .filter(seen().open()::contains)
                .findFirst()
                .or(() -> seen().open().stream()
                        .filter(name -> !loaded.containsKey(name))
                        .findFirst())
                .orElseThrow(
                        () -> new DumpException("there is no database to be connected to while the names of all others"
                                + " are changed; make an empty one: createdb postgres"));
    }

    @Override
    public Optional<String> undo() {
        if (whole) {
            return Optional.empty();
        }
        List<String> left = new ArrayList<>();
        for (String database : loaded.values()) {
            try {
                server.drop(database);
            } catch (IOException e) {
                left.add("DROP DATABASE " + PostgresNames.quoted(database));
            }
        }
        for (String role : input == null ? List.<String>of() : input.createdRoles()) {
            try {
                server.dropRole(role);
            } catch (IOException e) {
                left.add("DROP ROLE " + PostgresNames.quoted(role));
            }
        }
        return left.isEmpty()
                ? Optional.empty()
                : Optional.of("what it had made could not be removed again, and is of no use; once the server runs: "
                        + String.join("; ", left));
    }
}
