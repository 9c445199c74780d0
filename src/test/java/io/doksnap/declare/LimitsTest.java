package io.doksnap.declare;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Declarations.Rejected;
import io.doksnap.policy.IoPriority;
import io.doksnap.policy.TimeWindow;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsTest {
    @Test
    void twoRunsThatStepBackAreAllThatIsLimitedUnlessSaid() {
        Limits limits = ((Declared) read("")).settings().limits();
        assertThat(limits)
                .isEqualTo(new Limits(
                        2,
                        OptionalInt.empty(),
                        OptionalInt.of(10),
                        Optional.empty(),
                        OptionalLong.empty(),
                        Optional.empty()));
    }

    @Test
    void everyLimitIsRead() {
        String yaml = "limits: {runs: 4, threads: 1, nice: 19, io: idle, upload_rate: 10MiB/s, window: 22:30-6:00}\n";
        assertThat(((Declared) read(yaml)).settings().limits())
                .isEqualTo(new Limits(
                        4,
                        OptionalInt.of(1),
                        OptionalInt.of(19),
                        Optional.of(new IoPriority(true, 0)),
                        OptionalLong.of(10 << 20),
                        TimeWindow.parse("22:30-06:00")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "runs: 0|config.yaml:2: limits.runs: must be 1 to 64, and is 0",
                "threads: 65|config.yaml:2: limits.threads: must be 1 to 64, and is 65",
                "nice: -5|config.yaml:2: limits.nice: must be 0 to 19, and is -5",
                "io: realtime|config.yaml:2: limits.io: 'realtime' is no priority; write idle, best-effort, or"
                        + " best-effort:0 to best-effort:7",
                "upload_rate: fast|config.yaml:2: limits.upload_rate: 'fast' is no amount of data; write bytes a"
                        + " second such as 500KiB or 10MiB",
                "upload_rate: 10|config.yaml:2: limits.upload_rate: is 10 bytes a second, and uploads slower than"
                        + " 64KiB a second time out",
                "window: at night|config.yaml:2: limits.window: 'at night' is no part of a day; write its begin and"
                        + " its end, such as 01:00-06:00",
                "uploadrate: 10MiB|config.yaml:2: limits.uploadrate: unknown setting; did you mean 'upload_rate'?"
            })
    void whatMakesNoSenseIsNamedWithItsLine(String setting, String problem) {
        Rejected rejected = (Rejected) read("limits: {" + setting + "}\n");
        assertThat(rejected.problems()).singleElement().hasToString(problem);
    }

    private static Declarations read(String limits) {
        return new ConfigParser("config.yaml", Path.of("/etc/doksnap"), Map.of())
                .parse("storage: {directory: /backups}\n" + limits);
    }
}
