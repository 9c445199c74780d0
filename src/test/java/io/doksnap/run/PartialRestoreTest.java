package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.archive.tar.Includes;
import io.doksnap.snapshot.CatalogueEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restores of some of the files. */
class PartialRestoreTest {
    @TempDir
    private Path home;

    private Bench bench;
    private Path target;

    @BeforeEach
    void setUp() throws IOException {
        bench = new Bench(home);
        target = bench.home.resolve("restored");
        bench.file("a.log", "a\n");
        bench.file("conf/app.yaml", "b\n");
        bench.file("conf/nested/deep.log", "c\n");
        bench.file("conf/nested/deep.txt", "d\n");
        bench.file("other/x", "e\n");
        Path nested = bench.tree.resolve("conf/nested");
        Files.setPosixFilePermissions(nested, PosixFilePermissions.fromString("rwx--x---"));
        Files.setLastModifiedTime(nested, FileTime.from(Instant.parse("2020-02-02T02:02:02Z")));
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void onlyWhatMatchesIsThereWithTheDirectoriesThatLeadThere() throws IOException {
        bench.backupThatSucceeds();
        RestoreOutcome.Restored restored = restored("*.log");
        assertThat(Bench.contents(target).keySet())
                .containsExactly("", "a.log", "conf", "conf/nested", "conf/nested/deep.log");
        assertThat(restored.stats().files()).isEqualTo(2);
        assertThat(restored.plainBytes()).isEqualTo(4);
        Path nested = target.resolve("conf/nested");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(nested)))
                .isEqualTo("rwx--x---");
        assertThat(Files.getLastModifiedTime(nested).toInstant()).isEqualTo(Instant.parse("2020-02-02T02:02:02Z"));
    }

    @Test
    void directoryIsTakenWithEverythingBelow() throws IOException {
        bench.backupThatSucceeds();
        restored("conf/nested", "other/");
        assertThat(Bench.contents(target).keySet())
                .containsExactly(
                        "", "conf", "conf/nested", "conf/nested/deep.log", "conf/nested/deep.txt", "other", "other/x");
    }

    @Test
    void patternWithASlashIsHeldAgainstTheWholePath() throws IOException {
        bench.backupThatSucceeds();
        restored("/conf/*.yaml");
        assertThat(Bench.contents(target).keySet()).containsExactly("", "conf", "conf/app.yaml");
    }

    @Test
    void nothingThatMatchesTouchesNothing() {
        bench.backupThatSucceeds();
        RestoreOutcome.Failed failed = failed("nothing-like-it", "x/y");
        assertThat(failed.reason()).isEqualTo(Reason.SOURCE_NOT_FOUND);
        assertThat(failed.message())
                .isEqualTo("nothing in the source files of 20261122_020000_00000001 matches nothing-like-it, x/y;"
                        + " doksnap ls shows what there is");
        assertThat(target).doesNotExist();
    }

    @Test
    void hardLinkWithoutItsFileIsRefusedByBothNames() throws IOException {
        Files.createLink(bench.tree.resolve("other/link"), bench.tree.resolve("conf/app.yaml"));
        bench.backupThatSucceeds();
        RestoreOutcome one = restore("conf/app.yaml");
        RestoreOutcome two = restoreInto("second", "other/link");
        // Which of both the archive has first is the file system's choice.
        RestoreOutcome.Failed failed = (RestoreOutcome.Failed) (one instanceof RestoreOutcome.Failed ? one : two);
        assertThat(one.getClass()).isNotEqualTo(two.getClass());
        assertThat(failed.reason()).isEqualTo(Reason.INVALID_SPEC);
        assertThat(failed.message())
                .contains("is another name of", "conf/app.yaml", "other/link")
                .endsWith("which is not included; include both");
        assertThat(restoreInto("third", "other/link", "conf/app.yaml")).isInstanceOf(RestoreOutcome.Restored.class);
        assertThat(Files.isSameFile(bench.home.resolve("third/other/link"), bench.home.resolve("third/conf/app.yaml")))
                .isTrue();
    }

    @Test
    void damageBehindWhatMatchesIsFoundAllTheSame() throws IOException {
        bench.file("conf/big", "x".repeat(1 << 20));
        BackupOutcome.Succeeded made = bench.backupThatSucceeds();
        String key = made.folder().key("files.tar.zst");
        byte[] content = bench.read(key);
        content[content.length - 2] ^= 1;
        bench.store.put(key, content);
        assertThat(failed("a.log").reason()).isEqualTo(Reason.MISMATCH);
        assertThat(target).doesNotExist();
    }

    @Test
    void previewCountsWhatIsIncludedAndLeavesNoTrace() {
        bench.backupThatSucceeds();
        RestorePreview preview = run(target, "conf/nested").preview();
        assertThat(preview).isEqualTo(new RestorePreview("files", target.toString(), 2, 4, Optional.empty()));
        assertThat(target).doesNotExist();
        assertThat(run(target).preview().files()).isEqualTo(5);
    }

    @Test
    void previewSaysWhatSpeaksAgainstTheRestore() throws IOException {
        BackupOutcome.Succeeded made = bench.backupThatSucceeds();
        assertThat(obstacle(run(target, "none")))
                .startsWith("SourceNotFound: nothing in the source files of")
                .contains("matches none");
        assertThat(obstacle(run(bench.tree)))
                .isEqualTo("TargetUnusable: " + bench.tree + " is not empty; restore into a new or empty directory,"
                        + " or use --in-place to replace what is there");
        Path file = bench.tree.resolve("a.log");
        assertThat(obstacle(run(file.resolve("below")))).contains(file + " is a file");
        bench.store.delete(made.folder().key("files.tar.zst"));
        assertThat(obstacle(run(target))).contains("is not there any more");
        assertThat(target).doesNotExist();
    }

    private static String obstacle(RestoreRun run) {
        RestoreOutcome.Failed obstacle = run.preview().obstacle().orElseThrow();
        return obstacle.reason() + ": " + obstacle.message();
    }

    private RestoreOutcome.Restored restored(String... globs) {
        RestoreOutcome outcome = restore(globs);
        if (outcome instanceof RestoreOutcome.Restored restored) {
            return restored;
        }
        throw new AssertionError(outcome.toString());
    }

    private RestoreOutcome.Failed failed(String... globs) {
        RestoreOutcome outcome = restore(globs);
        if (outcome instanceof RestoreOutcome.Failed failed) {
            return failed;
        }
        throw new AssertionError(outcome.toString());
    }

    private RestoreOutcome restore(String... globs) {
        return restoreInto("restored", globs);
    }

    private RestoreOutcome restoreInto(String name, String... globs) {
        return run(bench.home.resolve(name), globs).execute(new Cancellation());
    }

    private RestoreRun run(Path into, String... globs) {
        CatalogueEntry.Snapshot newest = bench.snapshots().get(bench.snapshots().size() - 1);
        RestoreRun.Request request = new RestoreRun.Request(
                new RestoreTarget.EmptyDirectory(into),
                Optional.empty(),
                Optional.empty(),
                false,
                "1",
                Includes.of(List.of(globs)));
        return new RestoreRun(bench.sources, newest, request, bench.store, bench.trees());
    }
}
