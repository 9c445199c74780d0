package io.doksnap.declare;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.Declarations.Rejected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LegibleSettingsTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data_dir: state\ndocker:\n  host: tcp://engine:2375\nretntion: 1\n",
                "{docker: {host: 'tcp://engine:2375'}, data_dir: state, apps: [{name: a b}]}",
                "data_dir: state\n\tapps: [\ndocker:\n\n  # where it is\n  host: tcp://engine:2375\n",
                "apps: [\ndata_dir: state\ndocker: {\n  host: 'tcp://engine:2375'\n}\n",
            })
    void ofAFileThatIsRejectedTellsWhereStateAndTheEngineAre(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("config.yaml"), text);
        assertThat(new ConfigReader().read(file, Map.of())).isInstanceOf(Rejected.class);
        Settings legible = new ConfigReader().legible(file, Map.of());
        assertThat(legible.dataDirectory()).contains(directory.resolve("state"));
        assertThat(legible.docker().host()).isEqualTo("tcp://engine:2375");
    }

    @Test
    void ofWhatAFileDoesNotSayLegiblyTellsWhatTheEnvironmentSaysAndWhatIsUsual() throws IOException {
        Map<String, String> environment =
                Map.of("DOKSNAP_DATA_DIR", "/mnt/state", "DOCKER_HOST", "tcp://engine:2375", "DOKSNAP_HOST", "no host");
        Path file = Files.writeString(directory.resolve("config.yaml"), "docker: [\ndata_dir: [state]\n");
        for (Path each : List.of(file, directory.resolve("missing.yaml"), directory)) {
            Settings legible = new ConfigReader().legible(each, environment);
            assertThat(legible.dataDirectory()).contains(Path.of("/mnt/state"));
            assertThat(legible.docker().host()).isEqualTo("tcp://engine:2375");
            assertThat(new ConfigReader().legible(each, Map.of()).dataDirectory())
                    .isEmpty();
        }
    }
}
