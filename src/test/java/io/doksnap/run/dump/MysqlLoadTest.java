package io.doksnap.run.dump;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.doksnap.docker.ExecCommand;
import io.doksnap.docker.ExecOutcome;
import io.doksnap.docker.ExecStreams;
import io.doksnap.testing.FakeContainers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a load asks of MySQL, of which nothing is there but its answers. */
class MysqlLoadTest {
    private static final int LONGEST_ARGUMENT_OF_LINUX = 128 << 10;

    private final FakeContainers containers = new FakeContainers();
    private final List<List<String>> asked = new ArrayList<>();
    private int tables;
    private String tableName = "t";
    private MysqlLoad load;

    @BeforeEach
    void look() throws IOException {
        containers.run("db");
        containers.stream(this::answer);
        load = new MysqlLoad(
                new DatabaseContainer(containers, containers.find("db").orElseThrow(), Optional.empty()),
                name -> true,
                "0badcafe");
        assertThat(load.look()).contains("there now: shop");
    }

    private ExecOutcome answer(ExecCommand command, ExecStreams streams) throws IOException {
        List<String> words = command.words()
                .subList(command.words().indexOf("doksnap") + 2, command.words().size());
        asked.add(words);
        StringBuilder answer = new StringBuilder();
        if (words.get(0).contains("VERSION()")) {
            answer.append("version 8\ntime 20261123_201500\nreadonly 0\ndatabase shop\n");
        } else if (words.get(0).startsWith("SELECT table_name")) {
            for (int i = 0; i < tables; i++) {
                answer.append(tableName).append(i).append('\n');
            }
        }
        streams.output().write(answer.toString().getBytes(UTF_8));
        return new ExecOutcome.Ended(0, "");
    }

    private void dump(String... databases) throws IOException {
        LoadInput input = load.input(new ByteArrayOutputStream());
        StringBuilder dump = new StringBuilder("-- doksnap 5eed mysql 1\n");
        for (String database : databases) {
            dump.append("-- doksnap 5eed database utf8mb4 x_ci ")
                    .append(database)
                    .append('\n');
        }
        byte[] bytes = dump.append("-- doksnap 5eed complete\n").toString().getBytes(UTF_8);
        input.write(bytes, 0, bytes.length);
        input.finish();
    }

    private List<String> move() {
        return asked.stream()
                .filter(words -> String.join("", words).contains("RENAME TABLE"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void statementThatMovesManyTablesComesInArgumentsThatLinuxTakesAndThatAreTheSameTogether() throws IOException {
        tables = 1_000;
        // Four bytes, and two of Java's characters.
        tableName = "x" + "\ud83d\ude00".repeat(25);
        dump("shop");
        load.swap();
        assertThat(move()).hasSizeGreaterThan(2).allSatisfy(word -> {
            assertThat(word.getBytes(UTF_8)).hasSizeLessThan(LONGEST_ARGUMENT_OF_LINUX);
            assertThat(new String(word.getBytes(UTF_8), UTF_8)).isEqualTo(word);
        });
        assertThat(String.join("", move()))
                .startsWith("CREATE DATABASE `shop_before_20261123_201500_0badcafe`;\n")
                .contains("`shop`.`" + tableName + "999` TO `shop_before_20261123_201500_0badcafe`.`" + tableName
                        + "999`, `shop_restored_20261123_201500_0badcafe`.`" + tableName + "0` TO `shop`.`" + tableName
                        + "0`")
                .endsWith("` TO `shop`.`" + tableName + "999`;\n");
    }

    @Test
    void moreTablesThanOneStatementTakesStayLoadedBesideAndArePointedTo() throws IOException {
        tables = 10_000;
        dump("shop");
        assertThatExceptionOfType(DumpException.class)
                .isThrownBy(load::swap)
                .withMessageContaining("shop_restored_20261123_201500_0badcafe")
                .withMessageContaining("fewer databases at a time");
        assertThat(asked).noneMatch(words -> String.join("", words).contains("RENAME TABLE"));
        assertThat(load.undo()).isEmpty();
        assertThat(asked).noneMatch(words -> String.join("", words).contains("DROP DATABASE"));
    }

    @Test
    void namesThatAreCutToTheSameAreCountedAndNeverTooLong() throws IOException {
        tables = 1;
        String name = "n".repeat(63);
        dump(name + "1", name + "2", name + "3");
        load.swap();
        List<String> made = String.join("", move())
                .replaceAll("(?s).*RENAME TABLE ", "")
                .lines()
                .flatMap(line -> List.of(line.split(", ")).stream())
                .map(rename -> rename.substring(1, rename.indexOf("`.")))
                .toList();
        assertThat(made)
                .doesNotHaveDuplicates()
                .hasSize(3)
                .allSatisfy(each -> assertThat(each)
                        .matches("n+(_[23])?_restored_20261123_201500_0badcafe")
                        .hasSizeLessThanOrEqualTo(64));
    }
}
