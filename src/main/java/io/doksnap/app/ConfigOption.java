package io.doksnap.app;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names the configuration file. */
final class ConfigOption {
    static final String USUAL_NAME = "config.yaml";

    /** What counts when nobody names a file. */
    static final Path USUAL = Path.of(USUAL_NAME);

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = ConfigOption.USUAL_NAME,
            description = "the configuration; default: config.yaml in this directory")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    Path file() {
        return file;
    }
}
