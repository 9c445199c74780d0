package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.tar.TreeExtractor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder inside a restore's target in which everything is unpacked and checked before any of it is put into place.
 *
 * <p>Putting into place is a rename for each name at the top of the tree. In place, what was there is first moved aside; when a
 * rename fails, all of them are undone. A restore that was killed leaves its folder; the next one into the same target removes
 * it, which is safe since a lock tells whether somebody is still at work.
 */
final class Staging implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
    private static final String LOCK = TreeExtractor.STAGING_PREFIX + "lock";
    private static final String REPLACED_PREFIX = ".doksnap-replaced-";

    private final Path target;
    private final Path folder;
    private final Path replaced;
    private final FileChannel lock;
    private FileTime modified;

    private Staging(Path target, String id, FileTime modified, FileChannel lock) {
        this.modified = modified;
        this.target = target;
        this.folder = target.resolve(TreeExtractor.STAGING_PREFIX + id);
        this.replaced = target.resolve(REPLACED_PREFIX + id);
        this.lock = lock;
    }

    /**
     * Makes the folder.
     *
     * @param target an existing directory
     * @param id makes the folder's name unique
     * @param mayReplace whether the target may hold anything
     */
    static Staging open(Path target, String id, boolean mayReplace) throws RunException {
        FileTime modified = modified(target);
        Staging staging = new Staging(target, id, modified, lock(target));
        try {
            staging.removeLeftovers();
            if (!mayReplace && !staging.children().isEmpty()) {
                throw new RunException(
                        Reason.TARGET_UNUSABLE,
                        target
                                + " is not empty; restore into a new or empty directory, or use --in-place to replace what is there");
            }
            Files.createDirectory(staging.folder);
            return staging;
        } catch (IOException e) {
            staging.close();
            throw unusable(target, e);
        } catch (RunException e) {
            staging.close();
            throw e;
        }
    }

    /** Where to unpack. */
    Path folder() {
        return folder;
    }

    /** Puts everything into place; afterwards the target holds what the folder held, and nothing else. */
    void promote() throws RunException {
        Deque<Move> done = new ArrayDeque<>();
        try {
            // Now, since moving its children out moves the folder's own time.
            FileTime restored = Files.getLastModifiedTime(folder);
            List<Path> old = children();
            if (!old.isEmpty()) {
                Files.createDirectory(replaced);
                for (Path child : old) {
                    move(new Move(child, replaced.resolve(child.getFileName())), done);
                }
            }
            for (Path child : listed(folder)) {
                move(new Move(child, target.resolve(child.getFileName())), done);
            }
            copyAttributes();
            modified = restored;
        } catch (IOException e) {
            undo(done);
            throw new RunException(
                    Reason.TARGET_UNUSABLE,
                    "could not put the restored files into " + target + " (" + reason(e)
                            + "); what was there before is there again",
                    e);
        }
        removeQuietly(replaced);
    }

    /** Removes the folder with all that was not put into place, and gives the target free. */
    @Override
    public void close() {
        removeQuietly(folder);
        try {
            Files.deleteIfExists(target.resolve(LOCK));
            // Last, since all of the above moved it.
            Files.setLastModifiedTime(target, modified);
            lock.close();
        } catch (IOException e) {
            LOG.warn("could not finish in {}: {}", target, reason(e));
        }
    }

    private static FileTime modified(Path target) throws RunException {
        try {
            return Files.getLastModifiedTime(target);
        } catch (IOException e) {
            throw unusable(target, e);
        }
    }

    private static FileChannel lock(Path target) throws RunException {
        try {
            FileChannel channel = FileChannel.open(
                    target.resolve(LOCK),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);
            if (!tryLock(channel)) {
                channel.close();
                throw new RunException(
                        Reason.TARGET_UNUSABLE, "another restore is at work in " + target + "; wait until it is done");
            }
            return channel;
        } catch (IOException e) {
            throw unusable(target, e);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private void removeLeftovers() throws IOException {
        for (Path child : listed(target)) {
            String name = String.valueOf(child.getFileName());
            if (name.startsWith(TreeExtractor.STAGING_PREFIX) && !name.equals(LOCK)) {
                LOG.info("removing what a restore that was cut off left: {}", child);
                Trees.delete(child);
            } else if (name.startsWith(REPLACED_PREFIX)) {
                LOG.warn(
                        "a restore that was cut off moved files into {}; delete it when you no longer need them",
                        child);
            }
        }
    }

    /** The user's own names at the top of the target. */
    private List<Path> children() throws IOException {
        return listed(target).stream()
                .filter(child -> !String.valueOf(child.getFileName()).startsWith(TreeExtractor.STAGING_PREFIX))
                .filter(child -> !String.valueOf(child.getFileName()).startsWith(REPLACED_PREFIX))
                .toList();
    }

    private static List<Path> listed(Path directory) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(children::add);
        } catch (DirectoryIteratorException e) {
            throw new IOException(e.getCause());
        }
        return children;
    }

    private static void move(Move move, Deque<Move> done) throws IOException {
        rename(move.from, move.to);
        done.push(move);
    }

    /** Without privilege a directory can only be moved by somebody who may write to it, so its mode waits until after. */
    private static void rename(Path from, Path to) throws IOException {
        boolean locked = Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS) && !Files.isWritable(from);
        Object mode = locked ? Files.getAttribute(from, "unix:mode") : 0;
        if (locked) {
            Files.setAttribute(from, "unix:mode", ((Integer) mode & 07777) | 0700);
        }
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        if (locked) {
            Files.setAttribute(to, "unix:mode", (Integer) mode & 07777);
        }
    }

    private void undo(Deque<Move> done) {
        for (Move move : done) {
            try {
                rename(move.to, move.from);
            } catch (IOException e) {
                LOG.error("could not move {} back to {}: {}; do it by hand", move.to, move.from, reason(e));
            }
        }
        try {
            Files.deleteIfExists(replaced);
        } catch (IOException e) {
            LOG.error("{} holds what was in {} before: {}", replaced, target, reason(e));
        }
    }

    /** The root of the tree gives the target its owner and mode. */
    private void copyAttributes() throws IOException {
        try {
            Files.setAttribute(target, "unix:uid", Files.getAttribute(folder, "unix:uid"));
            Files.setAttribute(target, "unix:gid", Files.getAttribute(folder, "unix:gid"));
        } catch (FileSystemException e) {
            LOG.debug("the owner of {} stays as it is: {}", target, reason(e));
        }
        Files.setAttribute(target, "unix:mode", (Integer) Files.getAttribute(folder, "unix:mode") & 07777);
    }

    private static void removeQuietly(Path tree) {
        try {
            Trees.delete(tree);
        } catch (IOException e) {
            LOG.warn("could not remove {}: {}; delete it by hand", tree, reason(e));
        }
    }

    private static RunException unusable(Path target, IOException e) {
        return new RunException(
                Reason.TARGET_UNUSABLE, "cannot write to " + target + " (" + reason(e) + "); name another target", e);
    }

    private static String reason(IOException e) {
        if (e instanceof FileSystemException failed && failed.getReason() != null) {
            return failed.getReason();
        }
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    private record Move(Path from, Path to) {}
}
