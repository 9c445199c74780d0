package io.doksnap.app;

import io.doksnap.api.Backup.BackupStatus;
import io.doksnap.api.Condition;
import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.PolicyResource;
import io.fabric8.kubernetes.api.model.Event;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code doksnap logs NAME}. */
@Command(
        name = "logs",
        mixinStandardHelpOptions = true,
        description =
                "Prints the record of a policy's runs, oldest first: how each ended, what its hooks printed, its warnings, and what was"
                        + " reported.")
final class LogsCommand implements Callable<Integer> {
    private final Cli cli;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ConfigOption config;

    @Parameters(paramLabel = "NAME", description = "the policy, or the app as the configuration names it")
    @SuppressWarnings("NullAway.Init")
    private String name;

    LogsCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        try (Workspace workspace = Workspace.openAny(config.file(), cli);
                OperatorClient operator = OperatorClient.of(workspace)) {
            PolicyResource policy = operator.policy(name);
            String namespace = policy.getMetadata().getNamespace();
            PrintStream out = cli.console().out();
            List<BackupResource> backups = operator.backups(policy);
            for (BackupResource backup : backups) {
                out.println(Console.oneLine(line(backup)));
                BackupStatus status = backup.toBackup().status();
                if (status != null) {
                    status.hooks()
                            .forEach(hook -> hook.output()
                                    .lines()
                                    .forEach(line -> out.println(Console.oneLine("    " + hook.hook() + ": " + line))));
                    status.warnings().forEach(warning -> out.println(Console.oneLine("    warning: " + warning)));
                }
                print(
                        operator.warnings(
                                "Backup", namespace, backup.getMetadata().getName()),
                        "    ",
                        out);
            }
            print(
                    operator.warnings(
                            "BackupPolicy", namespace, policy.getMetadata().getName()),
                    "",
                    out);
            if (backups.isEmpty()) {
                cli.console().say(name + " has not run yet, or its runs are no longer kept");
            }
        }
        return ExitCode.OK;
    }

    /** When it began, which it is, and how it ended. */
    private static String line(BackupResource backup) {
        BackupStatus status = backup.toBackup().status();
        String created = backup.getMetadata().getCreationTimestamp();
        String head = backup.getMetadata().getName();
        if (status == null) {
            return created + "  " + head + "  not taken up yet";
        }
        Instant start = status.startTime();
        Instant end = status.completionTime();
        Condition ending = RemoteBackup.ending(status);
        String took = start == null || end == null ? "" : " in " + Sizes.duration(Duration.between(start, end));
        String result = ending == null
                ? status.progress() == null
                        ? "not begun"
                        : status.progress().phase().toString()
                : ending.reason() + took + (ending.message().isEmpty() ? "" : ": " + ending.message());
        return (start == null ? created : start) + "  " + head + "  " + result;
    }

    private static void print(List<Event> events, String indent, PrintStream out) {
        for (Event event : events) {
            Integer count = event.getCount();
            out.println(Console.oneLine(indent + event.getLastTimestamp() + "  " + event.getReason() + ": "
                    + event.getMessage() + (count != null && count > 1 ? " (" + count + " times)" : "")));
        }
    }
}
