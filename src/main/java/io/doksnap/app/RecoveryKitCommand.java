package io.doksnap.app;

import io.doksnap.declare.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code doksnap recovery-kit}. */
@Command(
        name = "recovery-kit",
        mixinStandardHelpOptions = true,
        description = {
            "Prints what it takes to get everything back when this machine is gone: to print on paper and put in a drawer.",
            "It holds no secret, and asks nobody but the operator of this host, where one runs: that knows the policies",
            "of labels and kubectl."
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
        try (Workspace workspace = Workspace.openStored(config.file(), cli)) {
            Console console = cli.console();
            Settings settings = workspace.settings();
            KitPolicies known = KitPolicies.known(workspace, cli);
            RecoveryKit kit = new RecoveryKit(workspace.knownHost(), cli.clock().instant());
            known.policies()
                    .forEach((policy, encryption) -> kit.add(
                            policy,
                            policy.destinations().stream()
                                    .map(name -> settings.resolve(name).orElse(name))
                                    .toList(),
                            encryption));
            known.elsewhere().forEach(kit::add);
            known.problems().forEach(console::error);
            kit.lines(settings.destinations()).forEach(console.out()::println);
            return known.problems().isEmpty() ? ExitCode.OK : ExitCode.CONFIGURATION;
        }
    }
}
