package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.tar.Includes;
import io.doksnap.archive.tar.TreeExtractor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Puts some paths of a staged tree into a target that keeps everything else: one rename for each, and all of them taken back when one fails
 * or when the process was killed between two.
 *
 * <p>What is moved in is whatever was asked for by itself, whole where it is a directory, and whatever the target has no directory for. What
 * lay there before is first moved aside, under its number in the journal. While the journal is there the promotion is not done, and
 * {@link #undo()} makes the target what it was, as {@link Promotion} does for a whole tree.
 */
final class PartialPromotion {
    /** Before the id, in the name of a journal. */
    static final String JOURNAL_PREFIX = TreeExtractor.STAGING_PREFIX + "paths-";

    private final Path target;
    private final Path staged;
    private final Path replaced;
    private final Path journal;

    PartialPromotion(Path target, String id) {
        this.target = target;
        this.staged = target.resolve(TreeExtractor.STAGING_PREFIX + id);
        this.replaced = target.resolve(Promotion.REPLACED_PREFIX + id);
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

    /**
     * What would be moved in, by its path from the root; no link of the target is followed on the way.
     *
     * @throws RunException when the target has something else where a directory leads there
     */
    List<Path> plan(Includes includes) throws IOException, RunException {
        List<Path> plan = new ArrayList<>();
        collect(staged, includes, plan);
        return plan;
    }

    private void collect(Path directory, Includes includes, List<Path> plan) throws IOException, RunException {
        for (Path child : Promotion.children(directory)) {
            Path path = staged.relativize(child);
            Path there = target.resolve(path);
            boolean leads = Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS) && !includes.matches(staged, child);
            if (!leads || !Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
                plan.add(path);
            } else if (Files.isDirectory(there, LinkOption.NOFOLLOW_LINKS)) {
                collect(child, includes, plan);
            } else {
                throw new RunException(
                        Reason.TARGET_UNUSABLE,
                        there + " is no directory, and the snapshot has one there; include it whole, or move " + there
                                + " away");
            }
        }
    }

    /** Whether a path of the plan replaces a whole directory. */
    boolean replacesDirectory(Path path) {
        return Files.isDirectory(target.resolve(path), LinkOption.NOFOLLOW_LINKS);
    }

    /** Moves everything into place; when this fails half way, {@link #undo()} is to follow. */
    void run(List<Path> paths) throws IOException {
        // What is replaced is gone for good soon after, so what replaces it must not be in memory alone.
        TreeExtractor.syncToDisk(staged);
        for (Promotion.Move move : begin(paths)) {
            move.make();
        }
        Set<Path> changed = new LinkedHashSet<>();
        paths.forEach(path -> changed.add(target.resolve(path).getParent()));
        for (Path directory : changed) {
            Promotion.sync(directory);
        }
        Files.delete(journal);
    }

    /** Writes the journal; returns what is to be moved, in order. */
    List<Promotion.Move> begin(List<Path> paths) throws IOException {
        StringBuilder text = new StringBuilder();
        paths.forEach(path -> text.append(encode(path)).append('\n'));
        Promotion.write(text.toString(), staged, journal);
        Promotion.sync(target);
        Files.createDirectory(replaced);
        List<Promotion.Move> moves = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++) {
            Path there = target.resolve(paths.get(i));
            if (Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
                moves.add(new Promotion.Move(there, aside(i)));
            }
            moves.add(new Promotion.Move(staged.resolve(paths.get(i)), there));
        }
        return moves;
    }

    /** Makes the target what it was; may be repeated until it succeeds. */
    void undo() throws IOException {
        if (!isHalfDone()) {
            return;
        }
        List<String> names = Files.readAllLines(journal, StandardCharsets.US_ASCII);
        if (!Files.isDirectory(staged, LinkOption.NOFOLLOW_LINKS)) {
            // Without it nothing tells the old files from the new ones.
            throw new FileSystemException(
                    staged.toString(),
                    null,
                    "it was removed by hand; put into place what is in " + replaced + " (by the line number in "
                            + journal + ", from 0), then delete " + journal);
        }
        for (int i = 0; i < names.size(); i++) {
            Path in = Promotion.decode(target, names.get(i));
            Path out = Promotion.decode(staged, names.get(i));
            if (!Files.exists(out, LinkOption.NOFOLLOW_LINKS) && Files.exists(in, LinkOption.NOFOLLOW_LINKS)) {
                new Promotion.Move(in, out).make();
            }
            if (Files.exists(aside(i), LinkOption.NOFOLLOW_LINKS)) {
                new Promotion.Move(aside(i), in).make();
            }
        }
        Files.deleteIfExists(replaced);
        Files.delete(journal);
    }

    private Path aside(int index) {
        return replaced.resolve(Integer.toString(index));
    }

    /** In bytes that survive any locale. */
    private String encode(Path path) {
        String base = withoutSlash(target.toUri().getRawPath());
        return withoutSlash(target.resolve(path).toUri().getRawPath()).substring(base.length() + 1);
    }

    private static String withoutSlash(String uri) {
        return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    }
}
