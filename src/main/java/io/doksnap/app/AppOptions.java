package io.doksnap.app;

import io.doksnap.policy.Policy;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What every command takes that does something for one app of the configuration. */
final class AppOptions {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ConfigOption config;

    @Parameters(paramLabel = "NAME", description = "the app, as the configuration names it")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(
            names = "--destination",
            paramLabel = "NAME",
            description = "only this one of its destinations; default: all of them")
    @SuppressWarnings("NullAway.Init")
    private Optional<String> destination;

    /** Reads the configuration. */
    Workspace open(Cli cli) throws CommandException {
        return Workspace.open(config.file(), cli);
    }

    Policy policy(Workspace workspace) throws CommandException {
        return workspace.policy(name);
    }

    /** The destinations that are meant, by their declared names; never empty. */
    List<String> destinations(Workspace workspace) throws CommandException {
        return workspace.destinations(Optional.of(policy(workspace)), destination);
    }
}
