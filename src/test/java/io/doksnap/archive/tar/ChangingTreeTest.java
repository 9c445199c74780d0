package io.doksnap.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.doksnap.archive.stage.BufferPipe;
import io.doksnap.archive.stage.PipeInput;
import io.doksnap.archive.stage.PipeOutput;
import io.doksnap.archive.stage.Stages;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trees that change while they are read. The archiver is held back by a pipe of one small buffer: what the test does after it has seen
 * an entry happens while the archiver is still in that entry's content.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class ChangingTreeTest {
    private static final int LARGE = 300_000;

    @TempDir
    Path temp;

    private Path tree = Path.of("");
    private final TreeStats.Collector stats = new TreeStats.Collector();

    @FunctionalInterface
    private interface Change {
        void after(TarEntry entry) throws IOException;
    }

    @BeforeEach
    void makeTree() throws IOException {
        tree = Files.createDirectory(temp.resolve("tree"));
    }

    @Test
    void fileThatShrinksFailsTheArchive() throws IOException {
        Path file = Files.write(tree.resolve("file"), new byte[LARGE]);
        assertThatThrownBy(() -> read(entry -> {
                    if (entry.size() > 0) {
                        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                            open.setLength(LARGE / 2);
                        }
                    }
                }))
                .isInstanceOf(TreeReadException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("shrank from 300000 bytes");
    }

    @Test
    void fileThatGrowsKeepsTheBytesOfItsHeaderAndWarns() throws IOException {
        Path file = Files.write(tree.resolve("file"), new byte[LARGE]);
        List<TarEntry> entries = read(entry -> {
            if (entry.size() > 0) {
                Files.writeString(file, "more", StandardOpenOption.APPEND);
            }
        });
        assertThat(entries).extracting(TarEntry::size).containsExactly(0L, (long) LARGE);
        assertThat(stats.stats().warnings()).singleElement().asString().contains("grew", file.toString());
    }

    @Test
    void filesThatVanishAreAWarningAndTheRestIsWhole() throws IOException {
        for (int i = 0; i < 500; i++) {
            Files.writeString(tree.resolve("file" + i), "content");
        }
        Files.createDirectory(tree.resolve("directory"));
        AtomicBoolean done = new AtomicBoolean();
        List<TarEntry> entries = read(entry -> {
            if (!done.getAndSet(true)) {
                try (Stream<Path> files = Files.list(tree)) {
                    files.filter(f -> !f.endsWith("file7"))
                            .forEach(f -> f.toFile().delete());
                }
            }
        });
        assertThat(entries).extracting(e -> e.name().toString()).contains("./", "./file7");
        assertThat(entries).hasSizeLessThan(100);
        assertThat(stats.stats().warnings()).hasSize(21).first().asString().contains("was deleted while");
        assertThat(stats.stats().warnings().get(20)).startsWith("and ").endsWith(" more of the kind");
    }

    @Test
    void rootThatIsRemovedFailsTheArchive() throws IOException {
        Files.write(tree.resolve("file"), new byte[LARGE]);
        assertThatThrownBy(() -> read(entry -> {
                    if (entry.size() > 0) {
                        Files.move(tree, temp.resolve("gone"));
                    }
                }))
                .isInstanceOf(TreeReadException.class)
                .hasMessageContaining("was removed while it was read");
    }

    @Test
    void rootThatIsReplacedFailsTheArchive() throws IOException {
        Files.write(tree.resolve("file"), new byte[LARGE]);
        assertThatThrownBy(() -> read(entry -> {
                    if (entry.size() > 0) {
                        Files.move(tree, temp.resolve("gone"));
                        Files.createDirectory(tree);
                    }
                }))
                .isInstanceOf(TreeReadException.class)
                .hasMessageContaining("was replaced");
    }

    @Test
    void rootThatDoesNotExistIsNamed() {
        assertThatThrownBy(() -> Tars.archived(tree.resolve("nowhere")))
                .isInstanceOf(TreeReadException.class)
                .hasMessage(tree.resolve("nowhere") + " does not exist");
        assertThatThrownBy(() -> Tars.archived(Files.createFile(tree.resolve("file"))))
                .isInstanceOf(TreeReadException.class)
                .hasMessage(tree.resolve("file") + " is not a directory");
    }

    @Test
    void fileReplacedAgainAndAgainIsTakenWholeInOneOfItsStates() throws IOException {
        Path file = Files.write(tree.resolve("file"), new byte[9]);
        AtomicBoolean stop = new AtomicBoolean();
        Thread replacing = new Thread(() -> {
            try {
                for (int i = 0; !stop.get(); i++) {
                    Path next = Files.write(temp.resolve("next"), new byte[i % 2 == 0 ? 10 : 5000]);
                    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        replacing.start();
        try {
            for (int i = 0; i < 300; i++) {
                assertThat(Tars.read(Tars.archived(tree, Excludes.NONE, stats))
                                .get(1)
                                .entry()
                                .size())
                        .isIn(9L, 10L, 5000L);
            }
        } finally {
            stop.set(true);
            join(replacing);
        }
        assertThat(stats.stats().warnings()).isEmpty();
    }

    @Test
    void hardLinkToContentThatChangedSinceIsStoredWithItsOwn() throws IOException {
        Path one = Files.write(tree.resolve("one"), new byte[LARGE]);
        Files.createLink(tree.resolve("two"), one);
        List<TarEntry> entries = read(entry -> {
            if (entry.size() == LARGE) {
                Files.writeString(one, "more", StandardOpenOption.APPEND);
            }
        });
        assertThat(entries).extracting(TarEntry::size).containsExactly(0L, (long) LARGE, LARGE + 4L);
    }

    @Test
    void directorySwappedForALinkDoesNotLeadOutOfTheTree() throws IOException {
        Path directory = Files.createDirectory(tree.resolve("directory"));
        Path outside = Files.createDirectory(temp.resolve("outside"));
        for (int i = 0; i < 20; i++) {
            Files.write(directory.resolve("file" + i), new byte[LARGE]);
            Files.writeString(outside.resolve("file" + i), "SECRET".repeat(50_000));
        }
        AtomicBoolean done = new AtomicBoolean();
        BufferPipe pipe = new BufferPipe(1, 512);
        boolean leaked = false;
        try (Stages stages = new Stages();
                PipeInput in = new PipeInput(pipe)) {
            archive(stages, pipe);
            TarReader reader = new TarReader(in);
            byte[] content = new byte[6];
            for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
                if (entry.size() > 0 && !done.getAndSet(true)) {
                    Files.move(directory, temp.resolve("moved"));
                    Files.createSymbolicLink(directory, outside);
                }
                if (entry.size() > 0) {
                    reader.read(content, 0, content.length);
                    leaked |= new String(content, StandardCharsets.US_ASCII).contains("SECRET");
                }
            }
        }
        assertThat(done).isTrue();
        assertThat(leaked).isFalse();
    }

    @Test
    void failingReadNamesTheFile() {
        Path interfaces = Path.of("/sys/class/net/lo");
        assumeTrue(Files.exists(interfaces.resolve("speed")), "a file that can be opened and not read");
        Excludes allButSpeed = Excludes.of(List.of("[!s]*", "s[!p]*"));
        assertThatThrownBy(() -> Tars.archived(interfaces, allButSpeed, stats))
                .isInstanceOf(TreeReadException.class)
                .hasMessageMatching("cannot read /sys/.*/speed: Invalid argument");
    }

    private List<TarEntry> read(Change change) throws IOException {
        List<TarEntry> entries = new ArrayList<>();
        BufferPipe pipe = new BufferPipe(1, 512);
        try (Stages stages = new Stages();
                PipeInput in = new PipeInput(pipe)) {
            archive(stages, pipe);
            TarReader reader = new TarReader(in);
            for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
                entries.add(entry);
                change.after(entry);
            }
        }
        return entries;
    }

    private void archive(Stages stages, BufferPipe pipe) {
        stages.start("test-tar", pipe, () -> {
            PipeOutput out = new PipeOutput(pipe);
            new TreeArchiver(new TarWriter(out), Excludes.NONE, stats).archive(tree);
            out.close();
        });
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
