package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.tar.TreeStats;
import java.util.List;

/** How a restore ended. */
public sealed interface RestoreOutcome {

    /**
     * Everything that was asked for is in place.
     *
     * @param name the snapshot's id, or the key of an archive that has no manifest
     * @param target where it lies now, for people: a directory, or a volume by its name
     * @param stats what came out of the archive
     * @param plainBytes the size of its tar stream, as the manifest has it; without one, and where not everything was asked for, of the files
     * @param notes what differs from what one would expect, and what could not be checked; each complete for a person to read
     */
    record Restored(String name, String target, TreeStats stats, long plainBytes, List<String> notes)
            implements RestoreOutcome {
        public Restored {
            notes = List.copyOf(notes);
        }

        /** How many files it has. */
        public long files() {
            return stats.files();
        }

        /** What could not be restored of them, such as an attribute. */
        public List<String> warnings() {
            return stats.warnings();
        }
    }

    /**
     * The target is as it was before, unless the message says what is left there.
     *
     * @param message what, where and what to do about it; complete for a person to read
     */
    record Failed(Reason reason, String message) implements RestoreOutcome {}
}
