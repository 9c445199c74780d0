package io.doksnap.app;

import io.doksnap.app.objects.ConfigWatch;
import io.doksnap.declare.ConfigProblem;
import io.doksnap.declare.ConfigReader;
import io.doksnap.declare.Declarations;
import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Declarations.Rejected;
import io.doksnap.declare.Settings;
import io.doksnap.operator.HostLease;
import io.doksnap.operator.Revivals;
import io.doksnap.run.DataDirectory;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.status.OperatorState.Phase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator as a process: from the configuration to the signal that ends it. */
final class OperatorProcess {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);
    private static final Duration LOOK = Duration.ofSeconds(3);

    private final Cli cli;
    private @Nullable Declared news;

    OperatorProcess(Cli cli) {
        this.cli = cli;
    }

    /**
     * Runs until somebody wants the program to end.
     *
     * @param file the configuration; empty: the usual one, and none at all where there is no such file
     */
    int run(Optional<Path> file) throws Exception {
        Path path = file.orElse(ConfigOption.USUAL);
        boolean inFile = file.isPresent() || Files.exists(path);
        // Before the first reading, so that no change falls between the two.
        ConfigWatch watch = new ConfigWatch(path, () -> new ConfigReader().read(path, cli.environment()));
        Declared declared = read(path, inFile);
        try (StopSignal stop = new StopSignal();
                Workspace workspace = Workspace.of(declared, cli);
                StatusService status = new StatusService(declared.settings().statusServer(), cli.clock())) {
            LOG.info("{}", Version.text());
            Optional<DataDirectory> taken = StandBy.take(workspace.dataDirectoryPath(), status, stop);
            if (taken.isPresent()) {
                try (DataDirectory data = taken.get()) {
                    status.say(Phase.STARTING, "starting");
                    Revivals revivals = new Revivals(workspace.workloads(data), cli.clock());
                    try {
                        status.listen();
                        Health.note(data.path(), status.healthAddress());
                    } finally {
                        // Before anything that may fail, and before an API that may be away: nobody else does it.
                        revivals.replay();
                    }
                    LOG.info(
                            "configuration: {}",
                            inFile ? path.toAbsolutePath().normalize() : "none, as there is no " + path);
                    operate(workspace, data, revivals, watch, path, status, stop);
                    // Whoever takes over when the directory is free wants the port, too.
                    status.stopListening();
                }
            }
            LOG.info("stopped");
        }
        return ExitCode.OK;
    }

    private void operate(
            Workspace workspace,
            DataDirectory data,
            Revivals revivals,
            ConfigWatch watch,
            Path path,
            StatusService status,
            StopSignal stop)
            throws Exception {
        String host = workspace.host(data);
        LOG.info("host: {}, state in {}", host, data.path());
        try (ApiConnection api = ApiConnection.open(workspace.settings().api(), data, cli.clock())) {
            LOG.info("API: {}", api);
            boolean goesOn = true;
            while (goesOn) {
                Surroundings around = new Surroundings(workspace, data, revivals, api, host);
                goesOn = false;
                try (HostLease lease = RunningOperator.lease(around, cli)) {
                    if (StandBy.take(lease, status, stop, revivals::replayIfAnyIsLeft)) {
                        goesOn = operate(around, lease, watch, path, status, stop);
                    }
                }
            }
        }
    }

    /** True where it has to begin anew. */
    private boolean operate(
            Surroundings around, HostLease lease, ConfigWatch watch, Path path, StatusService status, StopSignal stop)
            throws Exception {
        String file = String.valueOf(path.getFileName());
        try (RunningOperator operator = RunningOperator.start(around, lease, file, stop::wake, cli)) {
            if (news != null) {
                operator.declare(news);
            }
            status.follow(operator.operator(), operator::unprotected);
            boolean worked = true;
            while (!stop.awaits(LOOK)) {
                if (lease.isLost()) {
                    status.say(Phase.STANDBY, "the Lease of this host is lost");
                    return true;
                }
                watch.poll().ifPresent(changed -> use(changed, operator, path));
                operator.keepObjects();
                boolean works = operator.operator().activeRuns() > 0;
                if (worked && !works) {
                    // Else nothing gives back for hours what the start or the last run took: tens of megabytes.
                    System.gc();
                }
                worked = works;
            }
            status.say(Phase.STOPPING, "stopping");
            LOG.info("stopping: what runs is called off, and what it changed is undone");
        }
        return false;
    }

    private Declared read(Path path, boolean inFile) throws CommandException {
        ConfigReader reader = new ConfigReader();
        Declarations read = inFile
                ? reader.read(path, cli.environment())
                : reader.withoutFile(Workspace.usualDataDirectory(cli), cli.environment());
        if (read instanceof Rejected rejected) {
            bringBack(reader.legible(path, cli.environment()));
            throw new CommandException(ExitCode.CONFIGURATION, lines(rejected));
        }
        Declared declared = (Declared) read;
        declared.warnings().forEach(warning -> LOG.warn("{}", warning));
        return declared;
    }

    /** What a crash has left stopped does not wait until somebody has corrected the configuration. */
    private void bringBack(Settings legible) {
        try (Workspace workspace = Workspace.of(new Declared(legible, List.of(), List.of()), cli)) {
            Path directory = workspace.dataDirectoryPath();
            if (!Files.isDirectory(directory) || DataDirectory.isHeld(directory)) {
                return;
            }
            try (DataDirectory data = DataDirectory.open(directory)) {
                new Revivals(workspace.workloads(data), cli.clock()).replayIfAnyIsLeft();
            }
        } catch (CommandException | DataDirectoryException e) {
            LOG.warn("cannot tell whether an earlier run has left something stopped: {}", e.getMessage());
        }
    }

    private void use(Declarations changed, RunningOperator operator, Path path) {
        if (changed instanceof Declared declared) {
            LOG.info("{} has changed: {} now", path, Sizes.count(declared.apps().size(), "app", "apps"));
            declared.warnings().forEach(warning -> LOG.warn("{}", warning));
            news = declared;
            operator.declare(declared);
            return;
        }
        List<String> problems = lines((Rejected) changed);
        problems.forEach(problem -> LOG.error("{}", problem));
        LOG.error("{} is not used as it is now; what it said before stays until it is corrected", path);
        operator.reportInvalid(String.join("; ", problems));
    }

    private static List<String> lines(Rejected rejected) {
        return rejected.problems().stream().map(ConfigProblem::toString).toList();
    }
}
