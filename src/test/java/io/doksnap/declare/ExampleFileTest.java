package io.doksnap.declare;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.ExampleFile.Setting;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The examples of the configuration and the environment have everything that the program reads, and nothing else. */
class ExampleFileTest {

    @Test
    void everySettingThatIsReadIsInTheExample() throws IOException {
        Set<String> missing = new TreeSet<>(known());
        missing.removeAll(ExampleFile.settings().keySet());
        // Those of a name are those of the one without.
        missing.removeIf(path -> ExampleFileTest.shared(path));
        assertThat(missing).isEmpty();
    }

    @Test
    void everySettingOfTheExampleIsReadAndExplained() throws IOException {
        Map<String, Setting> settings = ExampleFile.settings();
        assertThat(settings).hasSizeGreaterThan(90);
        assertThat(known()).containsAll(settings.keySet());
        assertThat(settings.values())
                .allSatisfy(setting ->
                        assertThat(setting.words()).as(setting.path()).isNotBlank());
    }

    @Test
    void everyVariableThatIsReadIsInTheExampleOfTheEnvironmentAndExplained() throws IOException {
        Map<String, Setting> explained = ConfigReference.explained();
        assertThat(explained.keySet()).containsAll(ConfigReference.variables());
        assertThat(explained.values())
                .allSatisfy(setting ->
                        assertThat(setting.words()).as(setting.path()).isNotBlank());
    }

    private static Set<String> known() throws IOException {
        Set<String> known = new TreeSet<>(ConfigReference.known().keySet());
        known.removeIf(path -> path.matches("[A-Z_]+|(no|https?)_proxy.*"));
        known.removeIf(path -> path.matches(".*\\.(env|match_labels)\\..*"));
        return known;
    }

    private static boolean shared(String path) {
        try {
            return ExampleFile.settings().containsKey(path.replaceFirst("^destinations\\.NAME", "s3"))
                    || ExampleFile.settings().containsKey(path.replaceFirst("^encryptions\\.NAME", "encryption"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
