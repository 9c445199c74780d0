package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.api.Reason;
import io.doksnap.archive.tar.TreeExtractor;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingTest {
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2001-02-03T04:05:06.123456789Z"));

    @TempDir
    private Path home;

    private Path target;

    @BeforeEach
    void makeTarget() throws IOException {
        target = Files.createDirectory(home.resolve("target"));
    }

    @Test
    void unpackedFilesAreOnlyThisUsersUntilTheyAreInPlace() throws Exception {
        try (Staging staging = Staging.open(target, "1", false)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(staging.folder())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void closingWithoutPromotionLeavesTheTargetAsItWas() throws Exception {
        Files.writeString(target.resolve("mine"), "mine\n");
        Files.setLastModifiedTime(target, LONG_AGO);
        try (Staging staging = Staging.open(target, "1", true)) {
            Files.writeString(staging.folder().resolve("new"), "new\n");
        }
        assertThat(Bench.contents(target)).isEqualTo(Map.of("", "/", "mine", "mine\n"));
        assertThat(Files.getLastModifiedTime(target)).isEqualTo(LONG_AGO);
    }

    @Test
    void targetThatIsNotEmptyIsRefusedUnlessItMayBeReplaced() throws Exception {
        Files.writeString(target.resolve(".hidden"), "mine\n");
        Files.setLastModifiedTime(target, LONG_AGO);
        assertThatThrownBy(() -> Staging.open(target, "1", false))
                .isInstanceOfSatisfying(
                        RunException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TARGET_UNUSABLE))
                .hasMessage(target + " is not empty; restore into a new or empty directory, or use --in-place to"
                        + " replace what is there");
        assertThat(Bench.contents(target)).isEqualTo(Map.of("", "/", ".hidden", "mine\n"));
        assertThat(Files.getLastModifiedTime(target)).isEqualTo(LONG_AGO);
    }

    @Test
    void secondRestoreIntoTheSameTargetIsTurnedAway() throws Exception {
        try (Staging first = Staging.open(target, "1", false)) {
            assertThatThrownBy(() -> Staging.open(target, "2", false))
                    .hasMessage("another restore is at work in " + target + "; wait until it is done");
            assertThat(first.folder()).isDirectory();
        }
        Staging.open(target, "3", false).close();
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void whatAKilledRestoreLeftIsRemoved() throws Exception {
        Path left = Files.createDirectories(target.resolve(TreeExtractor.STAGING_PREFIX + "dead/locked"));
        Files.writeString(left.resolve("file"), "half\n");
        Files.setPosixFilePermissions(left, PosixFilePermissions.fromString("r-x------"));
        Files.createFile(target.resolve(TreeExtractor.STAGING_PREFIX + "lock"));
        try (Staging staging = Staging.open(target, "1", false)) {
            Files.writeString(staging.folder().resolve("new"), "new\n");
            staging.promote();
        }
        assertThat(Bench.contents(target)).isEqualTo(Map.of("", "/", "new", "new\n"));
    }

    @Test
    void linkInThePlaceOfTheLockIsNotFollowed() throws Exception {
        Path elsewhere = home.resolve("elsewhere");
        Files.createSymbolicLink(target.resolve(TreeExtractor.STAGING_PREFIX + "lock"), elsewhere);
        assertThatThrownBy(() -> Staging.open(target, "1", true)).isInstanceOf(RunException.class);
        assertThat(elsewhere).doesNotExist();
    }

    @Test
    void childThatCannotBeMovedLeavesEverythingAsItWas() throws Exception {
        Needs.root();
        Path child = Files.createDirectory(target.resolve("mounted"));
        Files.writeString(target.resolve("before"), "mine\n");
        Files.writeString(target.resolve("zz-after"), "mine\n");
        Files.setLastModifiedTime(target, LONG_AGO);
        if (run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", child.toString()) != 0) {
            Needs.command("a-kernel-that-lets-root-mount");
        }
        try {
            Files.writeString(child.resolve("inside"), "mine\n");
            Map<String, String> before = Bench.contents(target);
            try (Staging staging = Staging.open(target, "1", true)) {
                Files.writeString(staging.folder().resolve("new"), "new\n");
                assertThatThrownBy(staging::promote)
                        .hasMessageStartingWith("could not put the restored files into " + target + " (" + child + ": ")
                        .hasMessageEndingWith("); what was there before is there again");
            }
            assertThat(Bench.contents(target)).isEqualTo(before);
            assertThat(Files.getLastModifiedTime(target)).isEqualTo(LONG_AGO);
        } finally {
            run("umount", child.toString());
        }
    }

    @Test
    void directoryInsideBecomesTheRootWithItsModeAndTime() throws Exception {
        try (Staging staging = Staging.open(target, "1", false)) {
            Path inner = Files.createDirectories(staging.folder().resolve("around/inner"));
            Files.writeString(inner.resolve("file"), "new\n");
            Files.writeString(staging.folder().resolve("around/beside"), "none of it\n");
            Files.setLastModifiedTime(inner, LONG_AGO);
            Files.setAttribute(inner, "unix:mode", 0550);
            Files.setAttribute(inner.getParent(), "unix:mode", 0550);
            staging.descend(inner);
            staging.promote();
        }
        assertThat(Bench.contents(target)).isEqualTo(Map.of("", "/", "file", "new\n"));
        assertThat(Files.getLastModifiedTime(target)).isEqualTo(LONG_AGO);
        assertThat((Integer) Files.getAttribute(target, "unix:mode") & 07777).isEqualTo(0550);
    }

    @Test
    void deletingATreeFollowsNoLinks() throws Exception {
        Path outside = Files.createDirectory(home.resolve("outside"));
        Files.writeString(outside.resolve("file"), "mine\n");
        Path tree = Files.createDirectory(target.resolve("tree"));
        Files.createSymbolicLink(tree.resolve("link"), outside);
        Trees.delete(tree);
        assertThat(tree).doesNotExist();
        assertThat(outside.resolve("file")).exists();
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).start().waitFor();
    }
}
