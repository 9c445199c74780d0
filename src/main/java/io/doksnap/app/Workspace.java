package io.doksnap.app;

import io.doksnap.api.BackupPolicySpec;
import io.doksnap.declare.ConfigProblem;
import io.doksnap.declare.ConfigReader;
import io.doksnap.declare.Declarations;
import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Destination;
import io.doksnap.declare.EncryptionSettings;
import io.doksnap.declare.Limits;
import io.doksnap.declare.SecretException;
import io.doksnap.declare.Settings;
import io.doksnap.declare.SpoolSettings;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerEngines;
import io.doksnap.docker.DockerException;
import io.doksnap.policy.EncryptionChoice;
import io.doksnap.policy.EncryptionMethod;
import io.doksnap.policy.Nearest;
import io.doksnap.policy.NoStopWindows;
import io.doksnap.policy.Policy;
import io.doksnap.run.BackupRun;
import io.doksnap.run.DataDirectory;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.run.MemoryBudget;
import io.doksnap.run.OwnPlaces;
import io.doksnap.run.SourceTrees;
import io.doksnap.run.SpoolSpace;
import io.doksnap.run.ThreadPriority;
import io.doksnap.run.Workloads;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.RateLimit;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A configuration put to use: its policies, stores, keys and engine. Nothing is contacted before it is needed. */
final class Workspace implements AutoCloseable {
    /** What the program's launcher says in its own image. */
    private static final String IN_CONTAINER = "doksnap.container";

    private static final Duration DOCKER_DEADLINE = Duration.ofSeconds(15);

    private final Declared declared;
    private final Cli cli;
    private final DockerEngine docker;
    private final boolean inContainer;
    private final List<ObjectStore> opened = new ArrayList<>();

    private Workspace(Declared declared, Cli cli, DockerEngine docker, boolean inContainer) {
        this.declared = declared;
        this.cli = cli;
        this.docker = docker;
        this.inContainer = inContainer;
    }

    /** Reads the configuration; warnings are printed, and a rejection ends the command with every problem. */
    static Workspace open(Path config, Cli cli) throws CommandException {
        return of(declared(new ConfigReader().read(config, cli.environment()), cli), cli);
    }

    /** The same for data that the program itself has made: it need not be the host's, where this is a container. */
    static Workspace openForSample(Path config, Cli cli) throws CommandException {
        return of(declared(new ConfigReader().read(config, cli.environment()), cli), cli, false);
    }

    private static Declared declared(Declarations declarations, Cli cli) throws CommandException {
        if (declarations instanceof Declarations.Rejected rejected) {
            List<String> lines =
                    rejected.problems().stream().map(ConfigProblem::toString).toList();
            throw new CommandException(ExitCode.CONFIGURATION, lines);
        }
        Declared declared = (Declared) declarations;
        declared.warnings().forEach(warning -> cli.console().warn(warning.toString()));
        return declared;
    }

    /** The same for commands that make sense without a configuration: where the usual file is not there, what is usual counts. */
    static Workspace openAny(Path config, Cli cli) throws CommandException {
        if (!config.equals(ConfigOption.USUAL) || Files.exists(config)) {
            return open(config, cli);
        }
        Declarations usual = new ConfigReader().withoutFile(usualDataDirectory(cli), cli.environment());
        return usual instanceof Declared declared ? of(declared, cli) : of(declared(usual, cli), cli);
    }

    /** The same for commands that read what is stored: where there is no file, only if something was stored without one. */
    static Workspace openStored(Path config, Cli cli) throws CommandException {
        Workspace workspace = openAny(config, cli);
        if (Files.exists(config) || OperatorClient.hasRun(workspace) || workspace.hasStored()) {
            return workspace;
        }
        workspace.close();
        return open(config, cli);
    }

    private boolean hasStored() {
        return settings().destinations().values().stream()
                .anyMatch(
                        place -> place instanceof Destination.Directory there && Files.isDirectory(there.directory()));
    }

    /** Puts a configuration to use that was read before. */
    static Workspace of(Declared declared, Cli cli) throws CommandException {
        return of(declared, cli, Boolean.getBoolean(IN_CONTAINER));
    }

    private static Workspace of(Declared declared, Cli cli, boolean inContainer) throws CommandException {
        try {
            URI host = URI.create(declared.settings().docker().host());
            return new Workspace(
                    declared,
                    cli,
                    DockerEngines.connect(host, declared.settings().docker().tls(), DOCKER_DEADLINE),
                    inContainer);
        } catch (DockerException | IllegalArgumentException e) {
            throw new CommandException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()));
        }
    }

    DockerEngine docker() {
        return docker;
    }

    Declared declared() {
        return declared;
    }

    Settings settings() {
        return declared.settings();
    }

    List<Policy> policies() {
        return declared.policies();
    }

    /** What a policy of this configuration was made of. */
    BackupPolicySpec spec(Policy policy) {
        return declared.apps().stream()
                .filter(app -> app.policy().equals(policy))
                .findFirst()
                .orElseThrow()
                .resource()
                .spec();
    }

    Optional<Policy> find(String name) {
        return policies().stream().filter(policy -> policy.name().equals(name)).findFirst();
    }

    /** Whether backups are encrypted: of a policy, or of one that the configuration does not have. */
    boolean encrypts(Optional<Policy> policy) {
        EncryptionChoice choice = policy.map(Policy::encryption).orElseGet(EncryptionChoice.OperatorDefault::new);
        if (choice instanceof EncryptionChoice.Own own) {
            return own.method() != EncryptionMethod.NONE;
        }
        Optional<EncryptionSettings> settings = settings().encryption(choice);
        return settings.filter(
                        none -> none instanceof EncryptionSettings.None || none instanceof EncryptionSettings.Unset)
                .isEmpty();
    }

    /** In which people mean the times that they write about an app. */
    ZoneId zone(String app) {
        return find(app).map(Policy::zone).orElse(settings().timeZone());
    }

    Policy policy(String name) throws CommandException {
        return find(name)
                .orElseThrow(() -> new CommandException(
                        ExitCode.NOT_FOUND, "there is no app " + name + " in the configuration; it has " + names()));
    }

    private String names() {
        return policies().isEmpty()
                ? "none"
                : String.join(", ", policies().stream().map(Policy::name).toList());
    }

    /** Where sources lie. */
    SourceTrees trees() {
        return new SourceTrees(docker, settings().docker().allowedPaths(), ownPlaces());
    }

    /** What is no source. A store is the run's own to refuse: it may well be another policy's source. */
    OwnPlaces ownPlaces() {
        List<OwnPlaces.OwnPlace> places = new ArrayList<>();
        places.add(new OwnPlaces.OwnPlace("its own state (data_dir)", dataDirectoryPath()));
        settings()
                .spool()
                .directory()
                .ifPresent(spool -> places.add(
                        new OwnPlaces.OwnPlace("archives that wait for their upload (spool.directory)", spool)));
        return new OwnPlaces(inContainer, places);
    }

    /** Where archives wait for their upload while a workload goes on. */
    SpoolSpace spool() {
        SpoolSettings spool = settings().spool();
        return new SpoolSpace(
                spool.directory().orElseGet(() -> dataDirectoryPath().resolve("spool")), spool.max());
    }

    /** What runs do to containers, for the holder of the data directory. */
    Workloads workloads(DataDirectory data) {
        return new Workloads(docker, data, cli.clock(), cli.environment(), noStopWindows());
    }

    private Optional<NoStopWindows> noStopWindows() {
        return settings().docker().noStopWindows().map(NoStopWindows::new);
    }

    /**
     * Destinations by their declared names, in the policy's order; never empty.
     *
     * @param policy whose; empty for an app that is not configured any more, which may be in any of them
     * @param only the one that a person chose
     */
    List<String> destinations(Optional<Policy> policy, Optional<String> only) throws CommandException {
        List<String> all = new ArrayList<>();
        if (policy.isEmpty()) {
            all.addAll(settings().destinations().keySet());
        } else {
            for (String name : policy.get().destinations()) {
                all.add(settings()
                        .resolve(name)
                        .orElseThrow(() -> new CommandException(
                                ExitCode.CONFIGURATION, policy.get().name() + ": there is no destination " + name)));
            }
        }
        if (only.isEmpty()) {
            return all;
        }
        Optional<String> chosen = settings().resolve(only.get()).filter(all::contains);
        return List.of(chosen.orElseThrow(() -> new CommandException(
                ExitCode.NOT_FOUND,
                "there is no destination " + only.get()
                        + policy.map(app -> " of " + app.name()).orElse("") + "; " + Nearest.remedy(only.get(), all))));
    }

    /** Opens a destination; closed with this. */
    ObjectStore store(String destination) throws CommandException {
        return store(destination, Long.MAX_VALUE);
    }

    /** Opens destinations to store in all of them at the same time; closed with this. */
    List<BackupRun.Target> targets(List<String> destinations, MemoryBudget memory) throws CommandException {
        List<BackupRun.Target> targets = new ArrayList<>();
        OptionalLong rate = settings().limits().uploadRate();
        // One for all of them together.
        Optional<RateLimit> limit = rate.isPresent() ? Optional.of(RateLimit.of(rate.getAsLong())) : Optional.empty();
        for (String destination : destinations) {
            ObjectStore store = store(destination, memory.uploadBytes() / destinations.size());
            ObjectStore paced =
                    limit.map(limited -> ObjectStores.limited(store, limited)).orElse(store);
            targets.add(new BackupRun.Target(destination, paced));
        }
        return targets;
    }

    /** Leaves processor and disks to others, from here on in this thread, as far as the configuration says. */
    void stepBack() {
        Limits limits = settings().limits();
        ThreadPriority.lower(limits.nice(), limits.io()).forEach(cli.console()::warn);
    }

    private ObjectStore store(String destination, long uploadBytes) throws CommandException {
        Destination declaredAs = settings()
                .destination(destination)
                .orElseThrow(
                        () -> new CommandException(ExitCode.CONFIGURATION, "there is no destination " + destination));
        try {
            ObjectStore store = ObjectStores.open(DeclaredStore.settings(declaredAs, cli.clock()), uploadBytes);
            opened.add(store);
            return store;
        } catch (SecretException e) {
            throw new CommandException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()));
        }
    }

    /** The keys and passwords that are configured. */
    ConfiguredKeys keys() {
        return new ConfiguredKeys(settings(), cli.clock());
    }

    /** Opens and locks the data directory; the caller closes it. */
    DataDirectory dataDirectory() throws DataDirectoryException {
        return DataDirectory.open(dataDirectoryPath());
    }

    /** This host's name as configured or pinned; empty where it has made no backup yet. Needs no lock. */
    Optional<String> knownHost() {
        return settings().host().or(() -> DataDirectory.pinnedHost(dataDirectoryPath()));
    }

    /** Where the data directory is, whether it exists or not. */
    Path dataDirectoryPath() {
        return settings().dataDirectory().orElseGet(() -> usualDataDirectory(cli));
    }

    /** Where the data directory is when nobody says. */
    static Path usualDataDirectory(Cli cli) {
        Map<String, String> environment = cli.environment();
        if (Privilege.isRoot()) {
            return Path.of("/var/lib/doksnap");
        }
        String state = environment.get("XDG_STATE_HOME");
        return state != null && state.startsWith("/")
                ? Path.of(state, "doksnap")
                : cli.home().resolve(Path.of(".local", "state", "doksnap"));
    }

    /**
     * This host's name in keys and manifests: as configured, else as pinned, else the engine's, else the machine's. Whatever it is, it
     * is pinned, so that it stays.
     */
    String host(DataDirectory data) throws DataDirectoryException {
        if (settings().host().isPresent()) {
            return settings().host().get();
        }
        Optional<String> pinned = data.pinnedHost();
        if (pinned.isPresent()) {
            return pinned.get();
        }
        String name = HostName.from(docker).orElseGet(() -> inventHost(data));
        data.pinHost(name);
        return name;
    }

    /** In a container without an engine there is no name that would stay the same, so one is made up and pinned. */
    private String inventHost(DataDirectory data) {
        String name = "host-" + RandomId.next();
        cli.console()
                .warn("nothing here tells a name of this host that would stay the same, so backups call it " + name
                        + " from now on (kept in " + data.path()
                        + "); set host in the configuration to choose another");
        return name;
    }

    @Override
    public void close() {
        opened.forEach(ObjectStore::close);
        docker.close();
    }
}
