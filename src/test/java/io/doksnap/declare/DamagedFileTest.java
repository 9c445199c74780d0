package io.doksnap.declare;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.Declarations.Rejected;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file with typing mistakes in it is read, or refused in words for its author. */
class DamagedFileTest {
    private static final String KEYS = "[]{}\"'\\:,-?*&!|>%@`#\t \n<=~a1";

    /** How the parser talks to those who wrote it. */
    private static final Pattern RAW = Pattern.compile(
            "while (parsing|scanning)|but (found|got)|expected (<|'<|',')|found (character|undefined|unexpected)"
                    + "|not allowed here|start any token|Exception");

    /** The text after {@code storage} in line 1; {@code ~} stands for a line break. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "apps: [|config.yaml:3:1: a bracket is opened and never closed; add the closing ']' or '}'",
                "apps: {|config.yaml:3:1: a bracket is opened and never closed; add the closing ']' or '}'",
                "apps: [a,|config.yaml:3:1: a bracket is opened and never closed; add the closing ']' or '}'",
                "apps: [~  - a|config.yaml:3:3: a list's '-' cannot stand within brackets; close the bracket that opens above it",
                "apps: [a~host: b|config.yaml:3:5: the bracket that opens in line 2 is not closed, or a ',' is missing",
                "host: ]|config.yaml:2:7: no value can start here: a bracket or comma is one too many or a value is missing; put a value that holds one in quotes",
                "apps: [,]|config.yaml:2:8: no value can start here: a bracket or comma is one too many or a value is missing; put a value that holds one in quotes",
                "host: > x|config.yaml:2:9: a value that starts with \\p or > is a text on the lines below it; put the value in quotes, or start it on the next line",
                "host: &|config.yaml:2:8: a value that starts with & or ! must be in quotes",
                "host: !<|config.yaml:2:9: a value that starts with & or ! must be in quotes",
            })
    void brokenBracketsAndSignsGetOneLine(String text, String message) {
        String file = "storage: {directory: /backups}\n" + text.replace('~', '\n') + "\n";
        assertThat(problems(file)).containsExactly(message.replace("\\p", "|"));
    }

    @RepeatedTest(2)
    void noMessageIsInTheParsersOwnWords(RepetitionInfo repetition) throws Exception {
        Random random = new Random(repetition.getCurrentRepetition());
        String text = Files.readString(Path.of(Objects.requireNonNull(getClass().getResource("everything.yaml"))
                        .toURI()))
                + "    retry: {attempts: 2, backoff: \"10m\"}\n    hooks: [{a: 'b'}]\n";
        for (int i = 0; i < 500; i++) {
            StringBuilder damaged = new StringBuilder(text);
            for (int n = random.nextInt(2); n >= 0; n--) {
                damage(damaged, random);
            }
            // What is legible of it is asked for whatever it has become.
            assertThat(new ConfigParser("config.yaml", Path.of("/conf"), Map.of()).legible(damaged.toString()))
                    .isNotNull();
            for (String problem : problems(damaged.toString())) {
                assertThat(problem)
                        .as(damaged.toString())
                        .doesNotContainPattern(RAW)
                        .doesNotContain("\n");
            }
        }
    }

    private static void damage(StringBuilder text, Random random) {
        int place = random.nextInt(text.length());
        char key = KEYS.charAt(random.nextInt(KEYS.length()));
        switch (random.nextInt(3)) {
            case 0 -> text.deleteCharAt(place);
            case 1 -> text.insert(place, key);
            default -> text.setCharAt(place, key);
        }
    }

    private static List<String> problems(String text) {
        Declarations result = new ConfigParser("config.yaml", Path.of("/conf"), Map.of()).parse(text);
        return result instanceof Rejected rejected
                ? rejected.problems().stream().map(ConfigProblem::toString).toList()
                : List.of();
    }
}
