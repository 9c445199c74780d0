package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveReader;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.index.FileIndexReader;
import io.doksnap.archive.index.IndexedFile;
import io.doksnap.snapshot.LooseArchive;
import io.doksnap.store.ObjectStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** An archive that has no manifest, and so no list: all of it is read. */
final class LooseListing extends FileListing {
    private final LooseObjects objects;
    private final Optional<Decryption> decryption;
    private final AtomicLong bytesRead = new AtomicLong();

    LooseListing(LooseArchive archive, Optional<Decryption> decryption, ObjectStore store) {
        this.objects = LooseObjects.of(archive, archive.source(), List.of(), store);
        this.decryption = decryption;
    }

    @Override
    public String source() {
        return objects.source();
    }

    @Override
    public boolean readsTheArchive() {
        return true;
    }

    @Override
    public long bytesInAll() {
        return objects.storedBytes();
    }

    @Override
    public long bytesRead() {
        return bytesRead.get();
    }

    @Override
    void visitOrFail(FileIndexReader.Visitor visitor) throws RunException {
        ArchiveReader reader = objects.reader(decryption);
        try {
            objects.read(stored -> reader.list(stored, entry -> visitor.visit(IndexedFile.of(entry))), bytesRead);
        } catch (IOException e) {
            throw Failures.of(e, Reason.UNREADABLE);
        }
    }
}
