package io.doksnap.archive.tar;

import java.io.IOException;

/** Receives the entries of an archive, in their order. */
@FunctionalInterface
public interface EntryVisitor {
    /** Takes the next entry; its name is as it stands in the archive, and may be unsafe. What this throws ends the reading. */
    void visit(TarEntry entry) throws IOException;
}
