package io.doksnap.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.declare.ConfigReader;
import io.doksnap.declare.Declarations;
import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.offen.Finding;
import io.doksnap.declare.offen.Migration;
import io.doksnap.declare.offen.OffenException;
import io.doksnap.declare.offen.OffenReader;
import io.doksnap.docker.Container;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code doksnap migrate}. */
@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        description = {
            "Reads an installation of offen/docker-volume-backup, and prints a config.yaml that does the same, with"
                    + " the labels that would do it, too. Changes nothing, and prints no secret."
        },
        footer = {"", "Ends with code 11 where a setting could not be carried over; each is named."})
final class MigrateCommand implements Callable<Integer> {
    private final Cli cli;

    @Option(
            names = "--compose",
            paramLabel = "FILE",
            description = "its Compose file, with the workloads beside it; reads its env_file and conf.d, too")
    @SuppressWarnings("NullAway.Init")
    private Optional<Path> compose;

    @Option(
            names = "--service",
            paramLabel = "NAME",
            description = "its service in that file, where the image does not tell")
    @SuppressWarnings("NullAway.Init")
    private Optional<String> service;

    @Option(
            names = "--container",
            paramLabel = "NAME",
            description =
                    "its container: variables and mounts come from Docker, and so do the labels of everything else")
    @SuppressWarnings("NullAway.Init")
    private Optional<String> container;

    @Option(names = "--env", paramLabel = "FILE", description = "a file with its variables")
    @SuppressWarnings("NullAway.Init")
    private Optional<Path> env;

    @Option(
            names = "--conf-d",
            paramLabel = "DIR",
            description = "a directory with a file of variables for each schedule (its /etc/dockervolumebackup/conf.d)")
    @SuppressWarnings("NullAway.Init")
    private Optional<Path> confD;

    @Option(
            names = "--docker",
            description = "read the labels of running containers and services, also where no container is named")
    private boolean docker;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OutputOption output;

    MigrateCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws CommandException {
        if (compose.isEmpty() && container.isEmpty() && env.isEmpty() && confD.isEmpty()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "say where the installation is: --compose FILE, --container NAME, --env FILE or --conf-d DIR");
        }
        OffenReader reader = new OffenReader();
        if (container.isPresent() || docker) {
            ask(reader);
        }
        Migration migration;
        try {
            if (compose.isPresent()) {
                reader.compose(compose.get(), service, cli.environment());
            }
            if (env.isPresent()) {
                reader.variables(env.get());
            }
            confD.ifPresent(reader::confD);
            migration = Migration.of(reader.installation());
        } catch (OffenException unreadable) {
            throw new CommandException(ExitCode.CONFIGURATION, String.valueOf(unreadable.getMessage()));
        }
        return report(migration);
    }

    private int report(Migration migration) {
        int code = migration.complete() ? ExitCode.OK : ExitCode.NOT_ALL_CARRIED_OVER;
        if (output.isJson()) {
            output.print(document(migration, code), cli);
        } else {
            cli.console().out().print(migration.config());
        }
        for (Finding finding : migration.findings()) {
            if (finding.lost()) {
                cli.console().error("not carried over: " + finding);
            } else {
                cli.console().warn(finding.toString());
            }
        }
        return code;
    }

    private void ask(OffenReader reader) throws CommandException {
        Declarations usual = new ConfigReader().withoutFile(Workspace.usualDataDirectory(cli), cli.environment());
        if (!(usual instanceof Declared declared)) {
            throw new CommandException(
                    ExitCode.CONFIGURATION,
                    ((Declarations.Rejected) usual)
                            .problems().stream().map(Object::toString).toList());
        }
        try (Workspace workspace = Workspace.of(declared, cli)) {
            DockerEngine engine = workspace.docker();
            if (container.isPresent()) {
                Container found = engine.containers()
                        .find(container.get())
                        .orElseThrow(() -> new CommandException(
                                ExitCode.NOT_FOUND,
                                "there is no container " + container.get()
                                        + "; 'docker ps -a' shows those that there are"));
                reader.container(found, engine.containers().environment(found));
            }
            reader.engine(engine.containers().all(), engine.services().all());
        } catch (DockerException e) {
            throw new CommandException(ExitCode.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private static ObjectNode document(Migration migration, int code) {
        ObjectNode document = Documents.object().put("exitCode", code).put("config", migration.config());
        ObjectNode labels = document.putObject("labels");
        migration.labels().forEach((workload, each) -> each.forEach(labels.withObject("/" + workload)::put));
        ArrayNode lost = document.putArray("notCarriedOver");
        ArrayNode warnings = document.putArray("warnings");
        for (Finding finding : migration.findings()) {
            (finding.lost() ? lost : warnings)
                    .addObject()
                    .put("setting", finding.setting())
                    .put("message", finding.message());
        }
        return document;
    }
}
