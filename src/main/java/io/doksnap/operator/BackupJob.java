package io.doksnap.operator;

import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.Progress;
import io.doksnap.api.Reason;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Quiesce;
import io.doksnap.policy.Target;
import io.doksnap.run.BackupOutcome;
import io.doksnap.run.BackupRun;
import io.doksnap.run.Cancellation;
import io.doksnap.run.KeyException;
import io.doksnap.run.PolicyBackup;
import io.doksnap.run.PruneOutcome;
import io.doksnap.run.RepeatedBackup;
import io.doksnap.run.WorkloadReport;
import io.doksnap.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** One attempt at one Backup, from its claim to its end. Carried out by one thread; how far it is may be asked by others. */
final class BackupJob implements Runs.Job {
    private static final Logger LOG = LoggerFactory.getLogger(BackupJob.class);

    private final Order order;
    private final Site site;
    private final BooleanSupplier claim;
    private final Runnable changed;
    private volatile @Nullable Instant started;
    private volatile @Nullable BackupRun run;
    private volatile boolean cancelled;
    private volatile @Nullable Ended ended;

    /**
     * Creates it.
     *
     * @param claim takes the object up; false where it is not to be had
     * @param changed is called when it has begun, and when it has ended
     */
    BackupJob(Order order, Site site, BooleanSupplier claim, Runnable changed) {
        this.order = order;
        this.site = site;
        this.claim = claim;
        this.changed = changed;
    }

    /**
     * What to do.
     *
     * @param name of the Backup
     * @param spec what the policy was made of
     * @param attempt counted from 1
     * @param recover whether an attempt before this one was cut off
     */
    record Order(String name, String uid, BackupPolicySpec spec, Policy policy, int attempt, boolean recover) {}

    /**
     * How it ended.
     *
     * @param again when it is tried again; empty: it is not
     * @param retention what retention did in each destination
     */
    record Ended(
            BackupOutcome outcome,
            Instant at,
            Optional<Instant> again,
            Optional<WorkloadReport> workload,
            Map<String, PruneOutcome> retention) {}

    Order order() {
        return order;
    }

    /** When it began; empty while it waits for its turn. */
    Optional<Instant> started() {
        return Optional.ofNullable(started);
    }

    /** How it ended; empty while it has not, and where it turned out to be somebody else's. */
    Optional<Ended> ended() {
        return Optional.ofNullable(ended);
    }

    /** How far it is. */
    Progress progress(Instant now) {
        BackupRun current = run;
        Progress.Phase phase = started == null
                ? Progress.Phase.QUEUED
                : cancelled ? Progress.Phase.CANCELLING : Progress.Phase.RUNNING;
        if (current == null) {
            return new Progress(phase, null, 0, 0, 0, now);
        }
        String source = current.progress().source();
        return new Progress(
                phase,
                source.isEmpty() ? null : source,
                current.progress().bytesRead(),
                current.progress().bytesStored(),
                current.progress().filesRead(),
                now);
    }

    /** Whether somebody has asked for its end. */
    void cancelling() {
        cancelled = true;
    }

    @Override
    public String id() {
        return "backup " + order.uid();
    }

    @Override
    public Set<String> touches() {
        return touches(order.policy());
    }

    /** The policy itself, and every workload that is stopped, paused or worked in. */
    static Set<String> touches(Policy policy) {
        Set<String> all = new HashSet<>(Set.of("policy " + policy.namespace() + "/" + policy.name()));
        boolean quiesced = policy.quiesce().mode() != Quiesce.Mode.NONE;
        if (quiesced || !policy.hooks().isEmpty()) {
            policy.target().ifPresent(target -> all.add(workload(target)));
        }
        if (quiesced) {
            policy.quiesce().with().forEach(name -> all.add("workload " + name));
        }
        HookContainers.of(policy.hooks()).forEach(name -> all.add("workload " + name));
        return all;
    }

    /** One name, whether it is asked for as a container or as a service: hooks do not say which. */
    static String workload(Target target) {
        if (target instanceof Target.Container container) {
            return "workload " + container.name();
        } else if (target instanceof Target.Service service) {
            return "workload " + service.name();
        }
        return target.summary();
    }

    @Override
    public void run(Cancellation cancellation) {
        MDC.put("policy", order.policy().namespace() + "/" + order.policy().name());
        MDC.put("run", order.name());
        try {
            if (claim.getAsBoolean()) {
                started = site.clock().instant();
                changed.run();
                ended = carryOut(cancellation);
            }
        } catch (RuntimeException e) {
            // Nothing was done yet, or the run itself would have said so: the API did not answer.
            LOG.warn("the Backup {} could not be taken up: {}", order.name(), e.toString());
        } finally {
            changed.run();
            MDC.remove("policy");
            MDC.remove("run");
        }
    }

    private Ended carryOut(Cancellation cancellation) {
        Policy policy = order.policy();
        try (Site.OpenTargets open = site.openTargets(policy)) {
            PolicyBackup backup = PolicyBackup.with(
                    site.keys(),
                    policy,
                    site.identity(policy),
                    new PolicyBackup.Writing(
                            site.places().program(),
                            Optional.of(order.spec()),
                            site.places().threads()),
                    open.targets(),
                    site.surroundings());
            if (order.recover()) {
                // What the attempt before has left stopped would else seem to have been stopped all along.
                site.revivals().replay();
                Optional<BackupOutcome.Succeeded> committed = backup.committed(earlier());
                if (committed.isPresent()) {
                    LOG.info("the Backup {} had been committed before it was interrupted", order.name());
                    return succeeded(committed.get(), Optional.empty(), backup, cancellation);
                }
            }
            BackupRun attempt = backup.attempt(ResourceNames.attempt(order.uid(), order.attempt()));
            run = attempt;
            LOG.info("the Backup {} begins, attempt {}", order.name(), order.attempt());
            BackupOutcome outcome = attempt.execute(cancellation);
            return outcome instanceof BackupOutcome.Succeeded good
                    ? succeeded(good, Optional.of(attempt.workload()), backup, cancellation)
                    : ended(outcome, Optional.of(attempt.workload()), Map.of());
        } catch (KeyException e) {
            return ended(failed(Reason.KEY_MISSING, e), Optional.empty(), Map.of());
        } catch (StoreException e) {
            return ended(failed(Reason.DESTINATION_UNREACHABLE, e), Optional.empty(), Map.of());
        }
    }

    private static BackupOutcome.Failed failed(Reason reason, Exception failure) {
        return new BackupOutcome.Failed(reason, String.valueOf(failure.getMessage()));
    }

    /** What the ids of all attempts before this one end in; one more, as the count of them may have been lost. */
    private Set<String> earlier() {
        return IntStream.rangeClosed(1, order.attempt())
                .mapToObj(attempt -> ResourceNames.attempt(order.uid(), attempt))
                .collect(Collectors.toSet());
    }

    private Ended succeeded(
            BackupOutcome.Succeeded outcome,
            Optional<WorkloadReport> workload,
            PolicyBackup backup,
            Cancellation cancellation) {
        return ended(outcome, workload, backup.retention(outcome, cancellation));
    }

    private Ended ended(BackupOutcome outcome, Optional<WorkloadReport> workload, Map<String, PruneOutcome> retention) {
        Instant now = site.clock().instant();
        LOG.info("the Backup {} ends: {}", order.name(), outcome.reason());
        return new Ended(outcome, now, again(outcome, now), workload, retention);
    }

    private Optional<Instant> again(BackupOutcome outcome, Instant now) {
        if (outcome.reason() == Reason.INTERRUPTED && order.attempt() < most()) {
            return Optional.of(now);
        }
        boolean worth = RepeatedBackup.mayPass(outcome)
                && order.attempt() < order.policy().retry().attempts();
        Duration pause = RepeatedBackup.jittered(order.policy().retry().backoff(), RandomGenerator.getDefault());
        return worth ? Optional.of(now.plus(pause)) : Optional.empty();
    }

    private int most() {
        return Math.max(order.policy().retry().attempts(), TaskDecision.LIVES);
    }

    @Override
    public void dropped(Reason because) {
        if (because == Reason.CANCELLED) {
            ended = new Ended(
                    new BackupOutcome.Failed(because, "stopped before it began"),
                    site.clock().instant(),
                    Optional.empty(),
                    Optional.empty(),
                    Map.of());
        }
        changed.run();
    }
}
