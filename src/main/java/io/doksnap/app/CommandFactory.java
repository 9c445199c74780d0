package io.doksnap.app;

import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Makes the commands by hand, each with the {@link Cli} that it belongs to. */
final class CommandFactory implements IFactory {
    private final Cli cli;

    CommandFactory(Cli cli) {
        this.cli = cli;
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        Object command;
        if (type == BackupCommand.class) {
            command = new BackupCommand(cli);
        } else if (type == ListCommand.class) {
            command = new ListCommand(cli);
        } else if (type == LsCommand.class) {
            command = new LsCommand(cli);
        } else if (type == RestoreCommand.class) {
            command = new RestoreCommand(cli);
        } else if (type == VerifyCommand.class) {
            command = new VerifyCommand(cli);
        } else if (type == PruneCommand.class) {
            command = new PruneCommand(cli);
        } else if (type == ValidateCommand.class) {
            command = new ValidateCommand(cli);
        } else if (type == MigrateCommand.class) {
            command = new MigrateCommand(cli);
        } else if (type == KeygenCommand.class) {
            command = new KeygenCommand(cli);
        } else if (type == RecoveryKitCommand.class) {
            command = new RecoveryKitCommand(cli);
        } else if (type == RunCommand.class) {
            command = new RunCommand(cli);
        } else if (type == StatusCommand.class) {
            command = new StatusCommand(cli);
        } else if (type == HealthCommand.class) {
            command = new HealthCommand(cli);
        } else if (type == LogsCommand.class) {
            command = new LogsCommand(cli);
        } else if (type == KubeconfigCommand.class) {
            command = new KubeconfigCommand(cli);
        } else if (type == QuickstartCommand.class) {
            command = new QuickstartCommand(cli);
        } else {
            return CommandLine.defaultFactory().create(type);
        }
        return type.cast(command);
    }
}
