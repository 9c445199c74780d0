package io.doksnap.app;

import io.doksnap.archive.Encryption;
import io.doksnap.archive.age.AgeRecipient;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.openpgp.OpenPgpRecipient;
import io.doksnap.declare.ConfigProblem;
import io.doksnap.declare.ConfigReader;
import io.doksnap.declare.Declarations;
import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Destination;
import io.doksnap.declare.EncryptionSettings;
import io.doksnap.declare.Secret;
import io.doksnap.declare.SecretException;
import io.doksnap.declare.Settings;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerEngines;
import io.doksnap.docker.DockerException;
import io.doksnap.policy.Policy;
import io.doksnap.run.DataDirectory;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.run.SourceTrees;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A configuration put to use: its policies, stores, keys and engine. Nothing is contacted before it is needed. */
final class Workspace implements AutoCloseable {
    private static final Duration DOCKER_DEADLINE = Duration.ofSeconds(15);

    private final Declared declared;
    private final Cli cli;
    private final DockerEngine docker;
    private final List<ObjectStore> opened = new ArrayList<>();

    private Workspace(Declared declared, Cli cli, DockerEngine docker) {
        this.declared = declared;
        this.cli = cli;
        this.docker = docker;
    }

    /** Reads the configuration; warnings are printed, and a rejection ends the command with every problem. */
    static Workspace open(Path config, Cli cli) throws CommandException {
        Declarations declarations = new ConfigReader().read(config, cli.environment());
        if (declarations instanceof Declarations.Rejected rejected) {
            List<String> lines =
                    rejected.problems().stream().map(ConfigProblem::toString).toList();
            throw new CommandException(ExitCode.CONFIGURATION, lines);
        }
        Declared declared = (Declared) declarations;
        declared.warnings().forEach(warning -> cli.console().warn(warning.toString()));
        try {
            URI host = URI.create(declared.settings().docker().host());
            return new Workspace(declared, cli, DockerEngines.connect(host, DOCKER_DEADLINE));
        } catch (DockerException | IllegalArgumentException e) {
            throw new CommandException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()));
        }
    }

    Settings settings() {
        return declared.settings();
    }

    List<Policy> policies() {
        return declared.policies();
    }

    Optional<Policy> find(String name) {
        return policies().stream().filter(policy -> policy.name().equals(name)).findFirst();
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
        return new SourceTrees(docker, settings().docker().allowedPaths());
    }

    /** The only destination of a policy; closed with this. */
    String destination(Policy policy) throws CommandException {
        String name = policy.destinations().get(0);
        if (policy.destinations().size() > 1 || settings().destination(name).isEmpty()) {
            throw new CommandException(
                    ExitCode.CONFIGURATION,
                    policy.name() + ": there is no destination " + String.join(", ", policy.destinations()));
        }
        return name;
    }

    /** The destination in which to look for an app that is not configured any more. */
    String onlyDestination(String name) throws CommandException {
        Set<String> all = settings().destinations().keySet();
        if (all.size() != 1) {
            throw new CommandException(
                    ExitCode.NOT_FOUND, "there is no app " + name + " in the configuration; it has " + names());
        }
        return all.iterator().next();
    }

    /** Opens a destination; closed with this. */
    ObjectStore store(String destination) throws CommandException {
        Destination declaredAs = settings()
                .destination(destination)
                .orElseThrow(
                        () -> new CommandException(ExitCode.CONFIGURATION, "there is no destination " + destination));
        ObjectStore store = ObjectStores.open(storeSettings(declaredAs));
        opened.add(store);
        return store;
    }

    private static StoreSettings storeSettings(Destination destination) throws CommandException {
        if (destination instanceof Destination.Directory directory) {
            return new StoreSettings.Directory(directory.directory());
        }
        Destination.S3 s3 = (Destination.S3) destination;
        Optional<StoreSettings.Credentials> credentials = Optional.empty();
        if (s3.credentials().isPresent()) {
            credentials = Optional.of(new StoreSettings.Credentials(
                    line(s3.credentials().get().accessKeyId()),
                    line(s3.credentials().get().secretAccessKey())));
        }
        return new StoreSettings.S3(
                s3.endpoint(),
                s3.bucket(),
                s3.region(),
                s3.prefix(),
                s3.pathStyle(),
                s3.serverSideEncryption(),
                credentials);
    }

    /** How archives are encrypted; reads the keys. */
    Encryption encryption() throws CommandException {
        EncryptionSettings encryption = settings().encryption();
        try {
            if (encryption instanceof EncryptionSettings.Gpg gpg) {
                return new Encryption.ToRecipients(recipients(gpg));
            } else if (encryption instanceof EncryptionSettings.Password password) {
                return new Encryption.WithPassword(password.password().line().toCharArray());
            } else if (encryption instanceof EncryptionSettings.Age age) {
                return new Encryption.ToAgeRecipients(recipients(age));
            } else if (encryption instanceof EncryptionSettings.AgePassphrase age) {
                return new Encryption.WithAgePassphrase(age.passphrase().line().toCharArray());
            } else if (encryption instanceof EncryptionSettings.Missing missing) {
                throw new CommandException(ExitCode.CONFIGURATION, missing.reason());
            }
            return new Encryption.None();
        } catch (ArchiveException | SecretException e) {
            throw new CommandException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()));
        }
    }

    /** The password with which archives are encrypted, where one is configured. */
    Optional<char[]> password() throws CommandException {
        return settings().encryption() instanceof EncryptionSettings.Password password
                ? Optional.of(line(password.password()).toCharArray())
                : Optional.empty();
    }

    /** The passphrase of age with which archives are encrypted, where one is configured. */
    Optional<char[]> agePassphrase() throws CommandException {
        return settings().encryption() instanceof EncryptionSettings.AgePassphrase age
                ? Optional.of(line(age.passphrase()).toCharArray())
                : Optional.empty();
    }

    private static List<AgeRecipient> recipients(EncryptionSettings.Age age) throws ArchiveException, SecretException {
        List<AgeRecipient> all = new ArrayList<>();
        for (Secret recipients : age.recipients()) {
            all.addAll(AgeRecipient.read(recipients.bytes(), recipients.place().toString()));
        }
        return all.stream().distinct().toList();
    }

    private List<OpenPgpRecipient> recipients(EncryptionSettings.Gpg gpg)
            throws ArchiveException, SecretException, CommandException {
        List<OpenPgpRecipient> all = new ArrayList<>();
        for (Secret key : gpg.publicKeys()) {
            all.addAll(OpenPgpRecipient.read(
                    key.bytes(), key.place().toString(), cli.clock().instant()));
        }
        if (gpg.keyId().isEmpty()) {
            return all;
        }
        String wanted = gpg.keyId().get();
        List<OpenPgpRecipient> chosen =
                all.stream().filter(recipient -> recipient.isMeantBy(wanted)).toList();
        if (chosen.isEmpty()) {
            throw new CommandException(
                    ExitCode.CONFIGURATION,
                    "no public key is meant by the key id " + wanted + "; there is "
                            + String.join(
                                    ", ",
                                    all.stream().map(OpenPgpRecipient::toString).toList()));
        }
        return chosen;
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
        return settings().dataDirectory().orElseGet(this::usualDataDirectory);
    }

    private Path usualDataDirectory() {
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

    private static String line(Secret secret) throws CommandException {
        try {
            return secret.line();
        } catch (SecretException e) {
            throw new CommandException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        opened.forEach(ObjectStore::close);
        docker.close();
    }
}
