package io.doksnap.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.doksnap.archive.failure.ArchiveException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trees from and to the archive API of an engine. */
class EngineArchivesTest {
    private static final String ROOT = "doksnap-1f2e3d4c";
    private static final byte[] EVIL = "evil".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path tree;

    @BeforeEach
    void makeTree() throws IOException {
        Files.createDirectories(tree.resolve("a/b"));
        Files.createDirectories(tree.resolve("cache/x"));
        Files.writeString(tree.resolve("a/file"), "content");
        Files.writeString(tree.resolve("cache/x/one"), "1");
        Files.write(tree.resolve("big"), new byte[70_001]);
        Files.createLink(tree.resolve("a/b/hard"), tree.resolve("a/file"));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("../../elsewhere"));
    }

    @Test
    void treeFromAnEngineIsArchivedAsOneThatIsReadDirectly() throws IOException {
        TreeStats.Collector direct = new TreeStats.Collector();
        TreeStats.Collector passed = new TreeStats.Collector();
        byte[] before = Tars.archived(tree, Excludes.NONE, direct);
        byte[] after = fromEngine(toEngine(before, Includes.ALL), Excludes.NONE, passed);
        assertThat(Tars.read(after)).usingRecursiveComparison().isEqualTo(Tars.read(before));
        assertThat(passed.stats().files()).isEqualTo(direct.stats().files());
        assertThat(passed.stats().directories()).isEqualTo(direct.stats().directories());
        assertThat(passed.stats().contentBytes()).isEqualTo(direct.stats().contentBytes());
        assertThat(passed.stats().warnings()).singleElement().asString().contains("ACLs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cache/**", "cache", "*", "**/one", "a/b/**"})
    void sameIsLeftOutAsWhereItIsReadDirectly(String glob) throws IOException {
        Excludes excludes = Excludes.of(List.of(glob));
        byte[] direct = Tars.archived(tree, excludes, new TreeStats.Collector());
        byte[] passed = fromEngine(engineTar(), excludes, new TreeStats.Collector());
        assertThat(names(passed)).isEqualTo(names(direct));
    }

    @Test
    void hardLinkOfAnExcludedFileIsRefusedSinceItsContentWouldBeMissing() throws IOException {
        byte[] tar = Tars.written(out -> {
            out.begin(Tars.directory(ROOT + "/"));
            file(out, ROOT + "/first");
            out.begin(Tars.link(TarEntry.Type.HARD_LINK, ROOT + "/second", ROOT + "/first"));
            out.end();
        });
        assertThatExceptionOfType(TreeReadException.class)
                .isThrownBy(() -> fromEngine(tar, Excludes.of(List.of("first")), new TreeStats.Collector()))
                .withMessageContaining("exclude both, or neither");
    }

    /** A file that shrinks makes the engine end its stream as if all were well. */
    @Test
    void archiveThatIsCutOffAnywhereIsNeverTakenForAWholeOne() throws IOException {
        byte[] whole = engineTar();
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            int length = i < 3 ? whole.length - 1 - i * 512 : random.nextInt(whole.length);
            byte[] cut = Arrays.copyOf(whole, Math.max(0, length));
            assertThatExceptionOfType(TreeReadException.class)
                    .as("cut off after %d of %d bytes", length, whole.length)
                    .isThrownBy(() -> fromEngine(cut, Excludes.NONE, new TreeStats.Collector()))
                    .withMessageContaining("not whole");
        }
    }

    @Test
    void whatLiesOutsideOfTheVolumeIsNotTaken() {
        for (String name : List.of("other/file", ROOT + "/../file", "/etc/passwd", ROOT + "x/file")) {
            assertThatExceptionOfType(TreeReadException.class).as(name).isThrownBy(() -> {
                byte[] tar = Tars.written(out -> {
                    out.begin(Tars.directory(ROOT + "/"));
                    file(out, name);
                    out.end();
                });
                fromEngine(tar, Excludes.NONE, new TreeStats.Collector());
            });
        }
    }

    @Test
    void leftoversOfRestoresAreLeftOut() throws IOException {
        Path left = Files.createDirectory(tree.resolve(TreeExtractor.STAGING_PREFIX + "x"));
        byte[] direct = Tars.archived(tree);
        byte[] engine = Tars.written(out -> {
            out.begin(Tars.directory(ROOT + "/"));
            out.begin(Tars.directory(ROOT + "/" + left.getFileName() + "/"));
            file(out, ROOT + "/" + left.getFileName() + "/f");
            out.end();
        });
        assertThat(names(direct)).noneMatch(name -> name.contains(TreeExtractor.STAGING_PREFIX));
        assertThat(names(fromEngine(engine, Excludes.NONE, new TreeStats.Collector())))
                .containsExactly("./");
    }

    @Test
    void onlyADirectoryOfItsOwnIsEmpty() throws IOException {
        byte[] empty = Tars.written(out -> {
            out.begin(Tars.directory(ROOT + "/"));
            out.end();
        });
        assertThat(EngineTreeArchiver.isEmpty(new ByteArrayInputStream(empty))).isTrue();
        assertThat(EngineTreeArchiver.isEmpty(new ByteArrayInputStream(engineTar())))
                .isFalse();
    }

    @Test
    void onlyWhatIsIncludedGoesToAnEngine() throws IOException {
        byte[] chosen = toEngine(Tars.archived(tree), Includes.of(List.of("cache/x")));
        assertThat(names(chosen))
                .containsExactly(ROOT + "/", ROOT + "/cache/", ROOT + "/cache/x/", ROOT + "/cache/x/one");
    }

    @ParameterizedTest
    @CsvSource({
        "../evil, outside of the target",
        "/evil, outside of the target",
        "l/evil, it lies in no directory",
        "a/l/evil, it lies in no directory",
        "d/evil, it lies in no directory",
        "nowhere/evil, it lies in no directory"
    })
    void nameThatCouldLandElsewhereNeverReachesAnEngine(String name, String why) throws IOException {
        byte[] tar = Tars.written(out -> {
            out.begin(Tars.directory("./"));
            out.begin(Tars.directory("./a/"));
            out.begin(Tars.link(TarEntry.Type.SYMBOLIC_LINK, "./a/l", "/bin"));
            out.begin(Tars.directory("./d/"));
            // In the place of the directory.
            out.begin(Tars.link(TarEntry.Type.SYMBOLIC_LINK, "./d", "/bin"));
            out.begin(Tars.link(TarEntry.Type.SYMBOLIC_LINK, "./l", "/bin"));
            file(out, name);
            out.end();
        });
        refused(tar, why);
    }

    @Test
    void hardLinkThatLeavesTheVolumeNeverReachesAnEngine() throws IOException {
        for (String target : List.of("../../etc/passwd", "/etc/passwd", ".")) {
            refused(
                    Tars.written(out -> {
                        out.begin(Tars.directory("./"));
                        out.begin(Tars.link(TarEntry.Type.HARD_LINK, "./h", target));
                        out.end();
                    }),
                    "");
        }
    }

    @Test
    void whatAnEngineDoesNotRestoreIsSaidOnce() throws IOException {
        Files.setLastModifiedTime(tree.resolve("a/file"), FileTime.from(Instant.parse("1960-01-01T00:00:00Z")));
        Files.setLastModifiedTime(tree.resolve("big"), FileTime.from(Instant.parse("2300-01-01T00:00:00Z")));
        TreeStats.Collector stats = new TreeStats.Collector();
        byte[] tar = Tars.archived(tree);
        byte[] ignored = Tars.written(
                out -> new TreeTransfer(new TarReader(new ByteArrayInputStream(tar)), out, ROOT, Includes.ALL, stats)
                        .transfer());
        assertThat(stats.stats().warnings()).singleElement().asString().contains("files, the first ./");
    }

    private static void refused(byte[] tar, String why) {
        assertThatExceptionOfType(TarException.class)
                .isThrownBy(() -> toEngine(tar, Includes.ALL))
                .withMessageContaining(why)
                .matches(e -> e.kind() == Kind.UNSAFE);
    }

    private byte[] engineTar() throws IOException {
        return toEngine(Tars.archived(tree), Includes.ALL);
    }

    private static byte[] toEngine(byte[] tar, Includes includes) throws IOException {
        return Tars.written(out -> new TreeTransfer(
                        new TarReader(new ByteArrayInputStream(tar)), out, ROOT, includes, new TreeStats.Collector())
                .transfer());
    }

    private static byte[] fromEngine(byte[] tar, Excludes excludes, TreeStats.Collector stats) throws IOException {
        return Tars.written(
                out -> new EngineTreeArchiver(out, excludes, stats).archive(new ByteArrayInputStream(tar), ROOT));
    }

    private static List<String> names(byte[] tar) throws IOException {
        return Tars.read(tar).stream()
                .map(read -> read.entry().name().toString())
                .toList();
    }

    private static void file(TarWriter out, String name) throws IOException {
        out.begin(Tars.file(name, EVIL.length));
        out.content(EVIL, 0, EVIL.length);
    }
}
