package io.doksnap.app;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code doksnap health}: for scripts and containers, not for people, who have {@code doksnap status}. */
@Command(
        name = "health",
        mixinStandardHelpOptions = true,
        description = "Whether the operator of this configuration answers; says nothing where it does.")
final class HealthCommand implements Callable<Integer> {
    private final Cli cli;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ConfigOption config;

    HealthCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws CommandException {
        try (Workspace workspace = Workspace.openAny(config.file(), cli)) {
            Optional<String> complaint = Health.complaint(workspace.dataDirectoryPath());
            complaint.ifPresent(cli.console()::error);
            return complaint.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
        }
    }
}
