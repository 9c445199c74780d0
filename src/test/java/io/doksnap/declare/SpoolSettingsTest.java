package io.doksnap.declare;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Declarations.Rejected;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpoolSettingsTest {
    @Test
    void nothingIsSaidUnlessWritten() {
        assertThat(((Declared) read("")).settings().spool())
                .isEqualTo(new SpoolSettings(Optional.empty(), OptionalLong.empty()));
    }

    @Test
    void directoryAndSizeAreRead() {
        assertThat(((Declared) read("spool: {directory: spool, max: 20GiB}\n"))
                        .settings()
                        .spool())
                .isEqualTo(new SpoolSettings(Optional.of(Path.of("/etc/doksnap/spool")), OptionalLong.of(20L << 30)));
        assertThat(((Declared) read("spool: {max: 0}\n")).settings().spool().max())
                .hasValue(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max: lots|config.yaml:2: spool.max: 'lots' is no amount of data; write one such as 500MiB or 20GiB, or 0 for"
                        + " no spool",
                "max: 20|config.yaml:2: spool.max: is 20 bytes, which is too little to be of use; write 1MiB or more, such as"
                        + " 20GiB, or 0 for no spool",
                "maxx: 20GiB|config.yaml:2: spool.maxx: unknown setting; did you mean 'max'?"
            })
    void whatMakesNoSenseIsNamedWithItsLine(String setting, String problem) {
        Rejected rejected = (Rejected) read("spool: {" + setting + "}\n");
        assertThat(rejected.problems()).singleElement().hasToString(problem);
    }

    private static Declarations read(String spool) {
        return new ConfigParser("config.yaml", Path.of("/etc/doksnap"), Map.of())
                .parse("storage: {directory: /backups}\n" + spool);
    }
}
