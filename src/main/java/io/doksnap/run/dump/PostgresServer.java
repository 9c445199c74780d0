package io.doksnap.run.dump;

import io.doksnap.docker.ExecCommand;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A PostgreSQL server in a container, as its superuser. */
final class PostgresServer {
    private static final List<String> SCRIPTS = List.of("postgres-login.sh", "postgres-load.sh");
    private static final String ANY_DATABASE = "";
    private static final String SIGHT = """
        SELECT 'version ' || current_setting('server_version')
        UNION ALL SELECT 'time ' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD_HH24MISS')
        UNION ALL SELECT 'user ' || current_user
        UNION ALL SELECT 'standby ' WHERE pg_is_in_recovery()
        UNION ALL SELECT 'superuser ' FROM pg_roles WHERE rolname = current_user AND rolsuper
        UNION ALL SELECT 'role ' || rolname FROM pg_roles
        UNION ALL SELECT 'database ' || datname FROM pg_database
        UNION ALL SELECT 'open ' || datname FROM pg_database WHERE datallowconn
        """;

    /** Objects that no new database has are numbered from here on (FirstNormalObjectId). */
    private static final String EMPTY = """
        SELECT NOT EXISTS (SELECT FROM pg_class WHERE oid >= 16384) AND NOT EXISTS (SELECT FROM pg_proc WHERE oid >= 16384)
            AND NOT EXISTS (SELECT FROM pg_namespace WHERE oid >= 16384) AND NOT EXISTS (SELECT FROM pg_type WHERE oid >= 16384)
            AND NOT EXISTS (SELECT FROM pg_extension WHERE oid >= 16384) AND NOT EXISTS (SELECT FROM pg_largeobject_metadata)
        """;

    private final DatabaseContainer inside;

    PostgresServer(DatabaseContainer inside) {
        this.inside = inside;
    }

    /**
     * What a server was a moment ago.
     *
     * @param time its own, for names
     * @param databases all of them
     * @param open those that take connections
     */
    record Sight(
            String version,
            String time,
            String user,
            boolean standby,
            boolean superuser,
            Set<String> roles,
            Set<String> databases,
            Set<String> open) {}

    Sight look() throws IOException {
        String[] one = {"", "", ""};
        boolean[] is = {false, false};
        Set<String> roles = new HashSet<>();
        Set<String> databases = new HashSet<>();
        Set<String> open = new HashSet<>();
        for (String line : ask(ANY_DATABASE, SIGHT).lines().toList()) {
            int space = Math.max(0, line.indexOf(' '));
            String value = line.substring(space).substring(Math.min(1, line.length() - space));
            switch (line.substring(0, space)) {
                case "version" -> one[0] = value;
                case "time" -> one[1] = value;
                case "user" -> one[2] = value;
                case "standby" -> is[0] = true;
                case "superuser" -> is[1] = true;
                case "role" -> roles.add(value);
                case "database" -> databases.add(value);
                case "open" -> open.add(value);
                default -> throw new DumpException("psql in container " + inside.name() + " answered '" + line + "'");
            }
        }
        return new Sight(one[0], one[1], one[2], is[0], is[1], roles, databases, open);
    }

    ExecCommand load() {
        return inside.command(SCRIPTS, "load");
    }

    boolean isEmpty(String database) throws IOException {
        return ask(database, EMPTY).strip().equals("t");
    }

    Set<String> databases() throws IOException {
        return Set.copyOf(
                ask(ANY_DATABASE, "SELECT datname FROM pg_database").lines().toList());
    }

    /** Carries out statements as one transaction, from a database that they are not about. */
    void swap(String database, String statements) throws IOException {
        String ignored = inside.ask(
                "changing the names of databases in container " + inside.name(),
                inside.command(SCRIPTS, "swap", database, statements));
    }

    void drop(String database) throws IOException {
        String unused = ask(
                ANY_DATABASE,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
                        + PostgresNames.literal(database));
        String ignored = ask(ANY_DATABASE, "DROP DATABASE IF EXISTS " + PostgresNames.quoted(database));
    }

    void dropRole(String role) throws IOException {
        String ignored = ask(ANY_DATABASE, "DROP ROLE IF EXISTS " + PostgresNames.quoted(role));
    }

    private String ask(String database, String statement) throws IOException {
        return inside.ask(
                "asking PostgreSQL in container " + inside.name(), inside.command(SCRIPTS, "ask", database, statement));
    }
}
