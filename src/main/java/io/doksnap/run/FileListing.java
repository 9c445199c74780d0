package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.index.FileIndexReader;
import io.doksnap.archive.index.IndexedFile;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.ObjectStore;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** What is in one source of a snapshot: from the list that was stored with it, or from the archive itself where there is none. */
public final class FileListing {
    private final SnapshotFolder folder;
    private final SourceEntry source;
    private final Optional<Decryption> decryption;
    private final ObjectStore store;
    private final AtomicLong bytesRead = new AtomicLong();

    private FileListing(SnapshotFolder folder, SourceEntry source, Optional<Decryption> decryption, ObjectStore store) {
        this.folder = folder;
        this.source = source;
        this.decryption = decryption;
        this.store = store;
    }

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

    static FileListing of(
            SnapshotFolder folder, SourceEntry source, Optional<Decryption> decryption, ObjectStore store) {
        return new FileListing(folder, source, decryption, store);
    }

    /** The source whose files these are. */
    public String source() {
        return source.name();
    }

    /** Whether there is no list, so that the whole archive has to be read. */
    public boolean readsTheArchive() {
        return source.index().isEmpty() && !source.holdsDump();
    }

    /** How many bytes have to be read. */
    public long bytesInAll() {
        return readsTheArchive() ? source.archiveBytes() : source.storedBytes() - source.archiveBytes();
    }

    /** How many have been read; may be asked by other threads. */
    public long bytesRead() {
        return bytesRead.get();
    }

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

    void visitOrFail(FileIndexReader.Visitor visitor) throws RunException {
        if (source.holdsDump()) {
            visitDump(visitor);
            return;
        }
        try (StoredArchive stored =
                new StoredArchive(store, folder, readsTheArchive() ? source.objects() : source.index(), bytesRead)) {
            try {
                if (readsTheArchive()) {
                    ArchiveReaders.of(source, decryption).list(stored, entry -> visitor.visit(IndexedFile.of(entry)));
                } else {
                    readIndex(stored, ArchiveReaders.decryption(source, decryption), visitor);
                }
                stored.drain();
            } catch (IOException | RuntimeException e) {
                stored.checkCurrent();
                throw e;
            }
        } catch (IOException e) {
            throw Failures.of(e, Reason.UNREADABLE);
        }
    }

    /** The manifest says all that there is to say. */
    private void visitDump(FileIndexReader.Visitor visitor) throws RunException {
        try {
            visitor.visit(DumpFile.of(source).listed(folder.started()));
        } catch (IOException e) {
            throw Failures.of(e, Reason.UNREADABLE);
        }
    }

    /** Reads a stored list to its end. */
    static void readIndex(InputStream stored, Decryption decryption, FileIndexReader.Visitor visitor)
            throws IOException {
        InputStream plain = decryption.decrypt(stored);
        FileIndexReader.read(new StaysOpen(plain), visitor);
        // The encryption's own check comes at its end.
        plain.transferTo(OutputStream.nullOutputStream());
    }

    private static final class StaysOpen extends FilterInputStream {
        StaysOpen(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return in.read(bytes, offset, length);
        }

        @Override
        public void close() {
            // Whoever made it reads it to its end.
        }
    }

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
