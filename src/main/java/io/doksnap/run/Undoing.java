package io.doksnap.run;

import io.doksnap.docker.DockerException;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.run.JournalEntry.Stage;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Undoes what the entries of a journal say, and keeps the journal true meanwhile. Whatever goes wrong with one entry is no reason to leave out the next. */
final class Undoing {
    private static final Logger LOG = LoggerFactory.getLogger(Undoing.class);

    private final Revival revival;
    private final Safekeeping safekeeping;

    Undoing(Revival revival, Safekeeping safekeeping) {
        this.revival = revival;
        this.safekeeping = safekeeping;
    }

    /**
     * Brings back what an entry says, and removes the entry unless it is to be tried again.
     *
     * @param patient for how long to wait for its health check, and for an engine that is away
     */
    Revived bringBack(Journal journal, JournalEntry entry, BooleanSupplier patient) {
        Revived revived;
        try {
            revived = revival.revive(entry, noting(journal, entry), patient);
        } catch (RuntimeException e) {
            LOG.error("unexpected failure while {} was brought back", entry.summary(), e);
            revived = Revival.gaveUp(entry, "unexpected failure: " + e);
        }
        if (!isToBeTriedAgain(revived)) {
            safekeeping.end(entry);
            quietly(() -> journal.remove(entry));
        } else if (revived instanceof Revived.Unsettled) {
            quietly(() -> journal.put(entry));
        }
        return revived;
    }

    /** Forgets what was announced and never touched. */
    Revived leaveAlone(Journal journal, JournalEntry entry) {
        safekeeping.end(entry);
        quietly(() -> journal.remove(entry));
        return Revival.notDone(entry);
    }

    private static boolean isToBeTriedAgain(Revived revived) {
        return revived instanceof Revived.Unsettled || (revived instanceof Revived.Down down && down.again());
    }

    /** Lets something start, and waits for nothing; to be brought back afterwards all the same. */
    void hasten(Journal journal, JournalEntry entry) {
        try {
            revival.hasten(entry, noting(journal, entry));
        } catch (DockerException | RuntimeException e) {
            LOG.info("{} could not be started at once: {}", entry.summary(), e.getMessage());
        }
    }

    /** A disk that is full keeps nothing from being started: its entry then says less than it could. */
    private static Runnable noting(Journal journal, JournalEntry entry) {
        return () -> quietly(() -> journal.put(entry.at(Stage.REVIVING)));
    }

    private static void quietly(JournalChange change) {
        try {
            change.make();
        } catch (DataDirectoryException e) {
            LOG.warn("the journal of what is stopped stays as it is: {}", e.getMessage());
        }
    }

    @FunctionalInterface
    private interface JournalChange {
        void make() throws DataDirectoryException;
    }
}
