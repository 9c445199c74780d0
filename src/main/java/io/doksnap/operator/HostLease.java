package io.doksnap.operator;

import io.doksnap.operator.resource.DoksnapNames;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.run.LeaseTokens;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host's Lease in an API: whoever holds it is that host's operator, and nobody else is. It also tells the others that there is such a host, so it stays when its holder
 * ends.
 *
 * <p>The Lease of the host whose own API it is lasts for ever, as the lock of its data directory keeps others away.
 */
public final class HostLease implements Hosts, AutoCloseable {
    /** Who asks for the hosts as they are now gets what was heard so long ago at most. */
    static final Duration ASK_EVERY = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(HostLease.class);

    private final LeaseStore store;
    private final Holder holder;
    private final LeaseTokens tokens;
    private final LeaseTimes times;
    private final Clock clock;
    private final Supplier<Duration> uptime;
    private final LeaseSilence silence;
    private final LeaseClaim claim;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2, work -> {
        Thread thread = new Thread(work, "doksnap-lease");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicReference<Duration> asked = new AtomicReference<>(Duration.ZERO);
    private volatile Set<String> former = Set.of();
    private volatile String token = "";
    private volatile View view;
    private volatile Duration renewed = Duration.ZERO;
    private volatile boolean held;
    private volatile boolean lost;

    /**
     * Who wants it.
     *
     * @param instance what tells its data directory from every other one, but for copies
     * @param home whether the API is the host's own
     */
    public record Holder(String host, String instance, boolean home) {}

    /**
     * Creates one that nobody holds yet; the client stays the caller's.
     *
     * @param tokens those of the data directory whose lock is held
     * @param uptime a time that only ever grows, whatever the clock does
     */
    public HostLease(
            KubernetesClient client,
            Holder holder,
            LeaseTokens tokens,
            LeaseTimes times,
            Clock clock,
            Supplier<Duration> uptime) {
        this.store = new LeaseStore(client);
        this.holder = holder;
        this.tokens = tokens;
        this.times = times;
        this.clock = clock;
        this.uptime = uptime;
        this.silence = new LeaseSilence(times.renewEvery());
        this.claim = new LeaseClaim(holder, tokens, times, silence);
        this.view = view(List.of(), Duration.ZERO);
    }

    /**
     * Tries once to take it, and with it what this host was called before.
     *
     * @return why that has to wait; empty: it is held
     * @throws KubernetesClientException where the API does not answer, or refuses
     * @throws DataDirectoryException where the next token cannot be kept
     */
    public Optional<String> take() throws DataDirectoryException {
        Duration now = uptime.get();
        Lease known = store.get(name());
        Optional<LeaseFacts> facts = Optional.ofNullable(known).map(LeaseFacts::of);
        Optional<String> obstacle = facts.flatMap(lease -> claim.obstacle(lease, now));
        if (obstacle.isPresent()) {
            return obstacle;
        }
        List<Lease> others = store.all().stream()
                .filter(lease -> !name().equals(lease.getMetadata().getName()))
                .toList();
        Optional<String> undecided = others.stream()
                .map(LeaseFacts::of)
                .filter(lease -> claim.isUndecided(lease, now))
                .flatMap(lease -> claim.obstacle(lease, now).stream())
                .findFirst();
        if (undecided.isPresent()) {
            return undecided;
        }
        List<Lease> formerOnes = others.stream()
                .filter(lease -> claim.isOfFormerName(LeaseFacts.of(lease), now))
                .toList();
        if (known == null) {
            others.stream().map(LeaseFacts::of).forEach(lease -> warnOfCopy(lease, now));
        }
        rotate(facts, formerOnes);
        if (!write(known)) {
            return Optional.of("somebody else was faster");
        }
        renewed = now;
        held = true;
        // What they told stands in this one now.
        formerOnes.forEach(store::delete);
        lookAround();
        return Optional.empty();
    }

    private void rotate(Optional<LeaseFacts> own, List<Lease> formerOnes) throws DataDirectoryException {
        List<LeaseFacts> ours = new ArrayList<>(own.stream().toList());
        formerOnes.stream().map(LeaseFacts::of).forEach(ours::add);
        Set<String> names = new TreeSet<>();
        Set<String> standing = new HashSet<>();
        for (LeaseFacts lease : ours) {
            names.addAll(lease.former());
            lease.host().ifPresent(names::add);
            if (claim.isMarked(lease)) {
                standing.add(lease.token());
            }
        }
        names.remove(holder.host());
        former = names;
        if (!holder.home()) {
            token = tokens.next(standing);
        }
    }

    private void warnOfCopy(LeaseFacts lease, Duration now) {
        if (claim.isOfOurDirectory(lease) && !claim.isOfFormerName(lease, now)) {
            LOG.warn(
                    "the Lease {} was taken with a copy of this data directory, or with an earlier or later state of it:"
                            + " what is {}'s stays so, and nothing of it comes to {}",
                    lease.path(),
                    lease.host().orElse("that host"),
                    holder.host());
        }
    }

    /**
     * Keeps it from now on.
     *
     * @param onLoss run once when it is lost; may take its time
     * @param onChange run when there are other hosts than before, or others are up
     */
    public void keep(Runnable onLoss, Runnable onChange) {
        every(times.renewEvery(), () -> {
            View before = view;
            renew(onLoss);
            lookAround();
            if (!before.all().equals(view.all())) {
                LOG.info("hosts of this API: {}", view.words());
            }
            if (!before.equals(view)) {
                onChange.run();
            }
        });
        // Beside the other, which may wait for an API that does not answer.
        every(times.renewEvery().dividedBy(4), () -> {
            if (!holder.home() && uptime.get().minus(renewed).compareTo(times.giveUpAfter()) >= 0) {
                lose("it could not be renewed for " + times.giveUpAfter().toSeconds() + " s", onLoss);
            }
        });
    }

    private void every(Duration pause, Runnable work) {
        Runnable guarded = () -> {
            try {
                work.run();
            } catch (KubernetesClientException e) {
                LOG.debug("the Lease cannot be renewed now: {}", e.getMessage());
            } catch (RuntimeException e) {
                LOG.warn("could not look after the Lease: {}", e.toString());
            }
        };
        Future<?> unused =
                threads.scheduleWithFixedDelay(guarded, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void renew(Runnable onLoss) {
        if (lost) {
            return;
        }
        Duration now = uptime.get();
        Lease known = store.get(name());
        boolean ours = known == null || isOurs(known);
        boolean lasts = holder.home() && known != null;
        if (known != null && !ours) {
            String other = LeaseFacts.of(known).holder();
            lose("it is held by " + (other.isEmpty() ? "nobody" : other), onLoss);
        } else if (lasts || write(known)) {
            renewed = now;
        }
    }

    private boolean isOurs(Lease lease) {
        return identity().equals(LeaseFacts.of(lease).holder());
    }

    private String identity() {
        return holder.host() + "/" + holder.instance() + (token.isEmpty() ? "" : "/" + token);
    }

    private void lose(String why, Runnable onLoss) {
        synchronized (this) {
            if (lost) {
                return;
            }
            lost = true;
        }
        LOG.error("the Lease {} is lost: {}; what runs is called off and undone", name(), why);
        onLoss.run();
    }

    /** Whether somebody else may be this host's operator from now on. */
    public boolean isLost() {
        return lost;
    }

    private void lookAround() {
        asked.set(uptime.get());
        view = view(store.all(), uptime.get());
        // Whoever took a name that we had keeps it, also once it is gone again.
        former = view.former();
    }

    private View view(List<Lease> leases, Duration now) {
        TreeSet<String> all = new TreeSet<>(Set.of(holder.host()));
        TreeSet<String> alive = new TreeSet<>(Set.of(holder.host()));
        Set<String> names = new HashSet<>(former);
        Set<String> namesOfOthers = new HashSet<>();
        Optional<String> home = holder.home() ? Optional.of(holder.host()) : Optional.empty();
        for (LeaseFacts lease : leases.stream().map(LeaseFacts::of).toList()) {
            String host = lease.host().orElse(holder.host());
            all.add(host);
            names.remove(host);
            if (!host.equals(holder.host())) {
                namesOfOthers.addAll(lease.former());
            }
            if (silence.isAlive(lease, now)) {
                alive.add(host);
            }
            if (lease.home() && home.isEmpty()) {
                home = lease.host();
            }
        }
        return new View(home, all, alive, names, namesOfOthers, store.namespace());
    }

    @Override
    public View known() {
        return view;
    }

    /** Of several that ask at the same time one does, and none of them waits for it. */
    @Override
    public View askedAnew() {
        Duration last = asked.get();
        Duration now = uptime.get();
        if (now.minus(last).compareTo(ASK_EVERY) >= 0 && asked.compareAndSet(last, now)) {
            try {
                lookAround();
            } catch (KubernetesClientException e) {
                LOG.debug("the hosts of the API cannot be told now: {}", e.getMessage());
            }
        }
        return view;
    }

    /**
     * Whether no host has that name now. Asks, as a host that starts writes its Lease before any object, and what is known of the others may be older.
     *
     * @throws KubernetesClientException where the API does not answer, or refuses
     */
    public boolean isFree(String host) {
        return store.get(ResourceNames.lease(host)) == null;
    }

    private String name() {
        return ResourceNames.lease(holder.host());
    }

    /** Where the Leases of all hosts are: in the namespace that the client has from its kubeconfig, or as a Pod. */
    public String namespace() {
        return store.namespace();
    }

    private boolean write(@Nullable Lease known) {
        ZonedDateTime now = clock.instant().atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
        boolean goesOn = known != null && isOurs(known) && held;
        Lease base = known == null ? new Lease() : known;
        Lease lease = new LeaseBuilder(base)
                .editOrNewMetadata()
                .withName(name())
                .withNamespace(store.namespace())
                .addToLabels(LeaseStore.MANAGED_BY, DoksnapNames.FIELD_MANAGER)
                .removeFromAnnotations(DoksnapNames.FORMER_HOSTS)
                .addToAnnotations(annotations())
                .withManagedFields()
                .endMetadata()
                .editOrNewSpec()
                .withHolderIdentity(identity())
                .withLeaseDurationSeconds((int) times.lasts().toSeconds())
                .withAcquireTime(goesOn ? base.getSpec().getAcquireTime() : now)
                .withRenewTime(now)
                .withLeaseTransitions(transitions(base) + (goesOn ? 0 : 1))
                .endSpec()
                .build();
        return store.write(lease, known == null);
    }

    private Map<String, String> annotations() {
        Map<String, String> annotations = new HashMap<>();
        annotations.put(DoksnapNames.HOST, holder.host());
        annotations.put(DoksnapNames.INSTANCE, holder.instance());
        if (holder.home()) {
            annotations.put(DoksnapNames.HOME, "true");
        }
        if (!token.isEmpty()) {
            annotations.put(DoksnapNames.TOKEN, token);
        }
        if (!former.isEmpty()) {
            annotations.put(DoksnapNames.FORMER_HOSTS, String.join(",", new TreeSet<>(former)));
        }
        return annotations;
    }

    private static int transitions(Lease lease) {
        return lease.getSpec() == null || lease.getSpec().getLeaseTransitions() == null
                ? 0
                : lease.getSpec().getLeaseTransitions();
    }

    /** Ends the keeping, and lets whoever waits for it have it at once. */
    @Override
    public void close() {
        threads.shutdownNow();
        if (!held || lost || holder.home()) {
            return;
        }
        try {
            Lease known = store.get(name());
            if (known != null && isOurs(known)) {
                boolean unused = store.write(
                        new LeaseBuilder(known)
                                .editSpec()
                                .withHolderIdentity(null)
                                .endSpec()
                                .build(),
                        false);
            }
        } catch (KubernetesClientException e) {
            LOG.warn(
                    "the Lease {} could not be given back ({}); another takes it after {} minutes",
                    name(),
                    e.getMessage(),
                    times.lasts().toMinutes());
        }
    }
}
