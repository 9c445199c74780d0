package io.doksnap.run.dump;

import io.doksnap.docker.ExecCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A load into MySQL or MariaDB, which can give another name to a table and not to a database. So all tables change their places in one statement; a
 * database with what cannot be moved like that, such as a view or a trigger, stays beside the old one, and a person is told.
 */
final class MysqlLoad implements DumpLoad {
    private static final List<String> SCRIPTS = List.of("mysql-login.sh", "mysql-load.sh");
    private static final Set<String> SYSTEM = Set.of("information_schema", "performance_schema", "sys", "mysql");
    private static final int LONGEST_NAME = 64;

    /** Characters of one statement: all arguments of a command together have at most 2 MB. */
    private static final int LONGEST_STATEMENT = 1 << 20;

    /** Characters of one argument; Linux takes 128 KiB, and a character can be four bytes. */
    private static final int LONGEST_ARGUMENT = 30_000;

    private static final String SIGHT = """
        SELECT CONCAT('version ', VERSION());
        SELECT CONCAT('time ', DATE_FORMAT(UTC_TIMESTAMP(), '%Y%m%d_%H%i%s'));
        SELECT CONCAT('readonly ', @@global.read_only);
        SELECT CONCAT('database ', schema_name) FROM information_schema.schemata;
        """;

    private final DatabaseContainer inside;
    private final Predicate<String> chosen;
    private final String random;
    private final Map<String, String> loaded = new LinkedHashMap<>();
    private final Set<String> databases = new HashSet<>();
    private String time = "";
    private @Nullable MysqlInput input;
    private boolean whole;

    MysqlLoad(DatabaseContainer inside, Predicate<String> chosen, String random) {
        this.inside = inside;
        this.chosen = chosen;
        this.random = random;
    }

    @Override
    public String look() throws IOException {
        String version = "";
        for (String line : ask(SIGHT).lines().toList()) {
            int space = Math.max(0, line.indexOf(' '));
            String value = line.substring(Math.min(line.length(), space + 1));
            switch (line.substring(0, space)) {
                case "version" -> version = value;
                case "time" -> time = value;
                case "database" -> databases.add(value);
                case "readonly" -> {
                    if (!value.equals("0") && !value.equals("OFF")) {
                        throw new DumpException("the server in container " + inside.name()
                                + " is read-only, as a replica is; name the container of its primary");
                    }
                }
                default ->
                    throw new DumpException("the server in container " + inside.name() + " answered '" + line + "'");
            }
        }
        return "new databases of the server " + version + " in container " + inside.name()
                + ", whose tables then take the places of those of the same database, which are kept in"
                + " <name>_before_<time>; a database with views, triggers, routines or events stays beside the old one"
                + " instead (there now: "
                + databases.stream()
                        .filter(name -> !SYSTEM.contains(name))
                        .sorted()
                        .collect(Collectors.joining(", "))
                + ")";
    }

    @Override
    public ExecCommand command() {
        return inside.command(SCRIPTS, "load", "-- " + lastWord());
    }

    @Override
    public LoadInput input(OutputStream command) {
        MysqlInput fresh = new MysqlInput(command, chosen, this::newName, lastWord());
        input = fresh;
        return fresh;
    }

    @Override
    public String lastWord() {
        return "doksnap-loaded-" + random;
    }

    private String newName(String database) {
        return loaded.computeIfAbsent(
                database, name -> with(name, "_restored_" + time + "_" + random, loaded.values()));
    }

    /** Long names are cut, and may then be the same: they are counted. */
    private static String with(String name, String suffix, Collection<String> taken) {
        for (int count = 1; ; count++) {
            String end = (count == 1 ? "" : "_" + count) + suffix;
            String made = name.substring(0, Math.min(name.length(), LONGEST_NAME - end.length())) + end;
            if (!taken.contains(made)) {
                return made;
            }
        }
    }

    @Override
    public Loaded swap() throws IOException {
        if (loaded.isEmpty()) {
            throw new DumpException("no database of the dump matches what is to be included; it holds "
                    + String.join(", ", input == null ? List.of() : input.held()));
        }
        List<String> notes = new ArrayList<>();
        Set<String> beside = new TreeSet<>();
        Map<String, List<String>> moved = new LinkedHashMap<>();
        for (Map.Entry<String, String> each : loaded.entrySet()) {
            String obstacle = obstacle(each.getKey(), each.getValue());
            if (obstacle.isEmpty()) {
                moved.put(each.getKey(), tables(each.getValue()));
            } else {
                beside.add(each.getValue());
                notes.add(
                        "the database " + each.getKey() + " was loaded as " + each.getValue() + ", and " + each.getKey()
                                + " is as it was: there are " + obstacle
                                + ", which the server cannot move into another database; let the application use the"
                                + " new one, or load the file by hand (--to-directory)");
            }
        }
        if (!moved.isEmpty()) {
            move(moved, notes);
        }
        String names = String.join(", ", moved.keySet());
        String where = moved.isEmpty() ? "" : (moved.size() == 1 ? "the database " : "the databases ") + names;
        String also = beside.isEmpty() ? "" : (moved.isEmpty() ? "new: " : ", and new: ") + String.join(", ", beside);
        return new Loaded(where + also + " of container " + inside.name(), notes);
    }

    /** What cannot be moved, in words; empty where all of it can. */
    private String obstacle(String name, String fresh) throws IOException {
        String in = " IN (" + literal(name) + ", " + literal(fresh) + ")";
        String found = ask(
                "SELECT 'views' FROM information_schema.tables WHERE table_type <> 'BASE TABLE' AND table_schema" + in
                        + " LIMIT 1; SELECT 'triggers' FROM information_schema.triggers WHERE trigger_schema" + in
                        + " LIMIT 1; SELECT 'routines' FROM information_schema.routines WHERE routine_schema" + in
                        + " LIMIT 1; SELECT 'events' FROM information_schema.events WHERE event_schema" + in
                        + " LIMIT 1");
        return String.join(", ", found.lines().toList());
    }

    private List<String> tables(String database) throws IOException {
        return ask("SELECT table_name FROM information_schema.tables WHERE table_schema = " + literal(database))
                .lines()
                .toList();
    }

    private void move(Map<String, List<String>> moved, List<String> notes) throws IOException {
        StringBuilder places = new StringBuilder();
        List<String> renames = new ArrayList<>();
        Set<String> kept = new HashSet<>();
        for (Map.Entry<String, List<String>> each : moved.entrySet()) {
            String name = each.getKey();
            String old = with(name, "_before_" + time + "_" + random, kept);
            kept.add(old);
            if (databases.contains(name)) {
                places.append("CREATE DATABASE ").append(quoted(old)).append(";\n");
                tables(name).forEach(table -> renames.add(rename(name, old, table)));
                notes.add("what the database " + name + " held before is kept as " + old
                        + "; when nobody needs it any more: DROP DATABASE " + quoted(old));
            } else {
                places.append("CREATE DATABASE ").append(quoted(name)).append(";\n");
            }
            each.getValue().forEach(table -> renames.add(rename(loaded.getOrDefault(name, ""), name, table)));
        }
        String all = renames.isEmpty() ? "" : "RENAME TABLE " + String.join(", ", renames) + ";\n";
        whole = true;
        if (all.length() > LONGEST_STATEMENT) {
            throw new DumpException("the dump is loaded as " + String.join(", ", loaded.values())
                    + ", and has too many tables to be moved in one statement; move them by hand with RENAME TABLE,"
                    + " or restore fewer databases at a time with --include");
        }
        try {
            // Nobody is to wait for a table for longer than this because of us.
            String ignored = ask(places + "SET lock_wait_timeout = 30;\n" + all);
        } catch (IOException e) {
            throw new DumpException("the dump is loaded as " + String.join(", ", loaded.values())
                    + ", and its tables could not take the places of the old ones (" + e.getMessage()
                    + "); end what is in the way and move them by hand with RENAME TABLE, or drop them and"
                    + " restore again");
        }
        for (String name : moved.keySet()) {
            drop(loaded.getOrDefault(name, ""));
        }
    }

    /** One whose tables have gone is of no use; that it stays is no failure. */
    private void drop(String empty) {
        try {
            if (tables(empty).isEmpty()) {
                String ignored = ask("DROP DATABASE " + quoted(empty));
            }
        } catch (IOException e) {
            // It lies there, empty, under a name that says what it was.
        }
    }

    private static String rename(String from, String to, String table) {
        return quoted(from) + "." + quoted(table) + " TO " + quoted(to) + "." + quoted(table);
    }

    @Override
    public Optional<String> undo() {
        if (whole) {
            return Optional.empty();
        }
        List<String> left = new ArrayList<>();
        for (String database : loaded.values()) {
            try {
                String ignored = ask("DROP DATABASE IF EXISTS " + quoted(database));
            } catch (IOException e) {
                left.add("DROP DATABASE " + quoted(database));
            }
        }
        return left.isEmpty()
                ? Optional.empty()
                : Optional.of("what it had made could not be removed again, and is of no use; once the server runs: "
                        + String.join("; ", left));
    }

    private String ask(String statement) throws IOException {
        List<String> words = new ArrayList<>(List.of("ask"));
        for (int at = 0; at < statement.length(); ) {
            int end = Math.min(statement.length(), at + LONGEST_ARGUMENT);
            // A character of two halves stays whole.
            end -= end < statement.length() && Character.isLowSurrogate(statement.charAt(end)) ? 1 : 0;
            words.add(statement.substring(at, end));
            at = end;
        }
        return inside.ask(
                "asking the server in container " + inside.name(),
                inside.command(SCRIPTS, words.toArray(String[]::new)));
    }

    private static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
