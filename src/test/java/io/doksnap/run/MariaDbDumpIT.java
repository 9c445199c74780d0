package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.docker.DockerException;
import io.doksnap.policy.Source.DumpKind;
import io.doksnap.testing.HostImage;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real MariaDB in a container: its dump, and the way back. */
@Timeout(60)
class MariaDbDumpIT {
    private static final int TABLES = 230;

    @TempDir
    private Path home;

    private static HostImage image;
    private DatabaseScene scene;
    private String name;

    @BeforeAll
    static void build(@TempDir Path work) {
        Needs.root();
        image = HostImage.at(
                Needs.docker(),
                work,
                List.of(
                        Needs.command("mariadbd").toString(),
                        Needs.command("mariadb").toString(),
                        Needs.command("mariadb-dump").toString(),
                        "/usr/share/mysql/english",
                        "/usr/share/mysql/charsets",
                        "/usr/share/mysql/mysql_system_tables.sql"),
                List.of("/var/lib/mysql", "/run/mysqld"));
    }

    @AfterAll
    static void removeImage() throws IOException {
        if (image != null) {
            image.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        scene = new DatabaseScene(home, DumpKind.MARIADB, image);
        name = scene.name;
        scene.image.run(
                name,
                (create, config) -> create.withUser("70:70")
                        .withEnv("PATH=/usr/sbin:/usr/bin:/bin", "MARIADB_ROOT_PASSWORD=geheim")
                        .withCmd("sh", "-c", """
                            (printf 'CREATE DATABASE mysql;\\nUSE mysql;\\n'; cat /usr/share/mysql/mysql_system_tables.sql
                            echo "REPLACE INTO global_priv VALUES ('localhost', 'root', JSON_OBJECT('access', -1,
                                'plugin', 'mysql_native_password', 'authentication_string', PASSWORD('geheim')));") >/tmp/init.sql
                            mariadbd --no-defaults --bootstrap --datadir=/var/lib/mysql --innodb-log-file-size=4M </tmp/init.sql
                            exec mariadbd --no-defaults --max-allowed-packet=64M --datadir=/var/lib/mysql --innodb-log-file-size=4M --skip-networking \\
                                --socket=/run/mysqld/mysqld.sock --innodb-flush-log-at-trx-commit=0
                            """));
        await().atMost(DatabaseScene.LONG).until(() -> run("SELECT 1"), is -> is.startsWith("0"));
    }

    @AfterEach
    void removeAll() throws IOException {
        if (scene != null) {
            scene.close();
        }
    }

    /** The exit code and the output. */
    private String run(String statement) throws DockerException {
        return scene.run(
                name,
                "sh",
                "-c",
                "MYSQL_PWD=geheim mariadb -u root --default-character-set=utf8mb4 -BN -e \"$1\"",
                "sh",
                statement);
    }

    private String sql(String statement) throws DockerException {
        String answer = run(statement);
        assertThat(answer).as(statement).startsWith("0 ");
        return answer.substring(2).strip();
    }

    @Test
    void tablesOfADumpTakeThePlacesOfTheOldOnesAndWhatCannotBeMovedStaysBeside() throws Exception {
        sql("""
            CREATE DATABASE shop; USE shop; CREATE TABLE a (i int PRIMARY KEY, t text);
            CREATE TABLE b (i int, FOREIGN KEY (i) REFERENCES a (i));
            INSERT INTO a SELECT seq, 'It''s \u00fc' FROM seq_1_to_20000; INSERT INTO b VALUES (7);
            CREATE DATABASE seen; USE seen; CREATE TABLE c (i int); INSERT INTO c VALUES (1); CREATE VIEW v AS SELECT * FROM c\
            """);
        scene.backup();
        sql("DELETE FROM shop.b; DELETE FROM shop.a WHERE i > 10; CREATE TABLE shop.since (i int); DELETE FROM seen.c");
        RestoreOutcome.Restored restored = scene.restored(name);
        assertThat(restored.target()).startsWith("the database shop, and new: seen_restored_");
        assertThat(restored.notes()).anyMatch(note -> note.contains("there are views"));
        assertThat(sql("SELECT COUNT(*), SUM(i), MIN(t) FROM shop.a")).isEqualTo("20000\t200010000\tIt's \u00fc");
        assertThat(sql("SELECT * FROM shop.b")).isEqualTo("7");
        assertThat(run("INSERT INTO shop.b VALUES (20001)")).contains("foreign key constraint fails");
        assertThat(sql("SHOW TABLES FROM shop")).isEqualTo("a\nb");
        String old = sql("SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'shop%before%'");
        assertThat(sql("SELECT COUNT(*) FROM " + old + ".a")).isEqualTo("10");
        assertThat(sql("SHOW TABLES FROM " + old)).isEqualTo("a\nb\nsince");
        assertThat(sql("SELECT COUNT(*) FROM seen.v")).isEqualTo("0");
        String beside = sql("SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '%restored%'");
        assertThat(sql("SELECT COUNT(*) FROM " + beside + ".v")).isEqualTo("1");
    }

    @Test
    void manyTablesLargeRowsLongNamesAndEveryCharacterComeBack() throws Exception {
        // As one argument the statement that moves them would be longer than Linux takes.
        String wide = "\u00fc".repeat(58);
        String alike = "a".repeat(60);
        sql("CREATE DATABASE shop; USE shop; "
                + IntStream.rangeClosed(1, TABLES)
                        .mapToObj(i -> "CREATE TABLE `" + wide + i + "` ENGINE=MyISAM AS SELECT " + i + " AS i; ")
                        .collect(Collectors.joining()));
        sql("""
            CREATE TABLE shop.big ENGINE=MyISAM AS SELECT REPEAT(x'FF', 30000000) AS b, '\ud83d\ude00' AS t;
            CREATE DATABASE %1$s1; CREATE TABLE %1$s1.one ENGINE=MyISAM AS SELECT 1 AS i;
            CREATE DATABASE %1$s2; CREATE TABLE %1$s2.two ENGINE=MyISAM AS SELECT 2 AS i\
            """.formatted(alike));
        scene.backup();
        sql("UPDATE shop.big SET b = '', t = ''; UPDATE " + alike + "1.one SET i = 7; UPDATE " + alike
                + "2.two SET i = 7");

        RestoreOutcome.Restored restored = scene.restored(name);
        assertThat(restored.target()).startsWith("the databases " + alike + "1, " + alike + "2, shop of container");
        assertThat(sql("SELECT LENGTH(b), MD5(b) = MD5(REPEAT(x'FF', 30000000)), t FROM shop.big"))
                .isEqualTo("30000000\t1\t\ud83d\ude00");
        assertThat(sql("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'shop'"))
                .isEqualTo(String.valueOf(TABLES + 1));
        assertThat(sql("SELECT i FROM shop.`" + wide + TABLES + "`")).isEqualTo(String.valueOf(TABLES));
        assertThat(sql("SELECT i FROM " + alike + "1.one UNION ALL SELECT i FROM " + alike + "2.two"))
                .isEqualTo("1\n2");
        assertThat(sql("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema LIKE 'aaa%before%'"))
                .isEqualTo("2");
    }
}
