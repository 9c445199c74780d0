package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.run.PruneOutcome.PruneWork;
import io.doksnap.snapshot.Identity;
import io.doksnap.snapshot.Inventory;
import io.doksnap.snapshot.OriginalArchive;
import io.doksnap.snapshot.RetentionPlan;
import io.doksnap.snapshot.RetentionPlan.Candidate;
import io.doksnap.snapshot.RetentionRules;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.snapshot.SnapshotPlace;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One prune of one identity in one destination: take the inventory, plan, remove. Nothing is removed before the inventory is
 * complete. What was cut off on the way is no snapshot any more, and is swept by a later prune as any run that left no manifest.
 */
public final class PruneRun {
    private static final Logger LOG = LoggerFactory.getLogger(PruneRun.class);

    /** How long past its deadline a run without a manifest may still be somebody's: clocks differ, and machines sleep. */
    private static final Duration GRACE = Duration.ofDays(2);

    private final Identity identity;
    private final RetentionRules rules;
    private final ObjectStore store;
    private final Clock clock;
    private final boolean confirmed;

    /**
     * Creates a prune; nothing happens yet.
     *
     * @param store stays the caller's to close
     */
    public PruneRun(Identity identity, RetentionRules rules, ObjectStore store, Clock clock) {
        this(identity, rules, store, clock, false);
    }

    private PruneRun(Identity identity, RetentionRules rules, ObjectStore store, Clock clock, boolean confirmed) {
        this.identity = identity;
        this.rules = rules;
        this.store = store;
        this.clock = clock;
        this.confirmed = confirmed;
    }

    /** The same prune by a person who confirms that archives of the original program may go, from now on. */
    public PruneRun confirmed() {
        return new PruneRun(identity, rules, store, clock, true);
    }

    /** Says what {@link #execute} would do, and touches nothing: {@link PruneOutcome.Planned}, or why that cannot be said. */
    public PruneOutcome preview(Path dataDirectory) {
        try {
            return new PruneOutcome.Planned(plan(dataDirectory));
        } catch (StoreException e) {
            return failed(e, Optional.empty());
        } catch (RuntimeException e) {
            return unexpected(e, Optional.empty());
        }
    }

    /**
     * Removes what no rule keeps. Never throws for what can happen on the way: that is a {@link PruneOutcome.Failed}.
     *
     * @param held keeps other processes of this host from making backups meanwhile
     */
    public PruneOutcome execute(DataDirectory held, Cancellation cancellation) {
        cancellation.enter();
        @Nullable Work work = null;
        try {
            PrunePlan plan = plan(held.path());
            work = new Work(plan, cancellation);
            keepConfirmation(plan, held);
            for (Candidate.Counted snapshot : plan.retention().removed()) {
                checkGoesOn(cancellation);
                work.remove(snapshot.place());
            }
            for (SnapshotFolder folder : plan.unfinished()) {
                checkGoesOn(cancellation);
                work.sweep(folder);
            }
            return outcome(work.done());
        } catch (RunException e) {
            return new PruneOutcome.Failed(e.reason(), e.text(), done(work));
        } catch (DataDirectoryException e) {
            return new PruneOutcome.Failed(Reason.STATE_UNUSABLE, String.valueOf(e.getMessage()), done(work));
        } catch (StoreException e) {
            Reason cancelled = cancellation.reason();
            return cancelled == null
                    ? failed(e, done(work))
                    : new PruneOutcome.Failed(cancelled, stopped(), done(work));
        } catch (RuntimeException e) {
            return unexpected(e, done(work));
        } finally {
            cancellation.leave();
        }
    }

    private PrunePlan plan(Path dataDirectory) throws StoreException {
        Inventory inventory = Inventory.take(store, identity);
        Instant now = clock.instant();
        List<SnapshotFolder> unfinished = inventory.unfinished().stream()
                .filter(run -> run.deadline().isBefore(now.minus(GRACE)))
                .map(Inventory.Unfinished::folder)
                .filter(folder -> !OpenRuns.isOpen(dataDirectory, store, folder))
                .toList();
        boolean originalsMayGo = confirmed || confirmation().isGiven(dataDirectory, inventory.otherHosts());
        RetentionPlan retention = originalsMayGo
                ? RetentionPlan.plan(inventory.snapshots(), rules, now)
                : RetentionPlan.planUnconfirmed(inventory.snapshots(), rules, now);
        return new PrunePlan(retention, unfinished, inventory.foreign(), inventory.otherHosts());
    }

    private OriginalConfirmation confirmation() {
        return new OriginalConfirmation(identity, store.location());
    }

    /** Where there is nothing of the original program, nobody can have confirmed anything. */
    private void keepConfirmation(PrunePlan plan, DataDirectory held) throws DataDirectoryException {
        boolean originals = plan.retention().decisions().stream()
                .anyMatch(decision -> decision.candidate() instanceof Candidate.Original);
        if (confirmed && originals) {
            confirmation().give(held, plan.otherHosts());
        }
    }

    private static void checkGoesOn(Cancellation cancellation) throws RunException {
        Reason cancelled = cancellation.reason();
        if (cancelled != null) {
            throw new RunException(cancelled, stopped());
        }
    }

    private static String stopped() {
        return "stopped before everything was removed; the next prune goes on from here";
    }

    private static PruneOutcome outcome(PruneWork work) {
        if (!work.refused().isEmpty()) {
            return new PruneOutcome.Partial(work);
        }
        if (!work.plan().retention().held().isEmpty()) {
            return new PruneOutcome.Refused(work);
        }
        return work.removed().isEmpty() && work.swept().isEmpty()
                ? new PruneOutcome.NothingToPrune(work.plan())
                : new PruneOutcome.Pruned(work);
    }

    private static PruneOutcome failed(StoreException failure, Optional<PruneWork> work) {
        LOG.debug("a prune failed", failure);
        return new PruneOutcome.Failed(reason(failure), String.valueOf(failure.getMessage()), work);
    }

    private static Reason reason(StoreException failure) {
        return switch (failure.kind()) {
            case LOCKED -> Reason.OBJECT_LOCKED;
            case REFUSED -> Reason.REFUSED;
            default -> Failures.of(failure, Reason.REFUSED).reason();
        };
    }

    private PruneOutcome unexpected(RuntimeException failure, Optional<PruneWork> work) {
        LOG.error("unexpected failure in the prune of {}", identity.policy(), failure);
        return new PruneOutcome.Failed(Reason.REFUSED, "unexpected failure: " + failure, work);
    }

    private static Optional<PruneWork> done(@Nullable Work work) {
        return Optional.ofNullable(work).map(Work::done);
    }

    /** What has been done so far. */
    private final class Work {
        private final PrunePlan plan;
        private final List<SnapshotPlace> removed = new ArrayList<>();
        private final List<SnapshotFolder> swept = new ArrayList<>();
        private final Map<SnapshotPlace, PruneOutcome.Refusal> refused = new LinkedHashMap<>();
        private final Cancellation cancellation;

        Work(PrunePlan plan, Cancellation cancellation) {
            this.plan = plan;
            this.cancellation = cancellation;
        }

        void remove(SnapshotPlace snapshot) throws StoreException {
            try {
                if (snapshot instanceof OriginalArchive archive) {
                    store.delete(archive.key());
                } else {
                    FolderRemoval.remove((SnapshotFolder) snapshot, store);
                }
                removed.add(snapshot);
                LOG.debug("removed the snapshot {} of {}", snapshot.name(), snapshot.policy());
            } catch (StoreException e) {
                goOnAfter(e, snapshot);
            }
        }

        void sweep(SnapshotFolder folder) throws StoreException {
            try {
                if (store.find(folder.manifestKey()).isEmpty()) {
                    store.discardUploads(folder.prefix());
                    FolderRemoval.remove(folder, store);
                    swept.add(folder);
                    LOG.debug("swept {}", folder.prefix());
                }
            } catch (StoreException e) {
                goOnAfter(e, folder);
            }
        }

        /** One that a lock, a policy or a file's flag protects must not keep all the others here for ever. */
        private void goOnAfter(StoreException failure, SnapshotPlace place) throws StoreException {
            boolean onlyThisOne = switch (failure.kind()) {
                case LOCKED, ACCESS_DENIED, REFUSED -> cancellation.reason() == null;
                default -> false;
            };
            if (!onlyThisOne) {
                throw failure;
            }
            refused.put(place, new PruneOutcome.Refusal(reason(failure), String.valueOf(failure.getMessage())));
        }

        PruneWork done() {
            return new PruneWork(plan, removed, swept, refused);
        }
    }
}
