package io.doksnap.operator;

import io.doksnap.api.Reason;
import io.doksnap.operator.PolicyFacts.Trouble;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Source;
import io.doksnap.run.SourceTrees;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether what policies back up through the engine is there: when a policy is new or changed, and now and then. By a thread of its own, as
 * reconcilers ask no engine.
 */
final class SourceLooks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SourceLooks.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    /** Of an engine that did not answer, which may be back at any moment. */
    private static final Duration SOON = Duration.ofSeconds(5);

    /** What of a policy's sources is the engine's to say; all else is found out, or said, elsewhere. */
    private static final Set<Reason> TOLD =
            Set.of(Reason.NO_MATCHING_TARGETS, Reason.SOURCE_NOT_FOUND, Reason.DOCKER_UNAVAILABLE);

    private final Control control;
    private final Map<Key, Policy> watched = new ConcurrentHashMap<>();
    private final Map<Key, Trouble> troubles = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread fresh = new Thread(work, "doksnap-sources");
        fresh.setDaemon(true);
        return fresh;
    });

    SourceLooks(Control control) {
        this.control = control;
    }

    /** A policy's object. */
    record Key(String namespace, String name) {}

    /** Begins to look now and then. */
    void start() {
        long millis = PAUSE.toMillis();
        Future<?> unused = thread.scheduleWithFixedDelay(this::lookAtAll, millis, millis, TimeUnit.MILLISECONDS);
        long soon = SOON.toMillis();
        Future<?> unusedToo =
                thread.scheduleWithFixedDelay(this::lookWhetherItIsBack, soon, soon, TimeUnit.MILLISECONDS);
    }

    /** Makes sure that a policy, as it is now, was looked at, or will be soon; says what was found last. */
    Optional<Trouble> troubleOf(Key key, Policy policy) {
        if (!policy.equals(watched.put(key, policy))) {
            try {
                Future<?> unused = thread.submit(() -> look(key));
            } catch (RejectedExecutionException e) {
                LOG.debug("no look at the sources of {} any more", key);
            }
        }
        return Optional.ofNullable(troubles.get(key));
    }

    private void lookAtAll() {
        Set<Key> there = control.caches().policies().stream()
                .map(policy -> new Key(
                        policy.getMetadata().getNamespace(),
                        policy.getMetadata().getName()))
                .collect(Collectors.toSet());
        watched.keySet().retainAll(there);
        troubles.keySet().retainAll(there);
        watched.keySet().forEach(this::look);
    }

    /** One policy tells of all of them whether the engine answers again. */
    private void lookWhetherItIsBack() {
        Optional<Key> one = troubles.keySet().stream()
                .filter(this::lacksTheEngine)
                .filter(watched::containsKey)
                .findFirst();
        one.ifPresent(this::look);
        if (one.isPresent() && !lacksTheEngine(one.get())) {
            lookAtAll();
        }
    }

    private boolean lacksTheEngine(Key key) {
        Trouble trouble = troubles.get(key);
        return trouble != null && trouble.reason() == Reason.DOCKER_UNAVAILABLE;
    }

    private void look(Key key) {
        Policy policy = watched.get(key);
        if (policy == null) {
            return;
        }
        try {
            @Nullable Trouble now = lookNow(policy).orElse(null);
            @Nullable Trouble before = now == null ? troubles.remove(key) : troubles.put(key, now);
            if (!Objects.equals(now, before)) {
                control.policyNudges().at(key.namespace(), key.name());
            }
        } catch (RuntimeException e) {
            LOG.error("unexpected failure in a look at the sources of {}", key, e);
        }
    }

    private Optional<Trouble> lookNow(Policy policy) {
        boolean ofTheEngine = policy.target().isPresent()
                || policy.sources().stream().anyMatch(source -> source instanceof Source.Volume);
        Optional<SourceTrees.Problem> problem =
                ofTheEngine ? control.site().trees().problem(policy) : Optional.empty();
        return problem.filter(found -> TOLD.contains(found.reason()))
                .map(found -> new Trouble(found.reason(), found.message()));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
