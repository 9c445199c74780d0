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
        List<SourceEntry> sources = snapshot.manifest().sources();
        if (name.isEmpty() && sources.size() == 1) {
            return sources.get(0);
        }
        String names = String.join(", ", sources.stream().map(SourceEntry::name).toList());
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
}
