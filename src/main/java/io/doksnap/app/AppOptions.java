package io.doksnap.app;

import io.doksnap.policy.Policy;
import java.nio.file.Files;
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

    /** The same where an operator may know the app that no configuration names. */
    Workspace openAny(Cli cli) throws CommandException {
        return Workspace.openAny(config.file(), cli);
    }

    /** Says so where there is no configuration. */
    void requireConfiguration(Cli cli) throws CommandException {
        if (!Files.exists(config.file())) {
            Workspace.open(config.file(), cli).close();
        }
    }

    /** The app, as the person named it. */
    String name() {
        return name;
    }

    Optional<String> destination() {
        return destination;
    }

    boolean isForOneDestination() {
        return destination.isPresent();
    }

    Policy policy(Workspace workspace) throws CommandException {
        return workspace.policy(name);
    }

    /** The destinations that are meant, by their declared names; never empty. */
    List<String> destinations(Workspace workspace) throws CommandException {
        return workspace.destinations(Optional.of(policy(workspace)), destination);
    }
}
