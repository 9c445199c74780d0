package io.doksnap.archive;

import io.doksnap.archive.stage.PipeOutput;
import java.io.IOException;

/** What an archive is to hold before it is compressed: a tar archive, or whatever a command wrote. */
@FunctionalInterface
public interface ArchiveContent {
    /**
     * Writes all of it. Called once, by a thread of the archive's own, which is interrupted when the archive is given up. What this throws ends
     * the archive.
     *
     * @param plain stays the caller's to close; blocks while the rest of the way is slower
     */
    void writeTo(PipeOutput plain) throws IOException;
}
