package io.doksnap.archive.tar;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the content of regular files into an archive: small ones after a single read, so that they are whole in one of their states;
 * others as a stream, without the holes of sparse ones.
 */
final class FileArchiver {
    /** What is smaller is read at once. Holes in it would save less than it takes to say where they are. */
    private static final int SMALL = Posix.LARGEST_ATTRIBUTE;

    /** A map of more runs would take too much memory here and there; then the smallest holes are stored as zeros. */
    private static final int MOST_RUNS = 1 << 16;

    private final TarWriter out;
    private final TreeStats.Collector stats;
    private final AttributeReader attributes;
    private final NativeBuffer buffer;

    FileArchiver(TarWriter out, TreeStats.Collector stats, AttributeReader attributes, NativeBuffer buffer) {
        this.out = out;
        this.stats = stats;
        this.attributes = attributes;
        this.buffer = buffer;
    }

    /**
     * Writes an open file with its header.
     *
     * @param seen its status a moment ago, under the same name
     * @return the status of what was written
     * @throws TreeReadException when it shrank while it was read
     */
    FileStatus add(OpenFile file, RawName name, FileStatus seen) throws IOException {
        List<ExtendedAttribute> extended = attributes.of(file, seen.device());
        ByteBuffer content = seen.size() < SMALL ? whole(file, seen.size()) : null;
        if (content != null) {
            FileStatus status = statusOf(file, content.remaining(), seen);
            out.begin(entry(name, status).with(extended));
            out.content(content);
            stats.file(status.size());
            return status;
        }
        FileStatus status = statusOf(file, file.size(), seen);
        TarEntry entry = entry(name, status).with(extended).with(file.holes(status.size(), MOST_RUNS));
        out.begin(entry);
        copy(file, entry);
        stats.file(entry.dataSize());
        return status;
    }

    private static TarEntry entry(RawName name, FileStatus status) {
        return TarEntry.of(name, TarEntry.Type.FILE, status, RawName.EMPTY);
    }

    /** All of a file's content; {@code null} when it is no small one any more. */
    private @Nullable ByteBuffer whole(OpenFile file, long expected) throws IOException {
        ByteBuffer content = buffer.bytes();
        file.select(0, content.capacity());
        int n = file.read(content);
        // The expected number is all of it. Another one may be due to a network file system that gives a little at a
        // time.
        while (n >= 0 && content.position() != expected && content.hasRemaining()) {
            n = file.read(content);
        }
        return content.hasRemaining() ? content.flip() : null;
    }

    /**
     * The status of what was opened. Programs replace files by renaming new ones over them: between a look at a file and its opening
     * another one may have come into its place, which is neither cut short nor a name of the old one.
     */
    private static FileStatus statusOf(OpenFile file, long size, FileStatus seen) throws IOException {
        if (size == seen.size() && seen.links() == 1) {
            return seen;
        }
        try {
            FileStatus now = FileStatus.of(file.path());
            if (!now.isRegularFile()) {
                throw OpenFile.replaced(file.path());
            }
            return now.withSize(size);
        } catch (NoSuchFileException e) {
            return seen.withSize(size);
        }
    }

    private void copy(OpenFile file, TarEntry entry) throws IOException {
        SparseMap sparse = entry.sparse();
        if (sparse == null) {
            copy(file, 0, entry.size(), entry);
        } else {
            for (int run = 0; run < sparse.runs(); run++) {
                copy(file, sparse.offset(run), sparse.length(run), entry);
            }
        }
        long now = file.size();
        if (now > entry.size()) {
            stats.warn("grew while it was read, archived with its first " + entry.size() + " bytes: "
                    + RawPaths.shown(file.path()));
        } else if (now < entry.size() && sparse != null) {
            throw shrank(file, entry);
        }
    }

    private void copy(OpenFile file, long offset, long length, TarEntry entry) throws IOException {
        file.select(offset, length);
        for (long left = length; left > 0; ) {
            int n = out.content(file);
            if (n < 0) {
                throw shrank(file, entry);
            }
            left -= n;
        }
    }

    private static TreeReadException shrank(OpenFile file, TarEntry entry) {
        return new TreeReadException(RawPaths.shown(file.path()) + " shrank from " + entry.size()
                + " bytes while it was read; stop or pause what writes to it during the backup, or exclude it");
    }
}
