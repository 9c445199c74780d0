package io.doksnap.run.dump;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What of a dump reaches the client of MySQL or MariaDB. */
class MysqlInputTest {
    private static final String DUMP = """
            -- doksnap 5eed mysql 1
            -- doksnap 5eed database utf8mb4 utf8mb4_general_ci my shop
            CREATE DATABASE IF NOT EXISTS `my shop` CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
            USE `my shop`;
            -- doksnap 5eed content
            CREATE TABLE t (i int);
            -- doksnap 5eed whole
            -- doksnap 5eed database utf8mb4 utf8mb4_general_ci other
            USE `other`;
            -- doksnap 5eed content
            CREATE TABLE o (i int);
            -- doksnap 5eed whole
            -- doksnap 5eed users
            CREATE USER boss;
            -- doksnap 5eed complete
            """;

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final MysqlInput input = new MysqlInput(sent, name -> name.startsWith("my"), name -> name + "_new", "word");

    private void write(String dump) throws IOException {
        byte[] bytes = dump.getBytes(UTF_8);
        input.write(bytes, 0, bytes.length);
    }

    @Test
    void chosenDatabaseComesUnderItsNewNameAndNoUserIsTouched() throws IOException {
        write(DUMP);
        input.finish();
        assertThat(sent.toString(UTF_8)).isEqualTo("""
                CREATE DATABASE `my shop_new` CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
                USE `my shop_new`;
                CREATE TABLE t (i int);
                SELECT 'word';
                -- word


                """);
        assertThat(input.held()).containsExactly("my shop", "other");
    }

    @Test
    void nameThatWouldEndItsQuotesIsRefused() {
        assertThatExceptionOfType(DumpException.class)
                .isThrownBy(() -> write("-- doksnap 5eed mysql 1\n-- doksnap 5eed database utf8 x_ci my`; DROP\n"));
    }

    @Test
    void dumpThatIsCutOffIsNeverSaidToBeOver() throws IOException {
        write(DUMP.substring(0, DUMP.length() - 2));
        assertThatExceptionOfType(DumpException.class).isThrownBy(input::finish);
        assertThat(sent.toString(UTF_8)).doesNotContain("word");
    }
}
