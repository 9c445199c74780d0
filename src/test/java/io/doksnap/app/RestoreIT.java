package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Restores as processes: killed, at once, by other users, without local state, onto full disks. */
@Timeout(180)
class RestoreIT {
    @TempDir
    private Path home;

    private Scene scene;

    @BeforeEach
    void makeScene() throws IOException {
        scene = Scene.withDirectory(home);
        Files.writeString(scene.data.resolve("note"), "good\n");
    }

    @Test
    void killedAtRandomMomentsTheNextRestoreMakesTheTargetWhole() throws Exception {
        for (int i = 0; i < 400; i++) {
            Files.createDirectories(scene.data.resolve("directory-" + i));
            Files.writeString(scene.data.resolve("directory-" + i + "/file"), "content " + i + "\n");
        }
        scene.noise("big", 8, 1);
        succeeds("backup", "shop");
        TreeListing good = TreeListing.of(scene.data);
        Random random = new Random(53);
        int killed = 0;
        long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (System.nanoTime() < end) {
            Files.writeString(scene.data.resolve("note"), "spoiled\n");
            try (Doksnap.Running restore =
                    scene.doksnap().start("restore", "shop", "--in-place", "--snapshot", "latest")) {
                if (!restore.process().waitFor(300 + random.nextInt(900), TimeUnit.MILLISECONDS)) {
                    restore.kill();
                    killed++;
                }
            }
        }
        assertThat(killed).isGreaterThan(2);
        succeeds("restore", "shop", "--in-place", "--snapshot", "latest");
        assertThat(good.differences(TreeListing.of(scene.data))).isEmpty();
    }

    @Test
    void killedWhileUnpackingIntoANewDirectoryTheSecondRunConverges() throws Exception {
        scene.noise("big", 200, 1);
        succeeds("backup", "shop");
        Path target = home.resolve("new");
        try (Doksnap.Running restore = scene.doksnap().start("restore", "shop", "--to-directory", "new")) {
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> Files.isDirectory(target) && children(target).size() > 1);
            restore.kill();
        }
        assertThat(children(target)).isNotEmpty().allMatch(name -> name.startsWith(".doksnap-restore-"));
        succeeds("restore", "shop", "--to-directory", "new");
        assertThat(TreeListing.of(scene.data).differences(TreeListing.of(target)))
                .isEmpty();
    }

    @Test
    void ofTwoRestoresIntoOneTargetOneIsTurnedAway() throws Exception {
        scene.noise("big", 200, 1);
        succeeds("backup", "shop");
        Path target = home.resolve("new");
        try (Doksnap.Running first = scene.doksnap().start("restore", "shop", "--to-directory", "new")) {
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> Files.isDirectory(target) && children(target).size() > 1);
            first.signal("STOP");
            Doksnap.Result second = scene.doksnap().run("restore", "shop", "--to-directory", "new");
            first.signal("CONT");
            assertThat(second.code()).isEqualTo(1);
            assertThat(second.err()).contains("another restore is at work in " + target);
            assertThat(first.await().code()).isZero();
        }
        assertThat(TreeListing.of(scene.data).differences(TreeListing.of(target)))
                .isEmpty();
    }

    @Test
    void withoutLocalStateSnapshotsAreStillListedAndRestored() throws Exception {
        succeeds("backup", "shop");
        remove(scene.state);
        assertThat(scene.listed()).hasSize(1);
        succeeds("restore", "shop", "--to-directory", "new");
        assertThat(home.resolve("new/note")).hasContent("good");
        assertThat(scene.state).doesNotExist();
        // In place it locks the data directory against backups of the same source, so it makes one.
        succeeds("restore", "shop", "--in-place", "--snapshot", "latest");
    }

    @Test
    void appThatIsNotConfiguredAnyMoreCanStillBeRestoredIntoADirectory() throws Exception {
        succeeds("backup", "shop");
        Path config = home.resolve("config.yaml");
        Files.writeString(config, Files.readString(config).replace("name: shop", "name: other"));
        succeeds("restore", "shop", "--to-directory", "new");
        assertThat(home.resolve("new/note")).hasContent("good");
        Doksnap.Result inPlace = scene.doksnap().run("restore", "shop", "--in-place", "--snapshot", "latest");
        assertThat(inPlace.code()).isEqualTo(4);
        assertThat(inPlace.err()).contains("--to-directory");
        Doksnap.Result backup = scene.doksnap().run("backup", "shop");
        assertThat(backup.code()).isEqualTo(4);
        assertThat(backup.err()).isEqualTo("error: there is no app shop in the configuration; it has other\n");
        Doksnap.Result unknown = scene.doksnap().run("restore", "nobody", "--to-directory", "new2");
        assertThat(unknown.code()).isEqualTo(4);
        assertThat(unknown.err())
                .isEqualTo("error: there is no snapshot of nobody in " + home.resolve("store")
                        + "; doksnap list shows what there is\n");
    }

    @Test
    void fullDiskOfTheTargetIsNamedAndTheTargetIsEmptyAgain() throws Exception {
        Needs.root();
        scene.noise("big", 8, 1);
        succeeds("backup", "shop");
        Path small = Files.createDirectory(home.resolve("small"));
        mount(small);
        try {
            Doksnap.Result result = scene.doksnap().run("restore", "shop", "--to-directory", "small");
            assertThat(result.code()).isEqualTo(1);
            assertThat(result.err().lines())
                    .singleElement()
                    .asString()
                    .startsWith("error: shop: restore failed (TargetUnusable): could not unpack into " + small);
            assertThat(small).isEmptyDirectory();
        } finally {
            new ProcessBuilder("umount", small.toString()).start().waitFor();
        }
    }

    @Test
    void ordinaryUserBacksUpAndRestoresAlsoDirectoriesThatNobodyMayWriteTo() throws Exception {
        Needs.root();
        Needs.command("setpriv");
        Path locked = Files.createDirectories(scene.data.resolve("locked/deeper"));
        Files.writeString(locked.resolve("file"), "inside\n");
        Files.setAttribute(locked, "unix:mode", 0555);
        Files.setAttribute(scene.data.resolve("locked"), "unix:mode", 0500);
        Files.setAttribute(scene.data.resolve("note"), "user:doksnap.note", ByteBuffer.wrap(new byte[] {0, 1, 2}));
        giveTo(65534, home);
        TreeListing good = TreeListing.of(scene.data);
        Doksnap nobody = scene.doksnap().asNobody();
        assertThat(nobody.run("backup", "shop").code()).isZero();
        Files.delete(scene.data.resolve("note"));
        Doksnap.Result restored = nobody.run("restore", "shop", "--in-place", "--snapshot", "latest");
        assertThat(restored.code()).as(restored.toString()).isZero();
        assertThat(restored.err())
                .isEqualTo("warning: owners were not restored, as that takes root: everything belongs to you\n");
        assertThat(good.differences(TreeListing.of(scene.data))).isEmpty();
        Doksnap.Result elsewhere = nobody.run("restore", "shop", "--to-directory", "/usr/doksnap-test");
        assertThat(elsewhere.code()).isEqualTo(1);
        assertThat(elsewhere.err()).contains("cannot create /usr/doksnap-test (permission denied)");
    }

    @Test
    void unreadableFileFailsTheBackupOfAnOrdinaryUser() throws Exception {
        Needs.root();
        Needs.command("setpriv");
        giveTo(65534, home);
        Path secret = Files.writeString(scene.data.resolve("secret"), "for root alone\n");
        Files.setAttribute(secret, "unix:mode", 0600);
        Doksnap nobody = scene.doksnap().asNobody();
        Doksnap.Result result = nobody.run("backup", "shop");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo("error: shop: backup failed (ReadFailed): permission denied: " + secret
                        + "; run as a user who may read it, or exclude it\n");
        assertThat(scene.keys()).isEmpty();
    }

    private void succeeds(String... arguments) {
        Doksnap.Result result = scene.doksnap().run(arguments);
        assertThat(result.code()).as(result.toString()).isZero();
    }

    private static List<String> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.map(child -> String.valueOf(child.getFileName())).toList();
        }
    }

    private static void giveTo(int user, Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.toList()) {
                Files.setAttribute(path, "unix:uid", user, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(path, "unix:gid", user, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    private static void mount(Path directory) throws Exception {
        int code = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", directory.toString())
                .start()
                .waitFor();
        if (code != 0) {
            Needs.command("a-kernel-that-lets-root-mount");
        }
    }

    private static void remove(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
