package io.doksnap.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.archive.failure.ArchiveException.Kind;
import io.doksnap.testing.TreeListing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an archive holds, nothing outside of the target changes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class HostileArchiveTest {
    private static final byte[] EVIL = "evil".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path temp;

    private Path target = Path.of("");
    private Path outside = Path.of("");
    private SortedMap<String, String> before = new TreeMap<>();

    @BeforeEach
    void makeSurroundings() throws IOException {
        target = Files.createDirectory(temp.resolve("target"));
        outside = Files.createDirectory(temp.resolve("outside"));
        Files.writeString(outside.resolve("file"), "precious");
        before = TreeListing.of(outside, false);
    }

    @AfterEach
    void nothingOutsideChanged() throws IOException {
        assertThat(TreeListing.of(outside, false)).isEqualTo(before);
        try (var around = Files.list(temp)) {
            assertThat(around).containsExactlyInAnyOrder(target, outside);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../outside/file",
                "../evil",
                "..",
                "a/../../evil",
                "./../evil",
                "a/..",
                "/evil",
                "//evil",
                "/../evil",
            })
    void nameThatLeavesTheTargetIsRefused(String name) throws IOException {
        refused("outside of the target", out -> file(out, name));
        refused("outside of the target", out -> out.begin(Tars.directory(name + "/")));
    }

    @Test
    void absoluteNameOfARealFileIsRefused() throws IOException {
        refused("absolute", out -> file(out, outside.resolve("file").toString()));
    }

    @Test
    void fileThroughALinkIsRefused() throws IOException {
        refused("passes through a link", out -> {
            out.begin(Tars.link(TarEntry.Type.SYMBOLIC_LINK, "l", outside.toString()));
            file(out, "l/file");
        });
        refused("passes through a link", out -> {
            out.begin(Tars.link(TarEntry.Type.SYMBOLIC_LINK, "m", "../outside"));
            file(out, "m/new/file");
        });
    }

    @Test
    void directoryEntryOverALinkIsRefused() throws IOException {
        refused("passes through a link", out -> {
            out.begin(Tars.link(TarEntry.Type.SYMBOLIC_LINK, "l", outside.toString()));
            out.begin(Tars.directory("l/"));
            file(out, "l/file");
        });
    }

    @Test
    void linkInPlaceOfADirectoryThatIsOpenIsRefused() throws IOException {
        assertThatThrownBy(() -> extract(out -> {
                    out.begin(Tars.directory("d/"));
                    file(out, "d/a");
                    out.begin(Tars.link(TarEntry.Type.SYMBOLIC_LINK, "d", outside.toString()));
                    file(out, "d/file");
                }))
                .isInstanceOf(TarException.class)
                .hasMessageContaining("both a directory and a file");
    }

    @Test
    void fileOverALinkReplacesTheLinkAndNotItsTarget() throws IOException {
        extract(out -> {
            out.begin(Tars.link(
                    TarEntry.Type.SYMBOLIC_LINK, "l", outside.resolve("file").toString()));
            file(out, "l");
        });
        assertThat(target.resolve("l")).isRegularFile().hasContent("evil");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside/file", "/etc/hostname", "l/file", "d/../../outside/file"})
    void hardLinkToTheOutsideIsRefused(String to) throws IOException {
        assertThatThrownBy(() -> extract(out -> {
                    out.begin(Tars.directory("d/"));
                    out.begin(Tars.link(TarEntry.Type.SYMBOLIC_LINK, "l", outside.toString()));
                    out.begin(Tars.link(TarEntry.Type.HARD_LINK, "h", to));
                    file(out, "h");
                }))
                .isInstanceOfSatisfying(
                        TarException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSAFE));
        assertThat(target.resolve("h")).doesNotExist();
    }

    @Test
    void hardLinkToALinkIsTheLinkItselfAndNotWhatItPointsTo() throws IOException {
        extract(out -> {
            out.begin(Tars.link(TarEntry.Type.SYMBOLIC_LINK, "l", "../outside/file"));
            out.begin(Tars.link(TarEntry.Type.HARD_LINK, "h", "l"));
            file(out, "h");
        });
        assertThat(target.resolve("h")).isRegularFile().hasContent("evil");
        assertThat(target.resolve("l")).isSymbolicLink();
    }

    @Test
    void hardLinkToADirectoryIsRefused() throws IOException {
        refused("no earlier file", out -> {
            out.begin(Tars.directory("d/"));
            out.begin(Tars.link(TarEntry.Type.HARD_LINK, "h", "d"));
        });
        refused("no earlier file", out -> out.begin(Tars.link(TarEntry.Type.HARD_LINK, "h2", "")));
    }

    @Test
    void hardLinkToNothingIsRefusedAndLeavesWhatIsThere() throws IOException {
        refused("no earlier file", out -> {
            file(out, "h");
            out.begin(Tars.link(TarEntry.Type.HARD_LINK, "h", "nothing"));
        });
        assertThat(target.resolve("h")).hasContent("evil");
    }

    @Test
    void hardLinkToItselfChangesNothing() throws IOException {
        extract(out -> {
            file(out, "h");
            out.begin(Tars.link(TarEntry.Type.HARD_LINK, "h", "./h"));
        });
        assertThat(target.resolve("h")).hasContent("evil");
    }

    @Test
    void pipeOverAFileAndFileOverAPipeReplaceEachOther() throws IOException {
        extract(out -> {
            file(out, "a");
            out.begin(Tars.link(TarEntry.Type.FIFO, "a", ""));
            out.begin(Tars.link(TarEntry.Type.FIFO, "b", ""));
            file(out, "b");
        });
        assertThat(Files.isRegularFile(target.resolve("a"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
        assertThat(target.resolve("b")).hasContent("evil");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "././/."})
    void entryWithoutANameIsRefusedUnlessItIsTheRoot(String name) throws IOException {
        refused("without a name", out -> file(out, name));
        refused("without a name", out -> out.begin(Tars.link(TarEntry.Type.SYMBOLIC_LINK, name, "x")));
        extract(out -> out.begin(Tars.directory(name)));
    }

    @Test
    void fileThatItsSlashMakesADirectoryLosesItsContentAndNothingElse() throws IOException {
        extract(out -> {
            file(out, "d/");
            file(out, "after");
        });
        assertThat(target.resolve("d")).isEmptyDirectory();
        assertThat(target.resolve("after")).hasContent("evil");
    }

    @Test
    void namesWithNulAreRefused() throws IOException {
        // Long enough for a record of its own: in a header's field a NUL only ends the name.
        String name = "a\0" + "b".repeat(200);
        refused("NUL", out -> file(out, name));
        refused("NUL", out -> out.begin(Tars.link(TarEntry.Type.HARD_LINK, "h", name)));
        refused("NUL", out -> out.begin(Tars.link(TarEntry.Type.SYMBOLIC_LINK, "l", name)));
    }

    @Test
    void symbolicLinkWithoutATargetIsAnError() {
        assertThatThrownBy(() -> extract(out -> out.begin(Tars.link(TarEntry.Type.SYMBOLIC_LINK, "l", ""))))
                .isInstanceOf(TarException.class)
                .hasMessageContaining("no target");
    }

    @Test
    void laterFileOfTheSameNameReplacesTheEarlierOne() throws IOException {
        extract(out -> {
            out.begin(Tars.file("a", 1));
            out.content(new byte[] {'1'}, 0, 1);
            out.begin(Tars.link(TarEntry.Type.HARD_LINK, "b", "a"));
            file(out, "a");
        });
        assertThat(target.resolve("a")).hasContent("evil");
        assertThat(target.resolve("b")).hasContent("1");
    }

    @Test
    void directoryOverAFileAndFileOverADirectoryAreRefused() throws IOException {
        refused("passes through a file", out -> {
            file(out, "a");
            out.begin(Tars.directory("a/"));
        });
        assertThatThrownBy(() -> extract(out -> {
                    out.begin(Tars.directory("d/"));
                    file(out, "d");
                }))
                .isInstanceOf(TarException.class)
                .hasMessageContaining("both a directory and a file");
    }

    @Test
    void nameTooLongForTheFileSystemIsAnErrorThatNamesIt() {
        assertThatThrownBy(() -> extract(out -> file(out, "n".repeat(300))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nnn");
    }

    private void refused(String why, Tars.Writing writing) throws IOException {
        assertThatThrownBy(() -> extract(writing)).isInstanceOfSatisfying(TarException.class, e -> {
            assertThat(e).hasMessageContaining(why);
            assertThat(e.kind()).isEqualTo(Kind.UNSAFE);
        });
    }

    private void extract(Tars.Writing writing) throws IOException {
        byte[] tar = Tars.written(out -> {
            writing.to(out);
            out.end();
        });
        Tars.extract(tar, target, false);
    }

    private static void file(TarWriter out, String name) throws IOException {
        out.begin(Tars.file(name, EVIL.length));
        out.content(EVIL, 0, EVIL.length);
    }
}
