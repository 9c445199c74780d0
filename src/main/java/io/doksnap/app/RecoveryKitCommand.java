package io.doksnap.app;

import io.doksnap.archive.Encryption;
import io.doksnap.policy.Policy;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code doksnap recovery-kit}. */
@Command(
        name = "recovery-kit",
        mixinStandardHelpOptions = true,
        description = {
            "Prints what it takes to get everything back when this machine is gone: to print on paper and put in a drawer.",
            "It holds no secret, and contacts nothing."
        })
final class RecoveryKitCommand implements Callable<Integer> {
    private final Cli cli;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ConfigOption config;

    RecoveryKitCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        try (Workspace workspace = Workspace.open(config.file(), cli)) {
            Console console = cli.console();
            RecoveryKit kit = new RecoveryKit(workspace.knownHost(), cli.clock().instant());
            int code = ExitCode.OK;
            for (Policy policy : workspace.policies()) {
                Optional<Encryption> encryption = Optional.empty();
                try {
                    encryption = Optional.of(workspace.keys().encryption(policy));
                } catch (CommandException e) {
                    // The rest is worth having all the same.
                    e.problems().forEach(problem -> console.error(policy.name() + ": " + problem));
                    code = e.exitCode();
                }
                kit.add(policy, workspace.destinations(Optional.of(policy), Optional.empty()), encryption);
            }
            kit.lines(workspace.settings().destinations()).forEach(console.out()::println);
            return code;
        }
    }
}
