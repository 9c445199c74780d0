package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.tar.Includes;
import io.doksnap.archive.tar.TreeExtractor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder inside a restore's target in which everything is unpacked and checked before any of it is put into place.
 *
 * <p>A restore that was killed leaves its folder, and maybe a {@linkplain Promotion promotion} half way. The next one into the same target
 * first makes it what it was, which is safe since a lock tells whether somebody is still at work.
 */
final class Staging implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
    private static final String LOCK = TreeExtractor.STAGING_PREFIX + "lock";
    private static final int LOCK_ATTEMPTS = 10;
    private static final int OWNER_ALL = 0700;

    private final Path target;
    private final Path folder;
    private final Promotion promotion;
    private final PartialPromotion partial;
    private final FileChannel lock;
    private FileTime modified;
    private OptionalInt mode = OptionalInt.empty();

    private Staging(Path target, String id, FileTime modified, FileChannel lock) {
        this.target = target;
        this.folder = target.resolve(TreeExtractor.STAGING_PREFIX + id);
        this.promotion = new Promotion(target, id);
        this.partial = new PartialPromotion(target, id);
        this.modified = modified;
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
            staging.recover();
            if (!mayReplace && !Promotion.userChildren(target).isEmpty()) {
                throw new RunException(
                        Reason.TARGET_UNUSABLE,
                        target
                                + " is not empty; restore into a new or empty directory, or use --in-place to replace what is there");
            }
            // Only for this user, as what lies in it has not got its own modes yet.
            Files.createDirectory(
                    staging.folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return staging;
        } catch (IOException e) {
            staging.close();
            throw unusable(target, e);
        } catch (RunException e) {
            staging.close();
            throw e;
        }
    }

    /** Whether a restore into this directory was killed while it put its files into place. */
    static boolean isHalfDone(Path target) throws IOException {
        for (String prefix : List.of(Promotion.JOURNAL_PREFIX, PartialPromotion.JOURNAL_PREFIX)) {
            try (var journals = Files.newDirectoryStream(target, prefix + "*")) {
                if (journals.iterator().hasNext()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Where to unpack. */
    Path folder() {
        return folder;
    }

    /** Makes a directory that was unpacked the root of what is put into place; everything around it goes. */
    void descend(Path inner) throws IOException {
        FileTime innerModified = Files.getLastModifiedTime(inner);
        // A directory can only be moved out of one that may be written to.
        Files.setAttribute(inner.getParent(), "unix:mode", OWNER_ALL);
        new Promotion.Move(inner, aside()).make();
        Trees.delete(folder);
        new Promotion.Move(aside(), folder).make();
        Files.setLastModifiedTime(folder, innerModified);
    }

    private Path aside() {
        return folder.resolveSibling(folder.getFileName() + "-root");
    }

    /** Puts everything into place; afterwards the target holds what the folder held, and nothing else. */
    void promote() throws RunException {
        try {
            // Now, since moving its children out moves the folder's own time.
            FileTime restored = Files.getLastModifiedTime(folder);
            mode = OptionalInt.of(promotion.run(modified));
            modified = restored;
        } catch (IOException e) {
            throw notPromoted(e);
        }
        removeQuietly(promotion.replaced());
    }

    /** What {@link #promote(List)} would put into place of what is included. */
    List<Path> plan(Includes includes) throws IOException, RunException {
        return partial.plan(includes);
    }

    /** Whether a path of the plan replaces a whole directory of the target. */
    boolean replacesDirectory(Path path) {
        return partial.replacesDirectory(path);
    }

    /** Puts some paths into place; everything else in the target stays as it is. */
    void promote(List<Path> paths) throws RunException {
        try {
            partial.run(paths);
        } catch (IOException e) {
            throw notPromoted(e);
        }
        removeQuietly(promotion.replaced());
    }

    private RunException notPromoted(IOException e) {
        return new RunException(
                Reason.TARGET_UNUSABLE,
                "could not put the restored files into " + target + " (" + place(e) + Failures.describe(e) + "); "
                        + undo(),
                e);
    }

    /** Removes the folder with all that was not put into place, and gives the target free. */
    @Override
    public void close() {
        if (!promotion.isHalfDone() && !partial.isHalfDone()) {
            removeQuietly(folder);
        }
        removeQuietly(aside());
        removeQuietly(folder.resolveSibling(folder.getFileName() + DataDirectory.UNFINISHED));
        try {
            Files.deleteIfExists(target.resolve(LOCK));
            // Last, since all of the above needs to write here, and moves the time.
            if (mode.isPresent()) {
                Files.setAttribute(target, "unix:mode", mode.getAsInt());
            }
            Files.setLastModifiedTime(target, modified);
        } catch (IOException e) {
            LOG.debug("mode and time of {} stay as they are: {}", target, Failures.describe(e));
        }
        closeQuietly(lock);
    }

    private static FileTime modified(Path target) throws RunException {
        try {
            return Files.getLastModifiedTime(target);
        } catch (IOException e) {
            throw unusable(target, e);
        }
    }

    private static FileChannel lock(Path target) throws RunException {
        Path file = target.resolve(LOCK);
        try {
            for (int attempt = 1; attempt <= LOCK_ATTEMPTS; attempt++) {
                FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                if (!tryLock(channel)) {
                    channel.close();
                    break;
                }
                if (isStillThere(file, channel)) {
                    return channel;
                }
                channel.close();
            }
        } catch (IOException e) {
            throw unusable(target, e);
        }
        throw new RunException(
                Reason.TARGET_UNUSABLE, "another restore is at work in " + target + "; wait until it is done");
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /**
     * Whether the locked file is the one of that name, and not one that its last owner removed after we had opened it. Java does not tell
     * which file a channel has open, so it gets a length that no other has.
     */
    private static boolean isStillThere(Path file, FileChannel channel) throws IOException {
        long length = ThreadLocalRandom.current().nextLong(1, 1 << 30);
        channel.truncate(0);
        channel.write(ByteBuffer.allocate(1), length - 1);
        try {
            return Files.size(file) == length;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Makes the target what it was before the restores that were killed in it. */
    private void recover() throws IOException {
        for (Path child : Promotion.children(target)) {
            if (String.valueOf(child.getFileName()).startsWith(Promotion.JOURNAL_PREFIX)) {
                LOG.info("a restore into {} was cut off while it put its files into place; undoing it", target);
                new Promotion(target, Promotion.idOf(child)).undo();
                modified = Files.getLastModifiedTime(target);
            } else if (String.valueOf(child.getFileName()).startsWith(PartialPromotion.JOURNAL_PREFIX)) {
                LOG.info("a restore into {} was cut off while it replaced some of its files; undoing it", target);
                new PartialPromotion(target, PartialPromotion.idOf(child)).undo();
            }
        }
        for (Path child : Promotion.children(target)) {
            String name = String.valueOf(child.getFileName());
            boolean staged = name.startsWith(TreeExtractor.STAGING_PREFIX) && !name.equals(LOCK);
            if (staged || name.startsWith(Promotion.REPLACED_PREFIX)) {
                LOG.info("removing what a restore that was cut off left: {}", child);
                Trees.delete(child);
            }
        }
    }

    private String undo() {
        try {
            promotion.undo();
            partial.undo();
            return "what was there before is there again";
        } catch (IOException e) {
            return "and could not undo it (" + place(e) + Failures.describe(e) + "): what was there before is in "
                    + promotion.replaced() + "; run the restore again once the cause is gone, or move it back by hand";
        }
    }

    private static String place(IOException e) {
        return e instanceof FileSystemException file && file.getFile() != null ? file.getFile() + ": " : "";
    }

    private static void removeQuietly(Path tree) {
        try {
            Trees.delete(tree);
        } catch (IOException e) {
            LOG.warn("could not remove {} ({}); delete it by hand", tree, Failures.describe(e));
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("could not close a lock: {}", Failures.describe(e));
        }
    }

    private static RunException unusable(Path target, IOException e) {
        return new RunException(
                Reason.TARGET_UNUSABLE,
                "cannot write to " + target + " (" + Failures.describe(e) + "); name another target",
                e);
    }
}
