package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.api.Reason;
import io.doksnap.archive.tar.Includes;
import io.doksnap.archive.tar.TreeExtractor;
import io.doksnap.policy.Source;
import io.doksnap.snapshot.CatalogueEntry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restores of some of the files to where they came from: only what was asked for is replaced, and a crash leaves all of it or none. */
class PartialInPlaceTest {
    private static final String ID = "0123abcd";

    @TempDir
    private Path home;

    private Bench bench;

    @BeforeEach
    void setUp() throws IOException {
        bench = new Bench(home);
        bench.file("a.txt", "good a\n");
        bench.file("b.txt", "good b\n");
        bench.file("conf/app.yaml", "good\n");
        bench.file("conf/nested/deep.yaml", "good\n");
        bench.file("uploads/1/x", "good\n");
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void onlyWhatWasAskedForIsReplaced() throws IOException {
        bench.backupThatSucceeds();
        spoil();
        Files.setLastModifiedTime(bench.tree, FileTime.from(Instant.parse("2020-02-02T02:02:02Z")));
        restored("/a.txt", "conf/*.yaml", "uploads");
        assertThat(Bench.contents(bench.tree))
                .isEqualTo(new TreeMap<>(Map.of(
                        "", "/",
                        "a.txt", "good a\n",
                        "b.txt", "bad\n",
                        "conf", "/",
                        "conf/app.yaml", "good\n",
                        "conf/other.txt", "new\n",
                        "uploads", "/",
                        "uploads/1", "/",
                        "uploads/1/x", "good\n")));
        assertThat(Files.getLastModifiedTime(bench.tree).toInstant()).isEqualTo(Instant.parse("2020-02-02T02:02:02Z"));
    }

    @Test
    void directoriesThatAreGoneComeBackWithWhatWasAskedFor() throws IOException {
        bench.backupThatSucceeds();
        Trees.delete(bench.tree.resolve("conf"));
        restored("deep.yaml");
        assertThat(Bench.contents(bench.tree.resolve("conf")).keySet())
                .containsExactly("", "nested", "nested/deep.yaml");
    }

    @Test
    void linkOfTheTargetIsNeverFollowed() throws IOException {
        bench.backupThatSucceeds();
        Path outside = Files.createDirectory(bench.home.resolve("outside"));
        Files.writeString(outside.resolve("app.yaml"), "not ours\n");
        Trees.delete(bench.tree.resolve("conf"));
        Files.createSymbolicLink(bench.tree.resolve("conf"), outside);
        RestoreOutcome.Failed failed = failed("conf/*.yaml");
        assertThat(failed.reason()).isEqualTo(Reason.TARGET_UNUSABLE);
        assertThat(failed.message()).contains("conf is no directory, and the snapshot has one there");
        assertThat(outside.resolve("app.yaml")).hasContent("not ours\n");
        // Asked for whole, the link itself is replaced.
        restored("conf");
        assertThat(bench.tree.resolve("conf")).isDirectory().isNotEqualTo(outside);
        assertThat(Files.isSymbolicLink(bench.tree.resolve("conf"))).isFalse();
        assertThat(outside.resolve("app.yaml")).hasContent("not ours\n");
    }

    @Test
    void whatIsDamagedReplacesNothing() throws IOException {
        bench.file("big", "x".repeat(1 << 20));
        BackupOutcome.Succeeded made = bench.backupThatSucceeds();
        spoil();
        Map<String, String> before = Bench.contents(bench.tree);
        String key = made.folder().key("files.tar.zst");
        byte[] content = bench.read(key);
        content[content.length - 2] ^= 1;
        bench.store.put(key, content);
        assertThat(failed("a.txt").reason()).isEqualTo(Reason.MISMATCH);
        assertThat(failed("nothing-like-it").reason()).isIn(Reason.MISMATCH, Reason.SOURCE_NOT_FOUND);
        assertThat(Bench.contents(bench.tree)).isEqualTo(before);
    }

    @Test
    void wholeDirectoryOfASourceThatLeavesFilesOutIsNotReplaced() throws IOException {
        bench.sources = List.of(new Source.Directory("files", bench.tree, List.of("*.cache")));
        bench.file("conf/hot.cache", "kept nowhere\n");
        bench.backupThatSucceeds();
        spoil();
        RestoreOutcome.Failed failed = failed("conf");
        assertThat(failed.reason()).isEqualTo(Reason.TARGET_UNUSABLE);
        assertThat(failed.message()).startsWith("the directory conf would be replaced as a whole");
        restored("conf/*.yaml");
        assertThat(bench.tree.resolve("conf/hot.cache")).hasContent("kept nowhere\n");
        assertThat(bench.tree.resolve("conf/app.yaml")).hasContent("good\n");
    }

    @Test
    void cutOffAfterAnyRenameItIsUndoneExactly() throws Exception {
        Path target = targetWithStaging();
        Path staged = target.resolve(TreeExtractor.STAGING_PREFIX + ID);
        Map<String, String> before = Bench.contents(target);
        Includes includes = Includes.of(List.of("*.txt", "odd", "/new"));
        List<Path> paths = new PartialPromotion(target, ID).plan(includes);
        assertThat(paths).hasSize(5);
        int moves = 5 + 3;
        for (int cut = 0; cut <= moves; cut++) {
            List<Promotion.Move> plan = new PartialPromotion(target, ID).begin(paths);
            assertThat(plan).hasSize(moves);
            for (Promotion.Move move : plan.subList(0, cut)) {
                move.make();
            }
            assertThat(Staging.isHalfDone(target)).isTrue();
            new PartialPromotion(target, ID).undo();
            assertThat(Bench.contents(target)).as("after %d renames", cut).isEqualTo(before);
            assertThat(Staging.isHalfDone(target)).isFalse();
        }
        for (int i = 0; i <= moves; i++) {
            List<Promotion.Move> plan = new PartialPromotion(target, ID).begin(paths);
            for (Promotion.Move move : plan) {
                move.make();
            }
            // The undoing itself was cut off.
            for (int j = 0; j < i; j++) {
                Promotion.Move last = plan.get(plan.size() - 1 - j);
                new Promotion.Move(last.to(), last.from()).make();
            }
            new PartialPromotion(target, ID).undo();
            assertThat(Bench.contents(target)).as("undo cut off after %d", i).isEqualTo(before);
        }
        assertThat(staged).isDirectory();
    }

    @Test
    void nextRestoreConvergesAfterOneThatWasKilled() throws Exception {
        bench.backupThatSucceeds();
        spoil();
        Path staged = Files.createDirectory(bench.tree.resolve(TreeExtractor.STAGING_PREFIX + ID));
        Files.writeString(staged.resolve("a.txt"), "half\n");
        Files.writeString(staged.resolve("b.txt"), "half\n");
        List<Promotion.Move> plan =
                new PartialPromotion(bench.tree, ID).begin(List.of(Path.of("a.txt"), Path.of("b.txt")));
        plan.get(0).make();
        plan.get(1).make();
        plan.get(2).make();
        assertThat(bench.backupThatFails().message()).contains("was cut off while it put its files into place");
        restored("/a.txt");
        assertThat(bench.tree.resolve("a.txt")).hasContent("good a\n");
        assertThat(bench.tree.resolve("b.txt")).hasContent("bad\n");
        assertThat(Bench.contents(bench.tree).keySet()).noneMatch(name -> name.startsWith(".doksnap-"));
    }

    @Test
    void withoutTheStagingFolderNothingIsGuessed() throws Exception {
        Path target = targetWithStaging();
        new PartialPromotion(target, ID).begin(List.of(Path.of("a.txt"))).get(0).make();
        Trees.delete(target.resolve(TreeExtractor.STAGING_PREFIX + ID));
        assertThatThrownBy(() -> Staging.open(target, "fedc4321", true))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("it was removed by hand")
                .hasMessageContaining(Promotion.REPLACED_PREFIX + ID);
    }

    private Path targetWithStaging() throws IOException {
        Path target = Files.createDirectory(home.resolve("target"));
        Files.writeString(target.resolve("a.txt"), "old\n");
        Files.writeString(Files.createDirectory(target.resolve("d")).resolve("b.txt"), "old\n");
        Files.writeString(target.resolve("odd"), "old\n");
        Files.writeString(target.resolve("untouched"), "old\n");
        Path staged = Files.createDirectory(target.resolve(TreeExtractor.STAGING_PREFIX + ID));
        Files.writeString(staged.resolve("a.txt"), "new\n");
        Path inside = Files.createDirectory(staged.resolve("d"));
        Files.writeString(inside.resolve("b.txt"), "new\n");
        Files.writeString(notUtf8(inside), "new\n");
        Files.writeString(Files.createDirectory(staged.resolve("odd")).resolve("x"), "new\n");
        Files.writeString(Files.createDirectory(staged.resolve("new")).resolve("with space % and \nbreak"), "new\n");
        return target;
    }

    private static Path notUtf8(Path directory) {
        return Path.of(URI.create("file://" + directory.toUri().getRawPath() + "%FF%FE.txt"));
    }

    private void spoil() throws IOException {
        bench.file("a.txt", "bad\n");
        bench.file("b.txt", "bad\n");
        bench.file("conf/app.yaml", "bad\n");
        bench.file("conf/other.txt", "new\n");
        Trees.delete(bench.tree.resolve("conf/nested"));
        bench.file("uploads/2/y", "new\n");
        bench.file("uploads/1/x", "bad\n");
    }

    private void restored(String... globs) {
        RestoreOutcome outcome = restore(globs);
        assertThat(outcome).isInstanceOf(RestoreOutcome.Restored.class);
    }

    private RestoreOutcome.Failed failed(String... globs) {
        RestoreOutcome outcome = restore(globs);
        if (outcome instanceof RestoreOutcome.Failed failed) {
            return failed;
        }
        throw new AssertionError(outcome.toString());
    }

    private RestoreOutcome restore(String... globs) {
        CatalogueEntry.Snapshot newest = bench.snapshots().get(bench.snapshots().size() - 1);
        RestoreRun.Request request = new RestoreRun.Request(
                new RestoreTarget.InPlace(),
                Optional.empty(),
                Optional.empty(),
                false,
                "1",
                Includes.of(List.of(globs)));
        return new RestoreRun(bench.sources, newest, request, bench.store, bench.trees()).execute(new Cancellation());
    }
}
