package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Manifest.SourceEntry;
import java.util.List;
import java.util.Optional;

/** Which source of a snapshot a person means. */
final class SourceChoice {
    private SourceChoice() {}

    /**
     * The source of that name.
     *
     * @param name empty where the snapshot holds only one
     * @throws RunException when there is none of that name, or several and none was named
     */
    static SourceEntry of(CatalogueEntry.Snapshot snapshot, Optional<String> name) throws RunException {
        return of(snapshot, name, false);
    }

    /** The same for what only takes a dump, so that one among other sources need not be named. */
    static SourceEntry of(CatalogueEntry.Snapshot snapshot, Optional<String> name, boolean dumpsAlone)
            throws RunException {
        List<SourceEntry> sources = snapshot.manifest().sources();
        List<SourceEntry> meant = dumpsAlone && name.isEmpty() ? dumps(snapshot) : sources;
        if (name.isEmpty() && meant.size() == 1) {
            return meant.get(0);
        }
        String names = String.join(", ", sources.stream().map(SourceEntry::name).toList());
        if (name.isEmpty() && meant.isEmpty()) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND,
                    "the snapshot holds no dump, which is all that a database takes; it holds " + names);
        }
        if (name.isEmpty()) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND, "the snapshot holds several sources; choose one with --source: " + names);
        }
        return sources.stream()
                .filter(source -> source.name().equals(name.get()))
                .findFirst()
                .orElseThrow(() -> new RunException(
                        Reason.SOURCE_NOT_FOUND, "the snapshot holds no source " + name.get() + "; it holds " + names));
    }

    /** The sources of a snapshot that are dumps. */
    static List<SourceEntry> dumps(CatalogueEntry.Snapshot snapshot) {
        return snapshot.manifest().sources().stream()
                .filter(SourceEntry::holdsDump)
                .toList();
    }
}
