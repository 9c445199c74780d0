package io.doksnap.run;

import io.doksnap.archive.Encryption;
import io.doksnap.archive.index.FileIndexWriter;
import io.doksnap.archive.tar.EntryVisitor;
import io.doksnap.archive.tar.TarEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file list of one archive, encrypted as the archive is, on disk while the archive is written. Closing removes it. */
final class IndexSpool implements EntryVisitor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IndexSpool.class);

    private final SpoolFile file;
    private final FileIndexWriter index;

    private IndexSpool(SpoolFile file, FileIndexWriter index) {
        this.file = file;
        this.index = index;
    }

    static IndexSpool create(Path directory, Encryption encryption) throws IOException {
        return of(SpoolFile.create(directory), encryption);
    }

    static IndexSpool of(SpoolFile file, Encryption encryption) throws IOException {
        try {
            return new IndexSpool(file, new FileIndexWriter(encryption.encrypt(file)));
        } catch (IOException | RuntimeException e) {
            file.delete();
            throw e;
        }
    }

    @Override
    public void visit(TarEntry entry) throws IOException {
        index.add(entry);
    }

    /** Ends the list; nothing of it is only in memory then. */
    void finish() throws IOException {
        index.finish();
        file.close();
    }

    /** Copies what lies on disk, as it is stored. */
    void copyTo(OutputStream out) throws IOException {
        file.copyTo(out);
    }

    @Override
    public void close() {
        try {
            index.close();
        } catch (IOException | RuntimeException e) {
            LOG.debug("a list of files was given up: {}", e.getMessage());
        }
        file.delete();
    }
}
