package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings back what the journals of earlier runs say. What a run under way keeps still is left to it; and what another run is at work in is left for later, as
 * that run counts on its being as it found it.
 */
final class Replay {
    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

    private final DataDirectory data;
    private final Undoing undoing;
    private final Turns turns;
    private final TargetContainers targets;

    Replay(DataDirectory data, Undoing undoing, Turns turns, TargetContainers targets) {
        this.data = data;
        this.undoing = undoing;
        this.turns = turns;
        this.targets = targets;
    }

    /** Whether earlier runs have left anything. */
    boolean isAnyLeft() {
        try {
            return !left().isEmpty();
        } catch (DataDirectoryException e) {
            LOG.warn("cannot tell whether anything is left stopped: {}", e.getMessage());
            return true;
        }
    }

    private List<String> left() throws DataDirectoryException {
        return Journal.left(data).stream()
                .filter(file -> !data.running().contains(Journal.runId(file)))
                .toList();
    }

    /** Brings back all that can be, and tells the reports of the policies. */
    void run(Function<PolicyName, WorkloadReport> reports) throws DataDirectoryException {
        for (String file : left()) {
            try {
                Optional<Journal> journal = Journal.read(data, file);
                if (journal.isPresent()) {
                    run(journal.get(), reports.apply(journal.get().policy()));
                } else if (data.read(file).isPresent()) {
                    reports.apply(PolicyName.UNKNOWN).add(unusable(file, "makes no sense"));
                }
            } catch (DataDirectoryException e) {
                reports.apply(PolicyName.UNKNOWN).add(unusable(file, "cannot be read: " + e.getMessage()));
            }
        }
    }

    private Revived unusable(String file, String why) {
        return new Revived.Down(
                Reason.STATE_UNUSABLE,
                "the journal " + data.path().resolve(file) + " of what an interrupted backup had stopped " + why
                        + "; see whether all containers and services run, then delete it",
                true);
    }

    private void run(Journal journal, WorkloadReport report) {
        List<JournalEntry> entries = new ArrayList<>(journal.entries());
        Collections.reverse(entries);
        for (JournalEntry entry : entries) {
            Set<String> turn = Set.of(entry.isService() ? entry.summary() : targets.oneName(entry.name()));
            if (!turns.tryTake(turn)) {
                report.postpone();
                continue;
            }
            try {
                bringBack(journal, entry, report);
            } finally {
                turns.giveBack(turn);
            }
        }
    }

    private void bringBack(Journal journal, JournalEntry entry, WorkloadReport report) {
        Revived revived = undoing.bringBack(journal, entry, () -> false);
        if (revived instanceof Revived.Down down && !down.again()) {
            // Long gone, as like as not on purpose.
            report.warn(down.text());
        } else if (revived instanceof Revived.Unsettled) {
            // It was said by the run that left it; what becomes of it is said when that is known.
            report.postpone();
        } else {
            report.add(revived);
        }
    }
}
