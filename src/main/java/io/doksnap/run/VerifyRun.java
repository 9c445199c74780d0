package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.Decryption;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.run.VerifyOutcome.Undecided;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Details;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.snapshot.SnapshotPlace;
import io.doksnap.snapshot.Verification.Check;
import io.doksnap.snapshot.Verification.Finding;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One verification of one snapshot, from start to end: what its manifest names is looked at as closely as the level says, and the result
 * kept beside the snapshot. Nothing else is written, neither there nor here.
 */
public final class VerifyRun {
    private static final Logger LOG = LoggerFactory.getLogger(VerifyRun.class);

    /** A record is for records; on the way there every damaged object is told. */
    private static final int MOST_FINDINGS_KEPT = 1000;

    private final CatalogueEntry entry;
    private final Request request;
    private final ObjectStore store;
    private final Clock clock;
    private final AtomicLong bytesRead = new AtomicLong();

    /**
     * Creates a verification; nothing happens before {@link #execute}.
     *
     * @param entry the snapshot, one whose manifest cannot be used, or an archive of the original program, beside which nothing is kept
     * @param store stays the caller's to close
     */
    public VerifyRun(CatalogueEntry entry, Request request, ObjectStore store, Clock clock) {
        this.entry = entry;
        this.request = request;
        this.store = store;
        this.clock = clock;
    }

    /**
     * What to look at.
     *
     * @param level how closely
     * @param decryption opens encrypted archives, for {@link VerifyLevel#FULL}; empty where nothing was given
     * @param program what makes the check, with its version
     */
    public record Request(VerifyLevel level, Optional<Decryption> decryption, String program) {
        public Request {
            if (level == VerifyLevel.DRILL) {
                throw new IllegalArgumentException("a drill is more than a look at what is stored");
            }
        }
    }

    /** How many stored bytes have been read; may be asked by other threads. */
    public long bytesRead() {
        return bytesRead.get();
    }

    /** How many there are to read. */
    public long bytesInAll() {
        if (request.level() != VerifyLevel.PRESENCE && entry instanceof CatalogueEntry.Snapshot snapshot) {
            return snapshot.manifest().storedBytes();
        }
        return request.level() == VerifyLevel.FULL && entry instanceof CatalogueEntry.Original original
                ? original.archive().size()
                : 0;
    }

    /** Runs to the end. Never throws for what can happen on the way: that is a {@link VerifyOutcome.Unknown}. */
    public VerifyOutcome execute(Cancellation cancellation) {
        cancellation.enter();
        try {
            if (entry instanceof CatalogueEntry.Original original) {
                return new OriginalCheck(original.archive(), request, store, bytesRead, cancellation).run();
            }
            if (!(entry instanceof CatalogueEntry.Snapshot snapshot)) {
                return withoutManifest((CatalogueEntry.Unreadable) entry);
            }
            List<SourceFinding> findings = new SnapshotCheck(snapshot, request, store, bytesRead, cancellation).run();
            // What is known by now is to be kept, whoever wants to stop.
            cancellation.leave();
            return outcome(snapshot.folder(), findings);
        } catch (RuntimeException e) {
            LOG.error(
                    "unexpected failure in a verification of {}", entry.place().policy(), e);
            return unknown(entry.place(), new Undecided(Reason.READ_FAILED, "unexpected failure: " + e));
        } finally {
            cancellation.leave();
        }
    }

    private static VerifyOutcome withoutManifest(CatalogueEntry.Unreadable broken) {
        SnapshotFolder folder = broken.folder();
        return switch (broken.cause()) {
            case REMOVED -> new VerifyOutcome.Gone(folder);
            case NEWER -> unknown(folder, new Undecided(Reason.READ_FAILED, broken.problem()));
            case DAMAGED ->
                new VerifyOutcome.Damaged(
                        folder,
                        List.of(new Damage(
                                "",
                                folder.manifestKey(),
                                Reason.UNREADABLE,
                                "the manifest of this snapshot",
                                broken.problem())),
                        List.of(),
                        Optional.empty());
        };
    }

    private static VerifyOutcome unknown(SnapshotPlace place, Undecided why) {
        return new VerifyOutcome.Unknown(place, List.of(why), Optional.empty());
    }

    private VerifyOutcome outcome(SnapshotFolder folder, List<SourceFinding> findings) {
        List<Damage> damages = new ArrayList<>();
        List<Undecided> undecided = new ArrayList<>();
        for (SourceFinding finding : findings) {
            damages.addAll(finding.damages());
            undecided.addAll(finding.undecided());
        }
        if (!damages.isEmpty() && isRemoved(folder)) {
            return new VerifyOutcome.Gone(folder);
        }
        Optional<String> notKept = new VerificationFile(store, folder).add(checks(findings));
        if (!damages.isEmpty()) {
            return new VerifyOutcome.Damaged(folder, damages, undecided, notKept);
        }
        return undecided.isEmpty()
                ? new VerifyOutcome.Verified(folder, request.level(), notKept)
                : new VerifyOutcome.Unknown(folder, undecided, notKept);
    }

    /** What somebody removes while we look at it is not damaged. A store that does not answer any more takes nothing back. */
    private boolean isRemoved(SnapshotFolder folder) {
        try {
            return store.find(folder.manifestKey()).isEmpty();
        } catch (StoreException e) {
            LOG.debug("could not see whether the snapshot {} is still there", folder.id(), e);
            return false;
        }
    }

    private List<Check> checks(List<SourceFinding> findings) {
        Instant now = clock.instant();
        return findings.stream()
                // What is kept says whether the sources can be relied on, and the details restore nothing.
                .filter(finding -> !finding.source().equals(Details.OBJECT))
                .filter(SourceFinding::isDecided)
                .map(finding -> check(finding, now))
                .toList();
    }

    private Check check(SourceFinding finding, Instant now) {
        List<Finding> found = finding.damages().stream()
                .limit(MOST_FINDINGS_KEPT)
                .map(damage -> new Finding(name(damage.key()), damage.expected(), damage.found()))
                .toList();
        return new Check(
                finding.source(), finding.seenFrom(request.level()), now, request.program(), finding.reason(), found);
    }

    private static String name(String key) {
        return key.substring(key.lastIndexOf('/') + 1);
    }
}
