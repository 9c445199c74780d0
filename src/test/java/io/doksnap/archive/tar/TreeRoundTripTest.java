package io.doksnap.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.archive.ArchiveWriter;
import io.doksnap.archive.Codec;
import io.doksnap.archive.Encryption;
import io.doksnap.testing.Command;
import io.doksnap.testing.HardTree;
import io.doksnap.testing.TreeListing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pipe that is opened by mistake waits for ever: hence the time limit. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class TreeRoundTripTest {
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    @TempDir
    Path temp;

    @AfterEach
    void clear() {
        HardTree.clear(temp);
    }

    @Test
    void everythingHardToKeepComesBackIdentical() throws IOException {
        Path tree = HardTree.make(temp.resolve("tree"));
        Path target = Files.createDirectory(temp.resolve("target"));

        TreeStats.Collector stats = new TreeStats.Collector();
        byte[] tar = Tars.archived(tree, Excludes.NONE, stats);
        Tars.extract(tar, target, ROOT);

        assertThat(TreeListing.of(target, ROOT)).isEqualTo(TreeListing.of(tree, ROOT));
        assertThat(stats.stats().warnings()).isEmpty();
        assertThat(stats.stats().files() + stats.stats().directories())
                .isEqualTo(TreeListing.of(tree, ROOT).size());
    }

    @Test
    void socketIsLeftOutWithAWarning() throws IOException {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(tree.resolve("app.sock")));
            TreeStats.Collector stats = new TreeStats.Collector();
            byte[] tar = Tars.archived(tree, Excludes.NONE, stats);
            assertThat(Tars.read(tar)).hasSize(1);
            assertThat(stats.stats().warnings()).singleElement().asString().contains("socket", "app.sock");
        }
    }

    @Test
    void unfinishedRestoreAtTheRootIsLeftOutWithAWarning() throws IOException {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        Files.createDirectories(tree.resolve(".doksnap-restore-abc/half"));
        Files.createDirectories(tree.resolve("deeper/.doksnap-restore-mine"));
        TreeStats.Collector stats = new TreeStats.Collector();
        byte[] tar = Tars.archived(tree, Excludes.NONE, stats);
        assertThat(Tars.read(tar))
                .extracting(read -> read.entry().name().toString())
                .containsExactly("./", "./deeper/", "./deeper/.doksnap-restore-mine/");
        assertThat(stats.stats().warnings()).singleElement().asString().contains(".doksnap-restore-abc");
    }

    @Test
    void warningStaysOnOneLineWhateverTheName() throws IOException {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        Files.createDirectory(tree.resolve(".doksnap-restore-\nFATAL: all is lost"));
        TreeStats.Collector stats = new TreeStats.Collector();
        Tars.archived(tree, Excludes.NONE, stats);
        assertThat(stats.stats().warnings()).singleElement().asString().doesNotContain("\n");
    }

    @Test
    void rootThatIsALinkIsFollowed() throws IOException {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        Files.writeString(tree.resolve("file"), "content");
        Path link = Files.createSymbolicLink(temp.resolve("link"), tree);
        assertThat(Tars.archived(link)).isEqualTo(Tars.archived(tree));
    }

    @Test
    void treeOfAThousandLevelsComesBack() throws IOException {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        Path deepest = Files.createDirectories(tree.resolve("d/".repeat(1000)));
        Files.writeString(deepest.resolve("file"), "deep");
        Path target = Files.createDirectory(temp.resolve("target"));
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        new ArchiveWriter(Codec.NONE, new Encryption.None())
                .write(tree, Excludes.NONE, new TreeStats.Collector(), archive);
        Tars.extract(archive.toByteArray(), target, false);
        assertThat(TreeListing.of(target, false)).isEqualTo(TreeListing.of(tree, false));
    }

    @Test
    void directoryWithoutAnEntryOfItsOwnCanBeEnteredByAll() throws IOException {
        byte[] tar = Tars.written(out -> {
            out.begin(Tars.file("a/b/file", 0));
            out.end();
        });
        Path target = Files.createDirectory(temp.resolve("target"));
        Tars.extract(tar, target, false);
        assertThat(new String(
                        Command.of("stat", "-c", "%a", "a", "a/b", "a/b/file")
                                .in(target)
                                .output(),
                        StandardCharsets.US_ASCII))
                .isEqualTo("755\n755\n644\n");
    }

    @Test
    void archiveThatComesBackToADirectoryLeavesItsModeAndTimeAsTheyWere() throws IOException {
        byte[] tar = Tars.written(out -> {
            out.begin(new TarEntry(
                    RawName.of("a/"),
                    TarEntry.Type.DIRECTORY,
                    0500,
                    0,
                    0,
                    0,
                    Instant.ofEpochSecond(-1, 5),
                    RawName.EMPTY,
                    0,
                    0));
            out.begin(Tars.directory("b/"));
            out.begin(Tars.file("a/later", 0));
            out.end();
        });
        Path target = Files.createDirectory(temp.resolve("target"));
        Tars.extract(tar, target, false);
        // find prints the two halves of a time as the kernel keeps them: -1 second and 5 nanoseconds.
        assertThat(TreeListing.of(target, false).get("./a")).startsWith("d 500 - -1.0000000050");
    }
}
