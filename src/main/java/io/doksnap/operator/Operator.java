package io.doksnap.operator;

import io.doksnap.api.Backup;
import io.doksnap.api.BackupPolicy;
import io.doksnap.api.Snapshot;
import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.DoksnapNames;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.SnapshotResource;
import io.doksnap.run.MemoryBudget;
import io.doksnap.run.SecretKeys;
import io.doksnap.run.SourceTrees;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.event.rate.LinearRateLimiter;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what the resources of an API say, on this host: backups when they are due or asked for, restores, verification, retention;
 * and says in the resources what became of it.
 */
public final class Operator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Operator.class);

    /** Reconcilers decide and write a few lines; none of them waits for a run. */
    private static final int RECONCILE_THREADS = 4;

    private static final Duration TELL_PROGRESS = Duration.ofSeconds(3);
    private static final Duration SWEEP_EVENTS = Duration.ofHours(1);
    private static final Duration FOR_LAST_WORDS = Duration.ofSeconds(5);
    private static final Duration FOR_UPKEEP = Duration.ofSeconds(5);

    private final Control control;
    private final Looks looks;
    private final SourceLooks sources;
    private final BackupReconciler backups;
    private final RestoreReconciler restores;
    private final io.javaoperatorsdk.operator.Operator reconcilers;
    private volatile boolean deaf;
    private final ScheduledExecutorService ticks = threads("doksnap-ticks");
    private final ScheduledExecutorService upkeep = threads("doksnap-upkeep");

    private Operator(
            KubernetesClient client,
            OperatorSettings settings,
            Hosts hosts,
            Places places,
            Revivals revivals,
            Clock clock) {
        SecretReader secrets = new SecretReader(client);
        Ownership ownership = new Ownership(settings.host(), hosts);
        Site site = site(settings, ownership, places, revivals, secrets, clock);
        EventLog events = new EventLog(client, settings.host(), settings.namespaces(), clock);
        this.control = new Control(client, settings, ownership, site, events);
        this.looks = new Looks(control);
        this.sources = new SourceLooks(control);
        UncoveredEvents uncovered = new UncoveredEvents(control);
        this.backups = new BackupReconciler(control, looks, uncovered);
        this.restores = new RestoreReconciler(control);
        this.reconcilers = new io.javaoperatorsdk.operator.Operator(configuration -> configuration
                .withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withConcurrentReconciliationThreads(RECONCILE_THREADS)
                .withConcurrentWorkflowExecutorThreads(1)
                .checkingCRDAndValidateLocalModel(false)
                .withStopOnInformerErrorDuringStartup(true)
                // Without it, the whole program would end on the spot, whatever is stopped at that moment.
                .withInformerStoppedHandler((informer, failure) -> deaf(failure))
                .withReconciliationTerminationTimeout(FOR_LAST_WORDS));
        control.caches()
                .policies(register(
                        new PolicyReconciler(control, looks, sources, uncovered, new Verifications(control, looks)),
                        // What is wrong with labels stands in annotations, which are of no generation.
                        of -> of.withGenerationAware(false).withOnUpdateFilter(LabelTrouble::isNews)));
        // Its own writes come back as changes, and that is when the policy gets to know how a run ended.
        control.caches()
                .backups(register(backups, of -> of.withGenerationAware(false).withTriggerReconcilerOnAllEvents(true)));
        control.caches()
                .snapshots(register(
                        new SnapshotReconciler(control, looks), of -> of.withTriggerReconcilerOnAllEvents(true)));
        control.caches()
                .destinations(register(
                        new DestinationReconciler(control, looks), of -> of.withTriggerReconcilerOnAllEvents(true)));
        register(restores, of -> of.withTriggerReconcilerOnAllEvents(true));
    }

    private Site site(
            OperatorSettings settings,
            Ownership ownership,
            Places places,
            Revivals revivals,
            SecretReader secrets,
            Clock clock) {
        MemoryBudget all = places.memory();
        int runs = settings.runs();
        return new Site(
                settings.host(),
                places,
                new SecretKeys(places.keys(), secrets, clock),
                new DestinationStores(
                        (namespace, name) -> control.caches()
                                .destination(namespace, name)
                                .filter(found -> ownership.mayUse(
                                        found.toBackupDestination().spec().host())),
                        places,
                        new DestinationReader(secrets, places.data().path(), clock)),
                new SourceTrees(places.docker(), settings.allowedPaths(), places.own()),
                revivals.workloads(),
                revivals,
                settings.allowedPaths(),
                new MemoryBudget(all.heapBytes() / runs, all.directBytes() / runs, all.mostSources()),
                clock);
    }

    private static ScheduledExecutorService threads(String name) {
        return Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    private <R extends HasMetadata> RegisteredController<R> register(
            Reconciler<R> reconciler, Consumer<ControllerConfigurationOverrider<R>> further) {
        GenericRetry retry = new GenericRetry()
                .setInitialInterval(1_000)
                .setIntervalMultiplier(2)
                .setMaxInterval(control.settings().longestPause().toMillis())
                .setMaxAttempts(-1);
        return reconcilers.register(reconciler, configuration -> {
            configuration
                    .withFieldManager(DoksnapNames.FIELD_MANAGER)
                    .withRetry(retry)
                    // An object that changes all the time must not take the others' turn.
                    .withRateLimiter(new LinearRateLimiter(Duration.ofSeconds(1), 10));
            if (!control.settings().namespaces().isEmpty()) {
                configuration.settingNamespaces(control.settings().namespaces());
            }
            further.accept(configuration);
        });
    }

    /**
     * Starts one: first brings back what is still stopped, then begins to carry out. Returns when every resource is known.
     *
     * @param hosts those that work with the API, this one among them
     * @param client stays the caller's to close; made with {@link io.doksnap.operator.resource.ResourceJson#serialization}
     * @param revivals has brought back once what an earlier process has left stopped
     */
    public static Operator start(
            KubernetesClient client,
            OperatorSettings settings,
            Hosts hosts,
            Places places,
            Revivals revivals,
            Clock clock) {
        Operator operator = new Operator(client, settings, hosts, places, revivals, clock);
        operator.begin();
        return operator;
    }

    private void begin() {
        control.revivals().replayIfAnyIsLeft();
        Site site = control.site();
        site.trees().collectLeftovers(site.places().data(), control.clock().instant());
        reconcilers.start();
        control.ready(true);
        looks.start();
        sources.start();
        every(ticks, TELL_PROGRESS, () -> {
            backups.tick();
            restores.tick();
        });
        Duration longest = control.settings().longestPause();
        Duration pause = longest.compareTo(Revivals.PAUSE) < 0 ? longest : Revivals.PAUSE;
        every(upkeep, pause, control.revivals()::replayIfAnyIsLeft);
        every(upkeep, SWEEP_EVENTS, control.events()::sweep);
        LOG.info("the operator of {} is ready", control.settings().host());
    }

    private static void every(ScheduledExecutorService threads, Duration pause, Runnable work) {
        Runnable all = () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.warn("could not look after things: {}", e.toString());
            }
        };
        Future<?> unused =
                threads.scheduleWithFixedDelay(all, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A watch that has ended for good tells nothing any more: whoever asks for our health is to start us anew. */
    private void deaf(@Nullable Throwable failure) {
        if (failure != null) {
            LOG.error("the API no longer tells what changes; the operator has to be started again", failure);
            deaf = true;
        }
    }

    /** Whether it carries out what is asked. Once it has been, and is not any more before it is closed, it has to be started again. */
    public boolean ready() {
        return control.isReady() && !deaf;
    }

    /** The policies that it carries out, and those of which it says that nobody does; like all that it tells, from memory and at once. */
    public List<BackupPolicy> policies() {
        return control.caches().policies().stream()
                .map(PolicyResource::toBackupPolicy)
                .filter(policy -> control.ownership().asKnown(policy.spec().host()) != Ownership.Whose.ANOTHERS)
                .toList();
    }

    /** Every run that the API has, but for those of other hosts that are there. */
    public List<Backup> backups() {
        return control.caches().backups().stream()
                .map(BackupResource::toBackup)
                .filter(backup -> backup.status() == null
                        || !control.ownership().isAnothers(backup.status().host()))
                .toList();
    }

    /** Every snapshot that the API has, but for those of other hosts that are there. */
    public List<Snapshot> snapshots() {
        return control.caches().snapshots().stream()
                .map(SnapshotResource::toSnapshot)
                .filter(snapshot ->
                        !control.ownership().isAnothers(snapshot.spec().host()))
                .toList();
    }

    /** How many runs are carried out. */
    public int activeRuns() {
        return control.runs().running().size();
    }

    /** How many runs wait for their turn. */
    public int waitingRuns() {
        return control.runs().waiting();
    }

    /** To be told when there are other hosts than before; returns at once. */
    public void hostsChanged() {
        for (PolicyResource policy : control.caches().policies()) {
            String named = policy.toBackupPolicy().spec().host();
            if (!control.settings().host().equals(named)) {
                control.policyNudges()
                        .at(
                                policy.getMetadata().getNamespace(),
                                policy.getMetadata().getName());
            }
        }
    }

    /** Ends all that runs and has it undone, and begins nothing any more. Waits for it as long as the settings say. */
    public void endRuns() {
        boolean done = control.runs().stop(control.settings().stopWithin());
        if (!done) {
            LOG.warn(
                    "a run was not done after {}; what it has stopped is brought back at the next start",
                    control.settings().stopWithin());
        }
    }

    /** What became of the runs is said by reconcilers, which need a moment for it. */
    private void awaitLastWords() {
        CountDownLatch said = new CountDownLatch(1);
        Future<?> unused = ticks.scheduleWithFixedDelay(
                () -> {
                    if (!backups.hasLastWords() && !restores.hasLastWords()) {
                        said.countDown();
                    }
                },
                0,
                50,
                TimeUnit.MILLISECONDS);
        try {
            if (!said.await(FOR_LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the API does not take what became of the last runs; it is found out at the next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What it is about to bring back is better brought back now than at the next start. */
    private void endUpkeep() {
        upkeep.shutdown();
        try {
            boolean ignored = upkeep.awaitTermination(FOR_UPKEEP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        upkeep.shutdownNow();
    }

    /**
     * Ends it: nothing new is begun; what runs is interrupted and undone, within the time that the settings give; what became of it is
     * written; then its watches end.
     */
    @Override
    public void close() {
        endRuns();
        awaitLastWords();
        control.ready(false);
        ticks.shutdownNow();
        endUpkeep();
        looks.close();
        sources.close();
        reconcilers.stop();
        control.events().close();
    }
}
