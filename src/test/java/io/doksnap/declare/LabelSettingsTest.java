package io.doksnap.declare;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Declarations.Rejected;
import io.doksnap.policy.TimeWindow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code docker.labels} and {@code docker.no_stop_windows}. */
class LabelSettingsTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"on, ON", "'on', ON", "true, ON", "off, OFF", "false, OFF", "opt-out, OPT_OUT"})
    void labelsAreOnOptOutOrOff(String written, LabelMode mode) throws Exception {
        assertThat(docker("labels: " + written).labels()).isEqualTo(mode);
    }

    @Test
    void labelsCountAndWindowsAreLeftToTheProgramWhereNothingIsSaid() throws Exception {
        DockerSettings docker = docker("host: unix:///var/run/docker.sock");
        assertThat(docker.labels()).isEqualTo(LabelMode.ON);
        assertThat(docker.noStopWindows()).isEmpty();
    }

    @Test
    void windowsAreAListOrOne() throws Exception {
        TimeWindow night = TimeWindow.parse("23:45-00:15").orElseThrow();
        TimeWindow noon = TimeWindow.parse("12:00-13:00").orElseThrow();
        assertThat(docker("no_stop_windows: [23:45-00:15, 12:00-13:00]").noStopWindows())
                .hasValue(List.of(night, noon));
        assertThat(docker("no_stop_windows: 23:45-00:15").noStopWindows()).hasValue(List.of(night));
        assertThat(docker("no_stop_windows: []").noStopWindows()).hasValue(List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "labels: optout             | docker.labels: 'optout' is unknown; did you mean 'opt-out'?",
                "no_stop_windows: [23:45]   | docker.no_stop_windows[0]: '23:45' is no part of a day; write its begin and its end,"
                        + " such as 23:45-00:15",
                "no_stop_window: [1:00-2:00]| did you mean 'no_stop_windows'?",
            })
    void anythingElseIsRefused(String line, String message) throws Exception {
        assertThat(((Rejected) read(line)).problems())
                .singleElement()
                .asString()
                .contains(message);
    }

    private DockerSettings docker(String line) throws Exception {
        return ((Declared) read(line)).settings().docker();
    }

    private Declarations read(String line) throws Exception {
        Path file = directory.resolve("config.yaml");
        Files.writeString(
                file,
                "storage: {directory: /tmp/x}\ndocker:\n  " + line
                        + "\napps: [{name: a, type: volume, source: b, schedule: '@daily'}]\n");
        return new ConfigReader().read(file, Map.of("ENCRYPTION_PASSWORD", "x"));
    }
}
