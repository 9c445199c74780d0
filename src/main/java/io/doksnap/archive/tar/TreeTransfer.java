package io.doksnap.archive.tar;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes what is included out of one archive into another, all of it below one directory, for an engine to unpack.
 *
 * <p>Whatever the engine makes of it, no entry can land outside: each must lie in a directory of the archive that was begun, and not left since,
 * so that no name can pass through a link of the archive's own. An archive of ours has that order. Memory grows only with the depth of the tree.
 */
public final class TreeTransfer {
    private static final int COPY = 64 << 10;

    /** The engine counts nanoseconds in 64 bits. */
    private static final long LAST_SECOND = Long.MAX_VALUE / 1_000_000_000;

    private final TarReader in;
    private final TarWriter out;
    private final String root;
    private final Includes includes;
    private final TreeStats.Collector stats;
    private final WaitingDirectories waiting = new WaitingDirectories();
    private final List<byte[]> open = new ArrayList<>();
    private final byte[] bytes = new byte[COPY];
    private boolean begun;
    private long lost;
    private RawName firstLost = RawName.EMPTY;

    /**
     * Creates a transfer.
     *
     * @param root the name of the directory in the new archive
     */
    public TreeTransfer(TarReader in, TarWriter out, String root, Includes includes, TreeStats.Collector stats) {
        this.in = in;
        this.out = out;
        this.root = root;
        this.includes = includes;
        this.stats = stats;
    }

    /**
     * Reads the archive to its end and writes the other with its end.
     *
     * @throws NotIncludedException when a hard link is included, and the file whose name it is is not
     * @throws TarException when the archive is damaged, ends too early or holds an entry that would land outside
     */
    public void transfer() throws IOException {
        for (TarEntry entry = in.next(); entry != null; entry = in.next()) {
            transfer(entry, EntryPath.of(entry.name()));
        }
        out.end();
        if (lost > 0) {
            stats.warn("the Docker Engine restores no ACLs, and no times before 1970 or after 2262: "
                    + (lost == 1 ? "" : lost + " files, the first ") + firstLost);
        }
    }

    private void transfer(TarEntry entry, EntryPath path) throws IOException {
        boolean directory = entry.type() == TarEntry.Type.DIRECTORY;
        requirePlace(entry, path, directory);
        if (!includes.take(path)) {
            if (directory) {
                waiting.add(path, entry);
            }
            return;
        }
        for (WaitingDirectories.Waiting parent : waiting.leadingTo(path)) {
            write(parent.entry(), parent.path());
        }
        write(entry, path);
    }

    /** Keeps the directories that lead to where the archive is now. */
    private void requirePlace(TarEntry entry, EntryPath path, boolean directory) throws TarException {
        if (path.isRoot()) {
            if (!directory || begun) {
                throw TarException.unsafe("the archive holds an entry without a name");
            }
            begun = true;
            return;
        }
        int depth = path.length() - 1;
        boolean inside = begun && depth <= open.size();
        for (int i = 0; inside && i < depth; i++) {
            inside = Arrays.equals(open.get(i), path.segment(i));
        }
        if (!inside) {
            throw TarException.unsafe("refused the name " + entry.name()
                    + ": it lies in no directory that stands right before it in the archive");
        }
        open.subList(depth, open.size()).clear();
        if (directory) {
            open.add(path.last());
        }
    }

    /** What an engine does not make of an entry. */
    private void noteLoss(TarEntry entry) {
        long modified = entry.modified().getEpochSecond();
        if (modified < 0
                || modified > LAST_SECOND
                || entry.attributes().stream().anyMatch(ExtendedAttribute::isAcl)) {
            firstLost = lost == 0 ? entry.name() : firstLost;
            lost++;
        }
    }

    private void write(TarEntry entry, EntryPath path) throws IOException {
        noteLoss(entry);
        boolean directory = entry.type() == TarEntry.Type.DIRECTORY;
        out.begin(entry.named(path.name(root, directory), target(entry)));
        if (directory) {
            stats.directory();
            return;
        }
        if (entry.type() == TarEntry.Type.FILE) {
            for (int n = in.read(bytes, 0, COPY); n >= 0; n = in.read(bytes, 0, COPY)) {
                out.content(bytes, 0, n);
            }
        }
        stats.file(entry.dataSize());
    }

    private RawName target(TarEntry entry) throws IOException {
        if (entry.type() == TarEntry.Type.HARD_LINK) {
            EntryPath target = EntryPath.of(entry.linkTarget());
            if (target.isRoot()) {
                throw TarException.unsafe("refused the hard link " + entry.name() + " to a directory");
            }
            if (!includes.take(target)) {
                throw new NotIncludedException(entry.name(), entry.linkTarget());
            }
            return target.name(root, false);
        }
        if (entry.type() == TarEntry.Type.SYMBOLIC_LINK
                && !isTarget(entry.linkTarget().unsafeBytes())) {
            throw TarException.unsafe("the link " + entry.name() + " has no target, or one with a NUL in it");
        }
        return entry.linkTarget();
    }

    private static boolean isTarget(byte[] target) {
        for (byte b : target) {
            if (b == 0) {
                return false;
            }
        }
        return target.length > 0;
    }
}
