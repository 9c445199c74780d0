package io.doksnap.archive.tar;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes a tree into a tar archive as {@link TreeArchiver} does, and takes it from the archive that a Docker Engine makes of a directory, as it
 * passes by.
 *
 * <p>The engine ends its archive as if all were well where a file shrinks while it is read, or goes away: so every byte that a header speaks
 * of, and the marks of the archive's end, must come.
 */
public final class EngineTreeArchiver {
    private static final int COPY = 64 << 10;
    private static final String HERE = ".";
    private static final String LOST =
            "read through the Docker Engine, which leaves out ACLs, extended attributes other than capabilities, the"
                    + " fractions of seconds of times, and sockets, and stores the holes of sparse files as zeros";

    private final TarWriter out;
    private final Excludes excludes;
    private final TreeStats.Collector stats;
    private final byte[] bytes = new byte[COPY];

    /** Creates an archiver for one tree; {@code stats} counts what goes in while it goes in. */
    public EngineTreeArchiver(TarWriter out, Excludes excludes, TreeStats.Collector stats) {
        this.out = out;
        this.excludes = excludes;
        this.stats = stats;
    }

    /**
     * Writes the whole tree and the end of the archive.
     *
     * @param archive the engine's; read to its end, and the caller's to close
     * @param root the one directory in it that everything lies in
     * @throws TreeReadException when it is not whole
     */
    public void archive(InputStream archive, String root) throws IOException {
        TarReader in = new TarReader(archive);
        byte[] first = root.getBytes(StandardCharsets.UTF_8);
        try {
            TarEntry entry = in.next();
            if (entry == null
                    || entry.type() != TarEntry.Type.DIRECTORY
                    || below(first, entry).length() > 0) {
                throw new TarException("it does not begin with the directory itself");
            }
            for (; entry != null; entry = in.next()) {
                add(in, entry, below(first, entry), first);
            }
        } catch (TarException e) {
            throw new TreeReadException("what the Docker Engine sent of it is not whole (" + e.getMessage()
                    + "): a file that shrinks or goes away while it is read does that; stop or pause what writes to it"
                    + " during the backup, or exclude it");
        }
        stats.warn(LOST);
        out.end();
    }

    /** Whether an engine's archive holds nothing but the directory itself; reads no further than it must. */
    public static boolean isEmpty(InputStream archive) throws IOException {
        TarReader in = new TarReader(archive);
        return in.next() != null && in.next() == null;
    }

    private void add(TarReader in, TarEntry entry, EntryPath path, byte[] root) throws IOException {
        if (excludes.matchesOnTheWay(path) || isLeftover(path)) {
            return;
        }
        RawName name = path.name(HERE, entry.type() == TarEntry.Type.DIRECTORY);
        out.begin(entry.named(name, target(entry, root)));
        if (entry.type() == TarEntry.Type.DIRECTORY) {
            stats.directory();
            return;
        }
        if (entry.type() == TarEntry.Type.FILE) {
            for (int n = in.read(bytes, 0, COPY); n >= 0; n = in.read(bytes, 0, COPY)) {
                out.content(bytes, 0, n);
            }
        }
        stats.file(entry.type() == TarEntry.Type.FILE ? entry.size() : 0);
    }

    /** Of a hard link, the name that the earlier file has in our archive. */
    private RawName target(TarEntry entry, byte[] root) throws IOException {
        if (entry.type() != TarEntry.Type.HARD_LINK) {
            return entry.linkTarget();
        }
        EntryPath earlier = below(root, entry.linkTarget());
        if (excludes.matchesOnTheWay(earlier)) {
            throw new TreeReadException("the file " + entry.name() + " is a hard link of " + entry.linkTarget()
                    + ", which is excluded, and its content comes with that alone; exclude both, or neither");
        }
        return earlier.name(HERE, false);
    }

    private static EntryPath below(byte[] root, TarEntry entry) throws TarException {
        return below(root, entry.name());
    }

    private static EntryPath below(byte[] root, RawName name) throws TarException {
        EntryPath path = EntryPath.of(name);
        if (path.isRoot() || !Arrays.equals(path.segment(0), root)) {
            throw new TarException("it holds " + name + ", which lies elsewhere");
        }
        return path.from(1);
    }

    /** What a killed restore left behind at the root is not the user's data. */
    private boolean isLeftover(EntryPath path) {
        @Nullable
        String top = path.isRoot() ? null : RawName.of(path.segment(0)).toString();
        boolean leftover = top != null
                && (top.startsWith(TreeExtractor.STAGING_PREFIX) || top.startsWith(TreeExtractor.REPLACED_PREFIX));
        if (leftover && path.length() == 1) {
            stats.warn("an unfinished restore's folder is left out; delete it when it is no longer needed: " + top);
        }
        return leftover;
    }
}
