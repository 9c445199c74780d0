package io.doksnap.archive.tar;

import java.io.IOException;

/** Reads a tar archive to its end and takes nothing out: counts what {@link TreeExtractor} would, and shows every entry. */
public final class TreeScanner {
    private final TarReader in;
    private final TreeStats.Collector stats;

    /** Creates a scanner. */
    public TreeScanner(TarReader in, TreeStats.Collector stats) {
        this.in = in;
        this.stats = stats;
    }

    /**
     * Shows every entry, as it stands in the archive.
     *
     * @throws TarException when the archive is damaged or ends too early
     */
    public void scan(EntryVisitor visitor) throws IOException {
        for (TarEntry entry = in.next(); entry != null; entry = in.next()) {
            visitor.visit(entry);
            if (entry.type() == TarEntry.Type.DIRECTORY) {
                stats.directory();
            } else {
                stats.file(entry.size());
            }
        }
    }

    /**
     * Checks that every entry has a name which stays within a target.
     *
     * @throws TarException when one does not, or the archive is damaged or ends too early
     */
    public void check() throws IOException {
        scan(entry -> EntryPath.of(entry.name()));
    }
}
