package io.doksnap.declare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordsTest {
    private static final String OR_QUOTE = "; wrap it in sh -c '...', or put it in quotes to pass it on as it is";
    private static final String OR_LIST = "; write a list with one command an item, or wrap it in sh -c '...'";
    private static final String ODD = "abz09 \t'\"\\$`|&;<>()*?[]~#!{}=%\n\r/.-\u00fc\u20ac";

    /** Words are parted by {@code ~}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "docker stop shop|docker~stop~shop",
                "  a \t b  |a~b",
                "sh -c \"a 'b' \\\"c\\\"\"|sh~-c~a 'b' \"c\"",
                "'a'\"b\"c|abc",
                "a '' b|a~~b",
                "\"\\a\\\\\\$x\"|\\a\\$x",
                "'\\'|\\",
                "it\\'s|it's",
                "a#b c|a#b~c",
                "5$ costs \"$\"|5$~costs~$",
                "--format={{.ID}}|--format={{.ID}}",
                "gr\u00fc\u00df dich|gr\u00fc\u00df~dich",
            })
    void quotesAndBackslashesAreReadAsAShellDoes(String line, String words) throws Exception {
        assertThat(ShellWords.split(line)).containsExactly(words.split("~", -1));
    }

    @Test
    void whatOnlyAShellCouldDoIsRefusedWithItsPlace() {
        assertRefused("a | b", "'|' at character 3 is a shell operator, and no shell runs this" + OR_QUOTE);
        assertRefused("a && b", "'&&' at character 3 is a shell operator, and no shell runs this" + OR_LIST);
        assertRefused("a;b", "';' at character 2 is a shell operator, and no shell runs this" + OR_LIST);
        assertRefused(
                "a || true",
                "'||' at character 3 is a shell operator, and no shell runs this; wrap it in sh -c '...', or set on_error:"
                        + " continue where a failure does not matter");
        assertRefused("a >> b", "'>>' at character 3 is a shell operator, and no shell runs this" + OR_QUOTE);
        assertRefused("a 2>&1", "'>' at character 4 is a shell operator, and no shell runs this" + OR_QUOTE);
        assertRefused("a &", "'&' at character 3 is a shell operator, and no shell runs this" + OR_QUOTE);
        assertRefused(
                "stop $(b)", "'$(' at character 6 would be replaced by a shell, and no shell runs this" + OR_QUOTE);
        assertRefused(
                "a $HOME/b", "'$HOME' at character 3 would be replaced by a shell, and no shell runs this" + OR_QUOTE);
        assertRefused("a `b`", "'`' at character 3 would be replaced by a shell, and no shell runs this" + OR_QUOTE);
        assertRefused(
                "a \"x ${B}\"",
                "'${B' at character 6 would be replaced by a shell even in double quotes, and no shell runs this; use single"
                        + " quotes to pass it on as it is, or wrap it in sh -c '...'");
        assertRefused(
                "rm /tmp/*",
                "'*' at character 9 would be matched with files by a shell, and no shell runs this" + OR_QUOTE);
        assertRefused(
                "a ~/b",
                "'~' at character 3 means more at the start of a word to a shell, and no shell runs this" + OR_QUOTE);
        assertRefused(
                "a #b",
                "'#' at character 3 means more at the start of a word to a shell, and no shell runs this" + OR_QUOTE);
        assertRefused("sh -c 'a", "the quote ' at character 7 is never closed; add the closing quote");
        assertRefused("sh -c \"a", "the quote \" at character 7 is never closed; add the closing quote");
        assertRefused("a \\", "ends with a backslash, which quotes the next character; remove it, or double it");
    }

    @Test
    void lineBreaksAndNulAreRefused() {
        assertRefused("a\nb", "holds more than one line; write a list with one command an item");
        assertRefused("a\0b", "holds a NUL character, which no argument can; remove it");
        assertRefused("'a\0b'", "holds a NUL character, which no argument can; remove it");
        assertRefused("\"a\0b\"", "holds a NUL character, which no argument can; remove it");
    }

    @Test
    void everyCharacterCanBeQuoted() throws Exception {
        assertThat(ShellWords.split("sh -c 'a | b > \"$c\"' x\\ y\\|z"))
                .containsExactly("sh", "-c", "a | b > \"$c\"", "x y|z");
        assertThat(ShellWords.split("c~d")).containsExactly("c~d");
    }

    @Test
    void linesInsideQuotesStay() throws Exception {
        assertThat(ShellWords.split("sh -c 'a\nb'")).containsExactly("sh", "-c", "a\nb");
        assertThat(ShellWords.split("sh -c \"a\\\nb\"")).containsExactly("sh", "-c", "ab");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a b", "'", "it's", "$x", "\\", "a\nb", "*", "~", "#", "-t", "\""})
    void quotedTextIsOneWordAgain(String word) throws Exception {
        assertThat(ShellWords.split(ShellWords.quote(word))).containsExactly(word);
    }

    @RepeatedTest(3)
    void anyWordsComeBackFromTheirQuotedLine(RepetitionInfo repetition) throws Exception {
        Random random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < 2000; i++) {
            List<String> words = new ArrayList<>();
            List<String> quoted = new ArrayList<>();
            for (int n = random.nextInt(5); n >= 0; n--) {
                words.add(text(random));
                quoted.add(ShellWords.quote(words.get(words.size() - 1)));
            }
            assertThat(ShellWords.split(String.join(random.nextBoolean() ? " " : " \t ", quoted)))
                    .isEqualTo(words);
        }
    }

    @RepeatedTest(3)
    void anyLineIsEitherSplitOrRefusedInOneLine(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < 10_000; i++) {
            String line = text(random);
            try {
                List<String> words = ShellWords.split(line);
                String joined = String.join("", words);
                assertThat(joined.length()).as(line).isLessThanOrEqualTo(line.length());
            } catch (CommandLineException refused) {
                assertThat(refused.getMessage()).as(line).contains(";").doesNotContain("\n");
            }
        }
    }

    static void assertRefused(String line, String message) {
        assertThatThrownBy(() -> ShellWords.split(line))
                .as(line)
                .isInstanceOf(CommandLineException.class)
                .hasMessage(message);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(12); n > 0; n--) {
            text.append(ODD.charAt(random.nextInt(ODD.length())));
        }
        return text.toString();
    }
}
