package io.doksnap.run.dump;

import io.doksnap.docker.ExecCommand;
import io.doksnap.policy.Source;
import io.doksnap.policy.Source.DumpKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A kind of dump: what makes it, what it is called, and how a person loads it. */
public enum DumpFormat {
    /** Roles and every database, as SQL for psql. */
    POSTGRES(".sql", "postgres.sh"),
    /** Every database and the users, as SQL for mysql. */
    MYSQL(".sql", "mysql.sh"),
    /** The same for mariadb. */
    MARIADB(".sql", "mysql.sh"),
    /** An archive of mongodump. */
    MONGO(".archive", "mongo.sh"),
    /** The file that a Redis server starts from. */
    REDIS(".rdb", "redis.sh"),
    /** Whatever a command of the policy's own prints. */
    COMMAND(".dump", "");

    /** The variable that tells a script how its marks begin. */
    static final String NONCE = "DOKSNAP_NONCE";

    private final String extension;
    private final String script;

    DumpFormat(String extension, String script) {
        this.extension = extension;
        this.script = script;
    }

    /** The format of what a policy asks for. */
    public static DumpFormat of(DumpKind kind) {
        return valueOf(kind.name());
    }

    /** The format that a manifest names; empty where this version knows none of that name. */
    public static Optional<DumpFormat> parse(String text) {
        return Arrays.stream(values())
                .filter(format -> format.text().equals(text))
                .findFirst();
    }

    /** As policies and manifests name it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How the name of a file of it ends, such as {@code .sql}. */
    public String extension() {
        return extension;
    }

    /**
     * What makes one inside a container.
     *
     * @param nonce nobody has seen it before: letters and digits
     */
    public ExecCommand command(Source.Dump dump, String nonce) {
        if (this == COMMAND) {
            return new ExecCommand(dump.command(), dump.user(), Optional.empty(), Map.of());
        }
        return new ExecCommand(shell(scripts()), dump.user(), Optional.empty(), Map.of(NONCE, nonce));
    }

    private List<String> scripts() {
        return switch (this) {
            case POSTGRES -> List.of("postgres-login.sh", script);
            case MYSQL, MARIADB -> List.of("mysql-login.sh", script);
            case REDIS -> List.of("redis-login.sh", script);
            default -> List.of(script);
        };
    }

    /** A shell that carries out scripts of ours, after what they all begin with. */
    static List<String> shell(List<String> scripts) {
        StringBuilder all = new StringBuilder(read("secrets.sh"));
        scripts.forEach(script -> all.append(read(script)));
        return List.of("sh", "-c", all.toString(), "doksnap");
    }

    private static String read(String script) {
        try (InputStream in = DumpFormat.class.getResourceAsStream(script)) {
            if (in == null) {
                throw new IllegalStateException("this program lacks its part " + script);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What takes a dump on its way and tells in the end whether it is whole. */
    public DumpOutput output(String nonce, OutputStream sink) {
        return switch (this) {
            case POSTGRES -> new SqlOutput(sink, nonce, "-- PostgreSQL database dump complete");
            case MYSQL, MARIADB -> new SqlOutput(sink, nonce, "-- Dump completed");
            case MONGO -> new MongoOutput(sink);
            case REDIS -> new RdbOutput(sink);
            case COMMAND -> new CommandOutput(sink);
        };
    }

    /** How a person loads it, in words that follow its file's name. */
    public String howToLoad(String file) {
        return switch (this) {
            case POSTGRES -> "load it with: docker exec -i CONTAINER psql -U postgres -d postgres < " + file;
            case MYSQL, MARIADB ->
                "load it with: docker exec -i CONTAINER sh -c 'MYSQL_PWD=$"
                        + (this == MYSQL ? "MYSQL_ROOT_PASSWORD mysql" : "MARIADB_ROOT_PASSWORD mariadb")
                        + " -u root' < " + file;
            case MONGO ->
                "load it beside what is there with: docker exec -i CONTAINER mongorestore --archive --nsInclude='DB.*'"
                        + " --nsFrom='DB.*' --nsTo='DB_restored.*' < " + file
                        + " (with a login where one is needed; docs/dumps.md)";
            case REDIS ->
                "load it with: doksnap restore --to-service; or stop the server, put " + file
                        + " into its data directory as dump.rdb, and start it once without an append-only file"
                        + " (docs/dumps.md)";
            case COMMAND -> "it is what the policy's command printed; load it with that command's counterpart";
        };
    }
}
