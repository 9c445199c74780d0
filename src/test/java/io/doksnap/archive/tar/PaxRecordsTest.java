package io.doksnap.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaxRecordsTest {
    private final PaxRecords records = new PaxRecords();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0 path=a\n",
                "1 path=a\n",
                "8 path=a\n",
                "11 path=a\n",
                "10 path=a",
                "10 path=ab",
                "-9 path=a\n",
                "path=a\n",
                " 10 path=a\n",
                "10  path\n",
                "8 patha\n",
                "3 \n",
                "2 ",
                "4294967306 path=a\n",
                "99999999999999999999999999999999 path=a\n",
                "10 path=a\nx",
                "10 path=a\n\0x",
                "10",
                "x",
            })
    void malformedRecordIsAnError(String body) {
        assertThatThrownBy(() -> parse(body)).isInstanceOf(TarException.class).hasMessageContaining("extended header");
    }

    @Test
    void wellFormedRecordsAreRead() throws TarException {
        parse("10 path=a\n13 linkpath=\n10 size=7\n12 path=b=c\n");
        assertThat(records.bytes("path")).isEqualTo(new byte[] {'b', '=', 'c'});
        assertThat(records.bytes("linkpath")).isNull();
        assertThat(records.number("size", 0)).isEqualTo(7);
        assertThat(records.number("uid", 5)).isEqualTo(5);
    }

    @Test
    void emptyValueTakesAnEarlierOneBack() throws TarException {
        parse("10 path=a\n8 path=\n");
        assertThat(records.bytes("path")).isNull();
    }

    @Test
    void valueMayHoldNewlinesEqualsSignsAndAnyByte() throws TarException {
        records.parse(new byte[] {'1', '2', ' ', 'p', 'a', 't', 'h', '=', '\n', (byte) 0xFF, '=', '\n'});
        assertThat(records.bytes("path")).isEqualTo(new byte[] {'\n', (byte) 0xFF, '='});
    }

    @Test
    void zerosAfterTheLastRecordAreTaken() throws TarException {
        parse("10 path=a\n\0\0\0");
        assertThat(records.bytes("path")).isEqualTo(new byte[] {'a'});
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "+1",
                "",
                " 1",
                "1 ",
                "0x10",
                "1.0",
                "9223372036854775808",
                "99999999999999999999",
                "\u0661"
            })
    void wrongNumberIsAnError(String value) throws TarException {
        parse(record("size", value));
        if (!value.isEmpty()) {
            assertThatThrownBy(() -> records.number("size", 0)).isInstanceOf(TarException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-",
                "--1",
                "+1",
                "1.-5",
                "1.+5",
                "1e3",
                ".",
                "1,5",
                "9223372036854775807",
                "-9223372036854775808",
                "nan"
            })
    void wrongTimeIsAnError(String value) throws TarException {
        parse(record("mtime", value));
        assertThatThrownBy(() -> records.time("mtime", Instant.EPOCH)).isInstanceOf(TarException.class);
    }

    @Test
    void timesAreReadToTheNanosecondAndFurtherDigitsAreCutOff() throws TarException {
        assertThat(time("1.5")).isEqualTo(Instant.ofEpochSecond(1, 500_000_000));
        assertThat(time("-1.5")).isEqualTo(Instant.ofEpochSecond(-2, 500_000_000));
        assertThat(time("-0.000000001")).isEqualTo(Instant.ofEpochSecond(-1, 999_999_999));
        assertThat(time("7.1234567899999")).isEqualTo(Instant.ofEpochSecond(7, 123_456_789));
        assertThat(time("12")).isEqualTo(Instant.ofEpochSecond(12));
        assertThat(time("12.")).isEqualTo(Instant.ofEpochSecond(12));
    }

    @Test
    void everyTimeThatIsWrittenIsReadBack() throws TarException {
        Random random = new Random(11);
        for (int i = 0; i < 2000; i++) {
            Instant time = Instant.ofEpochSecond(random.nextInt() * 3L, random.nextInt(1_000_000_000));
            assertThat(time(TarWriter.decimal(time))).isEqualTo(time);
        }
    }

    @Test
    void randomBytesAreAnErrorAndNothingWorse() {
        Random random = new Random(5);
        String alphabet = "0123456789 =\npath\0\u00ff-";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder body = new StringBuilder();
            for (int n = random.nextInt(30); n > 0; n--) {
                body.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                parse(body.toString());
            } catch (TarException expected) {
                assertThat(expected).hasMessageContaining("extended header");
            }
        }
    }

    private Instant time(String text) throws TarException {
        parse(record("mtime", text));
        return records.time("mtime", Instant.EPOCH);
    }

    private void parse(String body) throws TarException {
        records.parse(body.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String record(String key, String value) {
        int length = key.length() + value.length() + 4;
        return (length > 9 ? length + 1 : length) + " " + key + "=" + value + "\n";
    }
}
