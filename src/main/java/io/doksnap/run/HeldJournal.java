package io.doksnap.run;

import io.doksnap.docker.Mount;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * What one run keeps still: its journal, what asked for each entry, and the holder in the place of each. Used under the lock of {@link Holds}.
 */
final class HeldJournal {
    private final Journal journal;
    private final Safekeeping safekeeping;
    private final Undoing undoing;
    private final WorkloadReport report;
    private final Map<String, Hold> askedBy = new HashMap<>();

    HeldJournal(Journal journal, Safekeeping safekeeping, Undoing undoing, WorkloadReport report) {
        this.journal = journal;
        this.safekeeping = safekeeping;
        this.undoing = undoing;
        this.report = report;
    }

    boolean has(String id) {
        return askedBy.containsKey(id);
    }

    /** What asked for something that is held. */
    Hold askedBy(JournalEntry entry) {
        return Objects.requireNonNull(askedBy.get(entry.id()));
    }

    /** In the order in which they were touched, those that could not be brought back among them. */
    List<JournalEntry> entries() {
        return journal.entries();
    }

    /** What is held, what was touched last first. */
    List<JournalEntry> newestFirst() {
        List<JournalEntry> entries = new ArrayList<>(journal.entries());
        entries.removeIf(entry -> !has(entry.id()));
        Collections.reverse(entries);
        return entries;
    }

    /** To be called before anything is touched: durable when this returns. */
    JournalEntry announce(JournalEntry entry, Hold hold) throws DataDirectoryException {
        journal.put(entry);
        askedBy.put(entry.id(), hold);
        return entry;
    }

    /** Keeps its image and volumes for as long as it is held; may take a moment. */
    void keepSafe(JournalEntry entry, List<Mount> mounts) {
        safekeeping.begin(entry, mounts, report);
    }

    /** The same entry with what is known by now. */
    void put(JournalEntry entry) throws DataDirectoryException {
        journal.put(entry);
    }

    /** It was not touched after all, or is somebody else's by now. */
    void forget(JournalEntry entry) throws DataDirectoryException {
        askedBy.remove(entry.id());
        safekeeping.end(entry);
        journal.remove(entry);
    }

    /** It was announced, and nobody was ever told to touch it. */
    void leaveAlone(JournalEntry entry) {
        askedBy.remove(entry.id());
        report.add(undoing.leaveAlone(journal, entry));
    }

    /** Lets it start, and does not wait to see what becomes of it. */
    void hasten(JournalEntry entry) {
        undoing.hasten(journal, entry);
    }

    /** Brings it back. */
    void release(JournalEntry entry, BooleanSupplier patient) {
        report.add(undoing.bringBack(journal, entry, patient));
        askedBy.remove(entry.id());
    }
}
