package io.doksnap.app;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code doksnap run}: the operator, until it is told to stop. */
@Command(
        name = RunCommand.NAME,
        mixinStandardHelpOptions = true,
        description = {
            "Runs the operator: it backs up by itself what policies say, those of the configuration and those that"
                    + " kubectl makes.",
            "Ends on Ctrl-C or SIGTERM, after what runs was called off and undone."
        },
        footer = {"", "kubectl finds the way with: doksnap kubeconfig > FILE; export KUBECONFIG=FILE"})
final class RunCommand implements Callable<Integer> {
    static final String NAME = "run";

    private final Cli cli;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description =
                    "the configuration; default: config.yaml in this directory, and none at all where there is no such"
                            + " file")
    @SuppressWarnings("NullAway.Init")
    private Optional<Path> file;

    RunCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        return new OperatorProcess(cli).run(file);
    }
}
