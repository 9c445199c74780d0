package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.index.FileIndexReader;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.LooseArchive;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.ObjectStore;
import java.util.Optional;

/** What is in one source of a snapshot, or in an archive that has no manifest. */
public abstract sealed class FileListing permits SnapshotListing, LooseListing {
    /**
     * Begins with nothing but the choice of the source.
     *
     * @param source its name; empty where the snapshot holds only one
     * @throws ListingException when the snapshot has none of that name, or several and none was chosen
     */
    public static FileListing of(
            CatalogueEntry.Snapshot snapshot,
            Optional<String> source,
            Optional<Decryption> decryption,
            ObjectStore store)
            throws ListingException {
        try {
            return of(snapshot.folder(), SourceChoice.of(snapshot, source), decryption, store);
        } catch (RunException e) {
            throw new ListingException(e);
        }
    }

    /** The files in an archive that has no manifest, by their paths in it. */
    public static FileListing of(LooseArchive archive, Optional<Decryption> decryption, ObjectStore store) {
        return new LooseListing(archive, decryption, store);
    }

    static FileListing of(
            SnapshotFolder folder, SourceEntry source, Optional<Decryption> decryption, ObjectStore store) {
        return new SnapshotListing(folder, source, decryption, store);
    }

    /** The source whose files these are. */
    public abstract String source();

    /** Whether there is no list, so that the whole archive has to be read. */
    public abstract boolean readsTheArchive();

    /** How many bytes have to be read. */
    public abstract long bytesInAll();

    /** How many have been read; may be asked by other threads. */
    public abstract long bytesRead();

    /**
     * Visits every entry, in the archive's order. Nothing is held whole. When this returns, every check has passed; what was visited before an
     * exception may not be all.
     */
    public void visit(FileIndexReader.Visitor visitor) throws ListingException {
        try {
            visitOrFail(visitor);
        } catch (RunException e) {
            throw new ListingException(e);
        }
    }

    abstract void visitOrFail(FileIndexReader.Visitor visitor) throws RunException;

    /** The files could not be listed; the message is complete for a person to read. */
    public static final class ListingException extends Exception {
        private static final long serialVersionUID = 1L;

        private final Reason reason;

        private ListingException(RunException cause) {
            super(cause.text(), cause);
            this.reason = cause.reason();
        }

        /** Why. */
        public Reason reason() {
            return reason;
        }
    }
}
