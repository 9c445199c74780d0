package io.doksnap.run;

import io.doksnap.archive.tar.DirectoryAttributes;
import io.doksnap.archive.tar.TreeExtractor;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a staged tree into its target by one rename for each name at its top, and takes all of them back when one fails or when the
 * process was killed between two.
 *
 * <p>What was in the target is first moved aside. Before the first rename a journal names everything that will be moved in; while it
 * lies there the promotion is not done, and {@link #undo()} makes the target what it was: whatever the journal names and the staging
 * folder no longer holds was moved in, and whatever was moved aside belongs back. When the journal is gone the target is what was restored, and
 * what was moved aside is only waiting to be removed.
 */
final class Promotion {
    /** Before the id, in the name of a journal. */
    static final String JOURNAL_PREFIX = TreeExtractor.STAGING_PREFIX + "names-";
    /** Before the id, in the name of the folder that holds what was in the target. */
    static final String REPLACED_PREFIX = TreeExtractor.REPLACED_PREFIX;

    private static final Logger LOG = LoggerFactory.getLogger(Promotion.class);

    private static final int OWNER_ALL = 0700;

    /** Which field of a journal's first line holds the target's extended attributes. */
    private static final int EXTENDED = 4;

    private final Path target;
    private final Path staged;
    private final Path replaced;
    private final Path journal;

    Promotion(Path target, String id) {
        this.target = target;
        this.staged = target.resolve(TreeExtractor.STAGING_PREFIX + id);
        this.replaced = target.resolve(REPLACED_PREFIX + id);
        this.journal = target.resolve(JOURNAL_PREFIX + id);
    }

    /** The id of the promotion whose journal a file is. */
    static String idOf(Path journal) {
        return String.valueOf(journal.getFileName()).substring(JOURNAL_PREFIX.length());
    }

    /** Whether it was begun and neither finished nor undone. */
    boolean isHalfDone() {
        return Files.exists(journal, LinkOption.NOFOLLOW_LINKS);
    }

    /** Where what was in the target waits. */
    Path replaced() {
        return replaced;
    }

    /**
     * Moves everything into place; when this fails half way, {@link #undo()} is to follow.
     *
     * @param modified the time of the target, to which undoing sets it back
     * @return the mode that the target is to get when nothing more has to be written into it
     */
    int run(FileTime modified) throws IOException {
        Root root = Root.of(staged);
        // A tree whose root its own owner may not write to could not be moved out of it.
        Files.setAttribute(staged, "unix:mode", root.mode | OWNER_ALL);
        DirectoryAttributes attributes = DirectoryAttributes.of(staged);
        List<Move> moves = begin(modified);
        if (Files.exists(replaced, LinkOption.NOFOLLOW_LINKS)) {
            // What is replaced is gone for good soon after, so what replaces it must not be in memory alone.
            TreeExtractor.syncToDisk(staged);
        }
        for (Move move : moves) {
            move.make();
        }
        setAttributes(root.withMode(root.mode | OWNER_ALL));
        setExtended(attributes, DirectoryAttributes.parse("-"));
        sync(target);
        Files.delete(journal);
        return root.mode;
    }

    /** Writes the journal; returns what is to be moved, in order. */
    List<Move> begin(FileTime modified) throws IOException {
        List<Path> old = userChildren(target);
        List<Path> fresh = children(staged);
        writeJournal(fresh, modified);
        if (!old.isEmpty()) {
            Files.createDirectory(replaced);
        }
        List<Move> moves = new ArrayList<>();
        old.forEach(child -> moves.add(new Move(child, replaced.resolve(child.getFileName()))));
        fresh.forEach(child -> moves.add(new Move(child, target.resolve(child.getFileName()))));
        return moves;
    }

    /** Makes the target what it was; may be repeated until it succeeds. */
    void undo() throws IOException {
        if (!isHalfDone()) {
            return;
        }
        List<String> lines = Files.readAllLines(journal, StandardCharsets.US_ASCII);
        if (!Files.isDirectory(staged, LinkOption.NOFOLLOW_LINKS)) {
            // Without it nothing tells the old files from the new ones.
            throw new FileSystemException(
                    staged.toString(),
                    null,
                    "it was removed by hand; put into place what is in " + replaced + ", then delete " + journal);
        }
        for (String name : lines.subList(1, lines.size())) {
            Path in = decode(target, name);
            Path out = decode(staged, name);
            if (!Files.exists(out, LinkOption.NOFOLLOW_LINKS) && Files.exists(in, LinkOption.NOFOLLOW_LINKS)) {
                new Move(in, out).make();
            }
        }
        if (Files.exists(replaced, LinkOption.NOFOLLOW_LINKS)) {
            for (Path child : children(replaced)) {
                new Move(child, target.resolve(child.getFileName())).make();
            }
            Files.delete(replaced);
        }
        String[] before = lines.get(0).split(" ", -1);
        setAttributes(Root.parse(before));
        if (before.length > EXTENDED) {
            setExtended(DirectoryAttributes.parse(before[EXTENDED]), DirectoryAttributes.of(staged));
        }
        Files.delete(journal);
        Files.setLastModifiedTime(target, FileTime.from(Instant.parse(before[3])));
    }

    /** What is in a target apart from what restores put there for themselves. */
    static List<Path> userChildren(Path target) throws IOException {
        return children(target).stream()
                .filter(child -> !String.valueOf(child.getFileName()).startsWith(TreeExtractor.STAGING_PREFIX))
                .filter(child -> !String.valueOf(child.getFileName()).startsWith(REPLACED_PREFIX))
                .toList();
    }

    static List<Path> children(Path directory) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(children::add);
        } catch (DirectoryIteratorException e) {
            throw new IOException(e.getCause());
        }
        return children;
    }

    /** The first line is what the target itself is like, each further one a name, in bytes that survive any locale. */
    private void writeJournal(List<Path> fresh, FileTime modified) throws IOException {
        StringBuilder text = new StringBuilder(Root.of(target).line())
                .append(' ')
                .append(modified.toInstant())
                .append(' ')
                .append(DirectoryAttributes.of(target).text())
                .append('\n');
        fresh.forEach(child -> text.append(encode(child)).append('\n'));
        write(text.toString(), staged, journal);
        sync(target);
    }

    /** Writes a journal under a name that counts for nothing until all of it is on disk. */
    static void write(String text, Path staged, Path journal) throws IOException {
        Path unfinished = staged.resolveSibling(staged.getFileName() + DataDirectory.UNFINISHED);
        try (FileChannel out = FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(unfinished, journal, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String encode(Path child) {
        String uri = child.toUri().getRawPath();
        String name = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
        return name.substring(name.lastIndexOf('/') + 1);
    }

    static Path decode(Path directory, String name) {
        String base = directory.toUri().getRawPath();
        return Path.of(URI.create("file://" + (base.endsWith("/") ? base : base + "/") + name));
    }

    /** The root of the tree gives the target its owner and mode, as far as this process may set them. */
    private void setAttributes(Root root) throws IOException {
        try {
            Files.setAttribute(target, "unix:uid", root.uid);
            Files.setAttribute(target, "unix:gid", root.gid);
        } catch (FileSystemException e) {
            LOG.debug("the owner of {} stays as it is: {}", target, Failures.describe(e));
        }
        try {
            Files.setAttribute(target, "unix:mode", root.mode);
        } catch (FileSystemException e) {
            LOG.warn("the mode of {} stays as it is, since it belongs to another user", target);
        }
    }

    /** The attributes and ACLs, too. */
    private void setExtended(DirectoryAttributes attributes, DirectoryAttributes instead) {
        try {
            attributes.applyTo(target, instead);
        } catch (IOException e) {
            LOG.warn(
                    "not all extended attributes and ACLs of {} itself are restored: {}", target, Failures.describe(e));
        }
    }

    static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** One rename. */
    record Move(Path from, Path to) {

        /** Without privilege a directory can only be moved by somebody who may write to it, so its mode waits until after. */
        void make() throws IOException {
            boolean locked = Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS) && !Files.isWritable(from);
            if (!locked) {
                Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
                return;
            }
            int mode = (Integer) Files.getAttribute(from, "unix:mode") & 07777;
            Files.setAttribute(from, "unix:mode", mode | 0700);
            Path now = from;
            try {
                Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
                now = to;
            } finally {
                Files.setAttribute(now, "unix:mode", mode);
            }
        }
    }

    /** What a directory itself is like. */
    private record Root(int mode, int uid, int gid) {
        static Root of(Path directory) throws IOException {
            return new Root(
                    (Integer) Files.getAttribute(directory, "unix:mode") & 07777,
                    (Integer) Files.getAttribute(directory, "unix:uid"),
                    (Integer) Files.getAttribute(directory, "unix:gid"));
        }

        Root withMode(int changed) {
            return new Root(changed, uid, gid);
        }

        String line() {
            return mode + " " + uid + " " + gid;
        }

        static Root parse(String[] fields) {
            return new Root(Integer.parseInt(fields[0]), Integer.parseInt(fields[1]), Integer.parseInt(fields[2]));
        }
    }
}
