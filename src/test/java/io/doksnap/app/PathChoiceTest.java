package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.archive.index.IndexedFile;
import io.doksnap.archive.tar.RawName;
import io.doksnap.archive.tar.TarEntry;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PathChoiceTest {
    private static final RawName NO_UTF8 = RawName.of(new byte[] {'d', '/', (byte) 0xFF, '/', 'x'});

    private static final List<IndexedFile> FILES = List.of(
            file(RawName.of("."), TarEntry.Type.DIRECTORY),
            file(RawName.of("a"), TarEntry.Type.FILE),
            file(RawName.of("d"), TarEntry.Type.DIRECTORY),
            file(RawName.of("d/b"), TarEntry.Type.FILE),
            file(RawName.of("d/e"), TarEntry.Type.DIRECTORY),
            file(RawName.of("d/e/c"), TarEntry.Type.FILE),
            file(RawName.of("d/\u00fc"), TarEntry.Type.FILE),
            file(NO_UTF8, TarEntry.Type.FILE),
            file(RawName.of("dd"), TarEntry.Type.FILE));

    @Test
    void rootShowsWhatLiesInIt() {
        assertThat(shown("", false)).containsExactly("a", "d/", "dd");
        assertThat(shown(".", false)).containsExactly("a", "d/", "dd");
        assertThat(shown("/", true)).hasSize(8).contains("d/e/c").doesNotContain("./");
    }

    @Test
    void directoryShowsWhatLiesInItHoweverItIsWritten() {
        for (String path : List.of("d", "d/", "/d", "./d", "d//")) {
            assertThat(shown(path, false)).as(path).containsExactly("d/b", "d/e/", "d/\u00fc");
        }
        assertThat(shown("d", true)).containsExactly("d/b", "d/e/", "d/e/c", "d/\u00fc", "d/\\xFF/x");
        assertThat(shown("d/e", false)).containsExactly("d/e/c");
    }

    @Test
    void fileShowsItself() {
        assertThat(shown("d/b", false)).containsExactly("d/b");
        assertThat(shown("d/\u00fc", false)).containsExactly("d/\u00fc");
    }

    @Test
    void nameThatNobodyCanTypeIsTakenAsItIsShown() {
        assertThat(shown("d/\\xFF/x", false)).containsExactly("d/\\xFF/x");
    }

    @Test
    void emptyDirectoryIsThereAndShowsNothing() {
        PathChoice choice = new PathChoice("empty", false);
        assertThat(choice.shows(file(RawName.of("empty"), TarEntry.Type.DIRECTORY)))
                .isFalse();
        assertThat(choice.isThere()).isTrue();
    }

    @Test
    void beginningOfANameIsNoPath() {
        PathChoice choice = new PathChoice("d/", false);
        assertThat(choice.shows(file(RawName.of("dd"), TarEntry.Type.FILE))).isFalse();
        assertThat(choice.isThere()).isFalse();
    }

    @Test
    void detailsAreThoseOfLs() {
        IndexedFile link = new IndexedFile(
                RawName.of("l\n"),
                TarEntry.Type.SYMBOLIC_LINK,
                0,
                0777,
                0,
                0,
                Instant.EPOCH,
                RawName.of("to\u001b[2J"));
        assertThat(FileLines.detailed(link))
                .isEqualTo("lrwxrwxrwx      0      0              0 1970-01-01 00:00:00Z l\\x0A -> to\\x1B[2J");
        IndexedFile odd = new IndexedFile(
                RawName.of("d"), TarEntry.Type.DIRECTORY, 0, 05711, 1000, 33, Instant.EPOCH, RawName.EMPTY);
        assertThat(FileLines.detailed(odd))
                .startsWith("drws--x--t   1000     33 ")
                .endsWith(" d/");
        IndexedFile notExecutable =
                new IndexedFile(RawName.of("f"), TarEntry.Type.FILE, 7, 02640, 1, 2, Instant.EPOCH, RawName.EMPTY);
        assertThat(FileLines.detailed(notExecutable)).startsWith("-rw-r-S---");
    }

    private static List<String> shown(String path, boolean recursive) {
        PathChoice choice = new PathChoice(path, recursive);
        return FILES.stream().filter(choice::shows).map(FileLines::brief).toList();
    }

    private static IndexedFile file(RawName path, TarEntry.Type type) {
        return new IndexedFile(path, type, 0, 0644, 0, 0, Instant.EPOCH, RawName.EMPTY);
    }
}
