package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.archive.tar.DirectoryAttributes;
import io.doksnap.archive.tar.TreeExtractor;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The renames that put a restore into place, cut off after each of them. */
class PromotionTest {
    private static final String ID = "0123abcd";
    private static final Instant LONG_AGO = Instant.parse("2001-02-03T04:05:06.123456789Z");

    @TempDir
    private Path home;

    private Path target;
    private Path staged;

    @BeforeEach
    void makeBoth() throws IOException {
        target = Files.createDirectory(home.resolve("target"));
        staged = Files.createDirectory(target.resolve(TreeExtractor.STAGING_PREFIX + ID));
        Files.writeString(target.resolve("both"), "old\n");
        Files.writeString(target.resolve("only-old"), "old\n");
        Files.createDirectory(target.resolve("directory"));
        Files.writeString(target.resolve("directory/inside"), "old\n");
        Files.writeString(notUtf8(target), "old\n");
        Files.writeString(staged.resolve("both"), "new\n");
        Files.writeString(staged.resolve("only-new"), "new\n");
        Files.writeString(staged.resolve("with space % and \nbreak"), "new\n");
        Files.writeString(notUtf8(staged), "new\n");
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-x---"));
        Files.setPosixFilePermissions(staged, PosixFilePermissions.fromString("rwx-----x"));
        Files.setLastModifiedTime(target, FileTime.from(LONG_AGO));
    }

    @Test
    void wholePromotionReplacesExactly() throws IOException {
        Map<String, String> wanted = Bench.contents(staged);
        Promotion promotion = new Promotion(target, ID);
        promotion.run(FileTime.from(LONG_AGO));
        Trees.delete(promotion.replaced());
        Trees.delete(staged);
        assertThat(Bench.contents(target)).isEqualTo(wanted);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("rwx-----x");
        assertThat(Staging.isHalfDone(target)).isFalse();
    }

    @Test
    void promotionCutOffAfterAnyRenameIsUndoneExactly() throws Exception {
        Map<String, String> before = Bench.contents(target);
        Map<String, String> wanted = Bench.contents(staged);
        int moves = 8;
        for (int cut = 0; cut <= moves; cut++) {
            List<Promotion.Move> plan = new Promotion(target, ID).begin(FileTime.from(LONG_AGO));
            assertThat(plan).hasSize(moves);
            for (Promotion.Move move : plan.subList(0, cut)) {
                move.make();
            }
            assertThat(Staging.isHalfDone(target)).isTrue();
            new Promotion(target, ID).undo();
            assertThat(Bench.contents(target)).as("after %d renames", cut).isEqualTo(before);
            assertThat(Bench.contents(staged)).as("after %d renames", cut).isEqualTo(wanted);
            assertThat(Files.getLastModifiedTime(target).toInstant()).isEqualTo(LONG_AGO);
            assertThat(Staging.isHalfDone(target)).isFalse();
        }
    }

    @Test
    void targetGetsTheAttributesOfTheRootAndItsOwnBackWhenThatIsUndone() throws Exception {
        Files.setAttribute(target, "user:doksnap.old", StandardCharsets.US_ASCII.encode("old"));
        Files.setAttribute(staged, "user:doksnap.new", StandardCharsets.US_ASCII.encode("new"));
        Promotion promotion = new Promotion(target, ID);
        promotion.begin(FileTime.from(LONG_AGO));
        DirectoryAttributes.of(staged).applyTo(target, DirectoryAttributes.parse("-"));
        promotion.undo();
        assertThat(attributes()).containsExactly("doksnap.old");

        Files.createDirectories(staged);
        promotion.run(FileTime.from(LONG_AGO));
        assertThat(attributes()).contains("doksnap.new");
    }

    private List<String> attributes() throws IOException {
        return Files.getFileAttributeView(target, UserDefinedFileAttributeView.class)
                .list();
    }

    @Test
    void undoingThatWasItselfCutOffGoesOn() throws Exception {
        Map<String, String> before = Bench.contents(target);
        List<Promotion.Move> plan = new Promotion(target, ID).begin(FileTime.from(LONG_AGO));
        for (Promotion.Move move : plan) {
            move.make();
        }
        for (int i = plan.size() - 1; i > 2; i--) {
            new Promotion.Move(plan.get(i).to(), plan.get(i).from()).make();
        }
        new Promotion(target, ID).undo();
        assertThat(Bench.contents(target)).isEqualTo(before);
    }

    @Test
    void nextRestoreUndoesTheOneThatWasCutOffFirst() throws Exception {
        Path empty = Files.createDirectory(home.resolve("empty"));
        Path inEmpty = Files.createDirectory(empty.resolve(TreeExtractor.STAGING_PREFIX + ID));
        Files.writeString(inEmpty.resolve("a"), "new\n");
        Files.writeString(inEmpty.resolve("b"), "new\n");
        new Promotion(empty, ID).begin(FileTime.from(LONG_AGO)).get(0).make();

        try (Staging staging = Staging.open(empty, "fedc4321", false)) {
            assertThat(Promotion.userChildren(empty)).isEmpty();
            Files.writeString(staging.folder().resolve("c"), "newer\n");
            staging.promote();
        }
        assertThat(Bench.contents(empty)).isEqualTo(Map.of("", "/", "c", "newer\n"));
    }

    @Test
    void restoreKilledAfterItsLastRenameOnlyHasItsOldFilesRemoved() throws Exception {
        Map<String, String> wanted = Bench.contents(staged);
        new Promotion(target, ID).run(FileTime.from(LONG_AGO));
        Staging.open(target, "fedc4321", true).close();
        assertThat(Bench.contents(target)).isEqualTo(wanted);
    }

    @Test
    void withoutTheStagingFolderNothingIsGuessed() throws Exception {
        List<Promotion.Move> plan = new Promotion(target, ID).begin(FileTime.from(LONG_AGO));
        plan.get(0).make();
        Trees.delete(staged);
        Map<String, String> before = Bench.contents(target);
        assertThatThrownBy(() -> Staging.open(target, "fedc4321", true))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("it was removed by hand")
                .hasMessageContaining(Promotion.REPLACED_PREFIX + ID);
        assertThat(Bench.contents(target)).isEqualTo(before);
    }

    private static Path notUtf8(Path directory) {
        return Path.of(URI.create("file://" + directory.toUri().getRawPath() + "%FF%FE"));
    }
}
