package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.index.FileIndexReader;
import io.doksnap.archive.index.IndexedFile;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.ObjectStore;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The list that was stored with a source, or the archive itself where there is none. */
final class SnapshotListing extends FileListing {
    private final SnapshotFolder folder;
    private final SourceEntry source;
    private final Optional<Decryption> decryption;
    private final ObjectStore store;
    private final AtomicLong bytesRead = new AtomicLong();

    SnapshotListing(SnapshotFolder folder, SourceEntry source, Optional<Decryption> decryption, ObjectStore store) {
        this.folder = folder;
        this.source = source;
        this.decryption = decryption;
        this.store = store;
    }

    @Override
    public String source() {
        return source.name();
    }

    @Override
    public boolean readsTheArchive() {
        return source.index().isEmpty() && !source.holdsDump();
    }

    @Override
    public long bytesInAll() {
        return readsTheArchive() ? source.archiveBytes() : source.storedBytes() - source.archiveBytes();
    }

    @Override
    public long bytesRead() {
        return bytesRead.get();
    }

    @Override
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
}
