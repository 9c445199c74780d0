package io.doksnap.app;

import io.doksnap.app.objects.ClientObjects;
import io.doksnap.app.objects.ConfigObjects;
import io.doksnap.app.objects.LabelObjects;
import io.doksnap.app.objects.LabelWatch;
import io.doksnap.app.objects.ObjectsApi.ApiException;
import io.doksnap.app.objects.Owner;
import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Destination;
import io.doksnap.declare.LabelMode;
import io.doksnap.declare.Settings;
import io.doksnap.docker.DockerEngine;
import io.doksnap.operator.HostLease;
import io.doksnap.operator.HostLease.Holder;
import io.doksnap.operator.LeaseTimes;
import io.doksnap.operator.Operator;
import io.doksnap.operator.OperatorSettings;
import io.doksnap.run.Cancellation;
import io.doksnap.run.DataDirectory;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.run.LeaseTokens;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.Closeable;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An API, the objects of the configuration in it, and the operator that carries them out. Used by one thread. */
final class RunningOperator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningOperator.class);

    private final Surroundings around;
    private final HostLease lease;
    private final ConfigObjects objects;
    private final LabelObjects labelled;
    private final ConfiguredPlaces places;
    private final Settings atStart;
    private final String file;
    private @Nullable LabelWatch labels;
    private volatile @Nullable Operator operator;
    private Closeable quickStatus = () -> {};
    private Closeable quickBackup = () -> {};
    private final Runnable changed;
    private String trouble = "";

    private RunningOperator(
            Surroundings around,
            HostLease lease,
            ConfigObjects objects,
            LabelObjects labelled,
            ConfiguredPlaces places,
            String file,
            Runnable changed) {
        this.changed = changed;
        this.around = around;
        this.lease = lease;
        this.objects = objects;
        this.labelled = labelled;
        this.places = places;
        this.atStart = around.workspace().settings();
        this.file = file;
    }

    /**
     * Starts all of it.
     *
     * @param lease that of this host, which is held, and stays the caller's
     * @param file what the configuration is called
     * @param changed run when {@link #keepObjects} has something to do before its time; by another thread, and must not block
     */
    static RunningOperator start(Surroundings around, HostLease lease, String file, Runnable changed, Cli cli)
            throws IOException, CommandException {
        Workspace workspace = around.workspace();
        DataDirectory data = around.data();
        ClientObjects client = new ClientObjects(around.api().client(), cli.clock());
        Owner owner = around.owner(lease);
        RunningOperator operator = new RunningOperator(
                around,
                lease,
                new ConfigObjects(client, owner, file),
                new LabelObjects(client, owner, cli.clock()),
                new ConfiguredPlaces(workspace, data, owner, cli),
                file,
                changed);
        try {
            lease.keep(operator::lost, operator::hostsChanged);
            operator.begin(workspace.declared(), around.host(), cli.clock());
            if (lease.isLost()) {
                operator.lost();
            }
            operator.quickStatus = QuickStatus.listen(
                    data.path(),
                    console -> operator.showStatus(console, cli.clock().instant()));
            operator.quickBackup = QuickBackup.listen(
                    data.path(),
                    (policy, console, cancellation) -> operator.backUp(policy, console, cli.clock(), cancellation));
            operator.followLabels(workspace.docker(), around.host(), cli.clock(), changed);
            return operator;
        } catch (CommandException | RuntimeException e) {
            try (operator) {
                throw e;
            }
        }
    }

    /** The Lease of this host, which nobody holds yet. */
    static HostLease lease(Surroundings around, Cli cli) throws DataDirectoryException {
        Holder holder =
                new Holder(around.host(), around.data().id(), !around.api().isShared());
        long start = System.nanoTime();
        return new HostLease(
                around.api().client(),
                holder,
                LeaseTokens.of(around.data()),
                LeaseTimes.USUAL,
                cli.clock(),
                () -> Duration.ofNanos(System.nanoTime() - start));
    }

    /** By a thread of the Lease's. */
    private void lost() {
        Operator started = operator;
        if (started != null) {
            started.endRuns();
        }
        changed.run();
    }

    /** By a thread of the Lease's. */
    private void hostsChanged() {
        Operator started = operator;
        if (started != null) {
            started.hostsChanged();
        }
    }

    /** What the file says is there before anybody looks at what there is. */
    private void begin(Declared declared, String host, Clock clock) throws CommandException {
        objects.declare(declared);
        keepObjects();
        int all = policies();
        LOG.info(
                "policies: {}, of which {} {} in {}; backups go to {}",
                all,
                declared.apps().size(),
                declared.apps().size() == 1 ? "is" : "are",
                file,
                String.join(", ", places(declared)));
        operator = Operator.start(around.api().client(), settings(host), lease, places, around.revivals(), clock);
    }

    private void followLabels(DockerEngine engine, String host, Clock clock, Runnable changed) {
        if (atStart.docker().labels() == LabelMode.OFF) {
            labelled.declare(List.of());
        } else {
            labels = LabelWatch.start(
                    engine, atStart.docker(), new LabelWatch.Where(host, atStart.timeZone()), clock, changed);
        }
    }

    private OperatorSettings settings(String host) {
        OperatorSettings usual =
                OperatorSettings.of(host, atStart.timeZone(), atStart.docker().allowedPaths());
        return new OperatorSettings(
                host,
                atStart.api().namespaces(),
                usual.zone(),
                atStart.limits().runs(),
                usual.history(),
                usual.allowedPaths(),
                usual.lookEvery(),
                usual.longestPause(),
                usual.stopWithin(),
                atStart.limits().window());
    }

    /** Also tells a cluster that does not know our kinds. */
    private int policies() throws CommandException {
        try {
            return OperatorClient.policies(around.api().client(), atStart.api().namespaces())
                    .size();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                throw new CommandException(
                        ExitCode.CONFIGURATION,
                        "the API at " + around.api().client().getMasterUrl()
                                + " does not know BackupPolicy; bring the kinds with kubectl apply -f crd/, and start"
                                + " again");
            }
            throw new CommandException(
                    ExitCode.FAILED,
                    "the API at " + around.api().client().getMasterUrl() + " cannot be used: "
                            + ClientObjects.message(e));
        }
    }

    private static List<String> places(Declared declared) {
        return declared.settings().destinations().values().stream()
                .map(place -> place instanceof Destination.S3 s3
                        ? "s3://" + s3.bucket() + "/" + s3.prefix()
                        : ((Destination.Directory) place).directory().toString())
                .toList();
    }

    /** What carries the resources out. */
    Operator operator() {
        return Objects.requireNonNull(operator, "start() gives out none without it");
    }

    /** Prints what {@code doksnap status} does, and returns its exit code. */
    int showStatus(Console console, Instant now) {
        try {
            return StatusCommand.show(
                    OperatorClient.policies(around.api().client(), atStart.api().namespaces()), console, now);
        } catch (KubernetesClientException e) {
            console.error("the operator's own API does not answer: " + ClientObjects.message(e));
            return ExitCode.FAILED;
        }
    }

    /** Does what {@code doksnap backup} with the name of a policy does, and returns its exit code. */
    private int backUp(String policy, Console console, Clock clock, Cancellation cancellation) {
        @SuppressWarnings("resource") // The client is not its own.
        OperatorClient itself = OperatorClient.ofItself(
                around.api().client(), around.host(), atStart.api().namespaces());
        try {
            return new RemoteBackup(itself, console, clock, false)
                    .run(policy, cancellation)
                    .exitCode();
        } catch (CommandException | RuntimeException e) {
            return Failures.say(e, console);
        }
    }

    /** How many workloads have data and no policy; empty where nobody knows. From memory. */
    OptionalInt unprotected() {
        LabelWatch watch = labels;
        return watch == null
                ? OptionalInt.empty()
                : watch.unprotected(operator().policies());
    }

    /** From now on this is the configuration, except for what needs a new start. */
    void declare(Declared declared) {
        List<String> later = needNewStart(declared.settings());
        if (!later.isEmpty()) {
            LOG.warn("what changed of {} counts from the next start on", String.join(", ", later));
        }
        places.declare(declared);
        objects.declare(declared);
    }

    /** Brings the API's objects to what the configuration and labels say, or says why that has to wait. */
    void keepObjects() {
        if (labels != null) {
            labels.poll().ifPresent(labelled::declare);
        }
        try {
            // What vanished from one may be in the other.
            objects.reconcile(labelled.haveReported());
            labelled.reconcile();
            trouble = "";
        } catch (ApiException e) {
            if (!trouble.equals(e.getMessage())) {
                trouble = String.valueOf(e.getMessage());
                LOG.warn("the API does not take what is declared now, which is tried again: {}", trouble);
            }
        }
    }

    /** Says on the objects that the file makes no sense as it is now. */
    void reportInvalid(String problems) {
        objects.reportInvalid(problems);
    }

    private List<String> needNewStart(Settings now) {
        List<String> later = new ArrayList<>();
        if (!now.api().equals(atStart.api())) {
            later.add("api");
        }
        if (!now.dataDirectory().equals(atStart.dataDirectory())) {
            later.add("data_dir");
        }
        if (!now.host().equals(atStart.host())) {
            later.add("host");
        }
        if (!now.statusServer().servesLike(atStart.statusServer())) {
            later.add("status_server");
        }
        if (!now.docker().equals(atStart.docker())) {
            later.add("docker");
        }
        if (!now.limits().equals(atStart.limits())) {
            later.add("limits");
        }
        if (!now.spool().equals(atStart.spool())) {
            later.add("spool");
        }
        if (!now.timeZone().equals(atStart.timeZone())) {
            later.add("defaults.timezone");
        }
        return later;
    }

    @Override
    public void close() throws IOException {
        quickBackup.close();
        quickStatus.close();
        if (labels != null) {
            labels.close();
        }
        if (operator != null) {
            operator.close();
        }
    }
}
