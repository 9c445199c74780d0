package io.doksnap.app;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code doksnap} itself: what all commands share. */
@Command(
        name = "doksnap",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Backs up Docker volumes and directories, encrypted, into S3 or a directory, and restores them.",
        subcommands = {
            QuickstartCommand.class,
            RunCommand.class,
            BackupCommand.class,
            StatusCommand.class,
            HealthCommand.class,
            LogsCommand.class,
            ListCommand.class,
            LsCommand.class,
            RestoreCommand.class,
            VerifyCommand.class,
            PruneCommand.class,
            ValidateCommand.class,
            MigrateCommand.class,
            KeygenCommand.class,
            KubeconfigCommand.class,
            RecoveryKitCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        footer = {"", "Start with: doksnap quickstart"})
final class Cli implements Runnable {
    private final Console console;
    private final Clock clock;
    private final Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    Cli(Console console, Clock clock, Map<String, String> environment) {
        this.console = console;
        this.clock = clock;
        this.environment = Map.copyOf(environment);
    }

    Console console() {
        return console;
    }

    Clock clock() {
        return clock;
    }

    Map<String, String> environment() {
        return environment;
    }

    /** The user's home: {@code HOME} where it is set, as in a shell, else what the system's user list says. */
    Path home() {
        String home = environment.getOrDefault("HOME", "");
        return Path.of(home.startsWith("/") ? home : System.getProperty("user.home"));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: say what to do");
    }
}
