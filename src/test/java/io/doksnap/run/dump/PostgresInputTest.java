package io.doksnap.run.dump;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What of a dump reaches psql. */
class PostgresInputTest {
    private static final String DUMP = """
        -- doksnap 5eed postgres 1
        -- doksnap 5eed globals
        -- what pg_dumpall says
        \\restrict token
        SET client_encoding = 'UTF8';
        CREATE ROLE boss;
        ALTER ROLE boss WITH SUPERUSER PASSWORD 'old';
        CREATE ROLE "new; one";
        ALTER ROLE "new; one" WITH LOGIN PASSWORD 'a;b''
        CREATE ROLE hidden;';
        ALTER ROLE boss SET search_path TO 'x
        DROP ROLE boss;';
        ALTER ROLE "new; one" IN DATABASE shop SET a TO 'b';
        CREATE TABLESPACE fast OWNER boss LOCATION '/fast';
        GRANT ALL ON TABLESPACE fast TO "new; one";
        COMMENT ON ROLE "new; one" IS 'it''s; new';
        COMMENT ON ROLE boss IS 'old';
        GRANT boss TO "new; one" WITH ADMIN OPTION GRANTED BY boss;
        GRANT "new; one" TO boss GRANTED BY boss;
        \\unrestrict token
        -- doksnap 5eed database shop
        \\set doksnap_database 'shop'
        -- doksnap 5eed create
        CREATE SHOP
        -- doksnap 5eed settings
        -- doksnap 5eed content
        COPY t FROM stdin;
        -- doksnap 5eee complete
        -- doksnap 5ee
        -
        \\.
        -- doksnap 5eed whole
        -- doksnap 5eed database other
        \\set doksnap_database 'other'
        -- doksnap 5eed create
        CREATE OTHER
        -- doksnap 5eed settings
        -- doksnap 5eed content
        -- doksnap 5eed whole
        -- doksnap 5eed complete
        """;

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final PostgresInput input = new PostgresInput(
            sent, Set.of("boss"), name -> name.equals("shop"), name -> name + "_new", "the-last-word");

    private void write(String dump) throws IOException {
        byte[] bytes = dump.getBytes(UTF_8);
        input.write(bytes, 0, bytes.length);
    }

    @Test
    void chosenDatabaseComesUnderItsNewNameWithTheRolesThatAreMissing() throws IOException {
        write(DUMP);
        input.finish();
        assertThat(sent.toString(UTF_8)).isEqualTo("""
            -- what pg_dumpall says

            \\restrict token

            SET client_encoding = 'UTF8';
            CREATE ROLE "new; one";
            ALTER ROLE "new; one" WITH LOGIN PASSWORD 'a;b''
            CREATE ROLE hidden;';
            COMMENT ON ROLE "new; one" IS 'it''s; new';
            GRANT boss TO "new; one" WITH ADMIN OPTION GRANTED BY boss;
            GRANT "new; one" TO boss GRANTED BY boss;
            \\unrestrict token

            \\set doksnap_database 'shop_new'
            CREATE SHOP
            COPY t FROM stdin;
            -- doksnap 5eee complete
            -- doksnap 5ee
            -
            \\.
            \\set ON_ERROR_STOP off
            ANALYZE;
            \\set ON_ERROR_STOP on
            \\echo the-last-word
            \\q
            """);
        assertThat(input.createdRoles()).containsExactly("new; one");
        assertThat(input.held()).containsExactly("shop", "other");
    }

    @Test
    void itDoesNotMatterInWhichPiecesTheDumpComes() throws IOException {
        write(DUMP);
        input.finish();
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            ByteArrayOutputStream again = new ByteArrayOutputStream();
            PostgresInput other = new PostgresInput(
                    again, Set.of("boss"), name -> name.equals("shop"), name -> name + "_new", "the-last-word");
            byte[] bytes = DUMP.getBytes(UTF_8);
            for (int at = 0; at < bytes.length; ) {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(round < 100 ? 7 : 200));
                other.write(bytes, at, length);
                at += length;
            }
            other.finish();
            assertThat(again.toByteArray()).isEqualTo(sent.toByteArray());
        }
    }

    @Test
    void dumpThatEndsAnywhereButAtItsEndIsNeverSaidToBeOver() throws IOException {
        for (int end = 0; end < DUMP.length(); end += 3) {
            PostgresInput cut = new PostgresInput(sent, Set.of(), name -> true, name -> name + "_new", "the-last-word");
            byte[] bytes = DUMP.substring(0, end).getBytes(UTF_8);
            cut.write(bytes, 0, bytes.length);
            assertThatExceptionOfType(DumpException.class).isThrownBy(cut::finish);
        }
        assertThat(sent.toString(UTF_8)).doesNotContain("the-last-word");
    }

    @Test
    void whatIsNoDumpOfOursIsRefusedAtItsFirstLine() {
        assertThatExceptionOfType(DumpException.class)
                .isThrownBy(() -> write("DROP DATABASE shop;\n"))
                .withMessageContaining("does not begin");
        assertThatExceptionOfType(DumpException.class).isThrownBy(() -> write("x".repeat(10_000)));
        assertThat(sent.size()).isZero();
    }

    @Test
    void dumpThatGoesOnBehindItsEndIsRefused() throws IOException {
        write(DUMP);
        assertThatExceptionOfType(DumpException.class)
                .isThrownBy(() -> write("DROP DATABASE shop;\n"))
                .withMessageContaining("behind its last line");
    }

    @Test
    void nameThatWouldHaveToBeQuotedIsRefused() {
        assertThatExceptionOfType(DumpException.class)
                .isThrownBy(() -> write("-- doksnap 5eed postgres 1\n-- doksnap 5eed database a'b\n"))
                .withMessageContaining("a'b");
    }

    @Test
    void newNameIsCutSoThatPostgresNeverDoesItAndStaysUnique() {
        assertThat(PostgresNames.with("shop", "_before_1", Set.of())).isEqualTo("shop_before_1");
        assertThat(PostgresNames.with("shop", "_before_1", Set.of("shop_before_1")))
                .isEqualTo("shop_before_1_2");
        String longest = PostgresNames.with("\u00fc".repeat(31), "_before_20261123_170501", Set.of());
        assertThat(longest).isEqualTo("\u00fc".repeat(20) + "_before_20261123_170501");
        assertThat(longest.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(63);
    }
}
