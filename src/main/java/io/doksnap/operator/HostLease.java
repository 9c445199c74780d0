package io.doksnap.operator;

import io.doksnap.operator.resource.DoksnapNames;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
    private static final Logger LOG = LoggerFactory.getLogger(HostLease.class);
    private static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    private final KubernetesClient client;
    private final String namespace;
    private final Holder holder;
    private final LeaseTimes times;
    private final Clock clock;
    private final Supplier<Duration> uptime;
    private final LeaseClaim claim;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2, work -> {
        Thread thread = new Thread(work, "doksnap-lease");
        thread.setDaemon(true);
        return thread;
    });
    private volatile View view;
    private volatile Duration renewed = Duration.ZERO;
    private volatile boolean held;
    private volatile boolean lost;

    /**
     * Who wants it.
     *
     * @param instance what tells its data directory from every other one
     * @param home whether the API is the host's own
     */
    public record Holder(String host, String instance, boolean home) {
        String words() {
            return host + "/" + instance;
        }
    }

    /**
     * Creates one that nobody holds yet; the client stays the caller's.
     *
     * @param uptime a time that only ever grows, whatever the clock does
     */
    public HostLease(KubernetesClient client, Holder holder, LeaseTimes times, Clock clock, Supplier<Duration> uptime) {
        this.client = client;
        this.namespace = Objects.requireNonNullElse(client.getNamespace(), "default");
        this.holder = holder;
        this.times = times;
        this.clock = clock;
        this.uptime = uptime;
        this.claim = new LeaseClaim(holder.instance(), holder.home());
        Optional<String> home = holder.home() ? Optional.of(holder.host()) : Optional.empty();
        this.view = new View(home, new TreeSet<>(Set.of(holder.host())), namespace);
    }

    /**
     * Tries once to take it.
     *
     * @return why that has to wait; empty: it is held
     * @throws KubernetesClientException where the API does not answer, or refuses
     */
    public Optional<String> take() {
        Duration asked = uptime.get();
        Lease known = resource().get();
        if (known != null) {
            Optional<String> obstacle = claim.obstacle(known, asked);
            if (obstacle.isPresent()) {
                return obstacle;
            }
        }
        if (!write(known)) {
            return Optional.of("somebody else was faster");
        }
        renewed = asked;
        held = true;
        lookAround();
        return Optional.empty();
    }

    /**
     * Keeps it from now on.
     *
     * @param onLoss run once when it is lost; may take its time
     * @param onChange run when there are other hosts than before
     */
    public void keep(Runnable onLoss, Runnable onChange) {
        every(times.renewEvery(), () -> {
            Set<String> before = view.all();
            renew(onLoss);
            lookAround();
            if (!before.equals(view.all())) {
                LOG.info("hosts of this API: {}", view.words());
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
        Duration asked = uptime.get();
        Lease known = resource().get();
        boolean ours = known == null || isOurs(known);
        boolean lasts = holder.home() && known != null;
        if (ours && (lasts || write(known))) {
            renewed = asked;
        } else if (!ours) {
            lose(
                    "it is held by "
                            + (known.getSpec() == null
                                    ? "nobody"
                                    : known.getSpec().getHolderIdentity()),
                    onLoss);
        }
    }

    private boolean isOurs(Lease lease) {
        return lease.getSpec() != null && holder.words().equals(lease.getSpec().getHolderIdentity());
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

    /** What this data directory's host was called before, as far as the API knows. */
    public Set<String> former() {
        return ours().stream().map(HostLease::host).flatMap(Optional::stream).collect(Collectors.toSet());
    }

    /** Nothing of a former name is left: others need not know of it any more. */
    public void forgetFormer() {
        ours().forEach(lease -> client.resource(lease).delete());
    }

    private List<Lease> ours() {
        return all().stream()
                .filter(lease -> holder.instance().equals(annotation(lease, DoksnapNames.INSTANCE))
                        || (holder.home() && isHome(lease)))
                .filter(lease -> !name().equals(lease.getMetadata().getName()))
                .toList();
    }

    private List<Lease> all() {
        return client.leases()
                .inNamespace(namespace)
                .withLabel(MANAGED_BY, DoksnapNames.FIELD_MANAGER)
                .list()
                .getItems();
    }

    private void lookAround() {
        List<Lease> leases = all();
        TreeSet<String> hosts = new TreeSet<>(Set.of(holder.host()));
        leases.stream().map(HostLease::host).flatMap(Optional::stream).forEach(hosts::add);
        Optional<String> home = leases.stream()
                .filter(HostLease::isHome)
                .map(HostLease::host)
                .flatMap(Optional::stream)
                .findFirst();
        view = new View(holder.home() ? Optional.of(holder.host()) : home, hosts, namespace);
    }

    @Override
    public View known() {
        return view;
    }

    @Override
    public View askedAnew() {
        try {
            lookAround();
        } catch (KubernetesClientException e) {
            LOG.debug("the hosts of the API cannot be told now: {}", e.getMessage());
        }
        return view;
    }

    private static boolean isHome(Lease lease) {
        return "true".equals(annotation(lease, DoksnapNames.HOME));
    }

    private static Optional<String> host(Lease lease) {
        return Optional.ofNullable(annotation(lease, DoksnapNames.HOST)).filter(host -> !host.isEmpty());
    }

    private static String annotation(Lease lease, String key) {
        Map<String, String> annotations =
                Objects.requireNonNullElse(lease.getMetadata().getAnnotations(), Map.of());
        return annotations.getOrDefault(key, "");
    }

    private String name() {
        return ResourceNames.lease(holder.host());
    }

    /** Where the Leases of all hosts are: in the namespace that the client has from its kubeconfig, or as a Pod. */
    public String namespace() {
        return namespace;
    }

    private Resource<Lease> resource() {
        return client.leases().inNamespace(namespace).withName(name());
    }

    /** Against the version that was read, so that only one can have it; false where somebody was faster. */
    private boolean write(@Nullable Lease known) {
        ZonedDateTime now = clock.instant().atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
        boolean goesOn = known != null && isOurs(known) && held;
        Lease base = known == null ? new Lease() : known;
        Map<String, String> annotations = new HashMap<>();
        annotations.put(DoksnapNames.HOST, holder.host());
        annotations.put(DoksnapNames.INSTANCE, holder.instance());
        if (holder.home()) {
            annotations.put(DoksnapNames.HOME, "true");
        }
        Lease lease = new LeaseBuilder(base)
                .editOrNewMetadata()
                .withName(name())
                .withNamespace(namespace)
                .addToLabels(MANAGED_BY, DoksnapNames.FIELD_MANAGER)
                .addToAnnotations(annotations)
                .withManagedFields()
                .endMetadata()
                .editOrNewSpec()
                .withHolderIdentity(holder.words())
                .withLeaseDurationSeconds((int) times.lasts().toSeconds())
                .withAcquireTime(goesOn ? base.getSpec().getAcquireTime() : now)
                .withRenewTime(now)
                .withLeaseTransitions(transitions(base) + (goesOn ? 0 : 1))
                .endSpec()
                .build();
        return written(lease, known == null);
    }

    private boolean written(Lease lease, boolean create) {
        try {
            if (create) {
                client.resource(lease).create();
            } else {
                client.resource(lease).update();
            }
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return false;
            }
            throw e;
        }
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
            Lease known = resource().get();
            if (known != null && isOurs(known)) {
                boolean unused = written(
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
