package io.doksnap.app;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names the configuration file. */
final class ConfigOption {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "config.yaml",
            description = "the configuration; default: config.yaml in this directory")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    Path file() {
        return file;
    }
}
