package io.doksnap.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.doksnap.archive.stage.BufferPipe;
import io.doksnap.archive.stage.PipeInput;
import io.doksnap.archive.stage.PipeOutput;
import io.doksnap.archive.stage.Stages;
import io.doksnap.testing.Command;
import io.doksnap.testing.TreeListing;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sparse files from a file system into an archive and back. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class SparseFilesTest {
    private static final int LARGE = 300_000;
    private static final long HUGE = 100L << 30;

    @TempDir
    Path temp;

    private Path tree = Path.of("");
    private Path target = Path.of("");
    private final TreeStats.Collector stats = new TreeStats.Collector();

    @FunctionalInterface
    private interface Change {
        void to(RandomAccessFile file) throws IOException;
    }

    @BeforeEach
    void makeDirectories() throws IOException {
        tree = Files.createDirectory(temp.resolve("tree"));
        target = Files.createDirectory(temp.resolve("target"));
        Path probe = temp.resolve("probe");
        make(probe, RandomMaps.map(1 << 20), new Random(0));
        assumeTrue(taken(probe) == 0, "a file system with holes");
    }

    @Test
    void hundredGigabytesOfHolesTakeSecondsAndStayHoles() throws IOException {
        long mib = 1 << 20;
        make(
                tree.resolve("huge"),
                RandomMaps.map(HUGE, 0, mib, 7 * mib, 3 * mib, HUGE / 2, mib, HUGE - mib - 5, mib),
                new Random(1));
        byte[] tar = Tars.archived(tree, Excludes.NONE, stats);
        assertThat(tar).hasSizeLessThan(7 << 20);
        assertThat(stats.stats().files()).isOne();
        assertThat(stats.stats().contentBytes()).isBetween(6 * mib, 7 * mib);
        Tars.extract(tar, target, false);
        assertThat(target.resolve("huge")).hasSize(HUGE);
        assertThat(taken(target.resolve("huge"))).isLessThan(7 << 20);
        assertThat(digestOfData("huge", target)).isEqualTo(digestOfData("huge", tree));
    }

    @Test
    void everyLayoutComesBackWithItsHoles() throws IOException {
        for (long seed = 0; seed < 25; seed++) {
            Random random = new Random(seed);
            SparseMap map = RandomMaps.any(random, random.nextInt(30), 200_000);
            make(tree.resolve("file" + seed), map, random);
        }
        byte[] tar = Tars.archived(tree, Excludes.NONE, stats);
        Tars.extract(tar, target, false);
        assertThat(TreeListing.of(target, false)).isEqualTo(TreeListing.of(tree, false));
        for (long seed = 0; seed < 25; seed++) {
            long before = taken(tree.resolve("file" + seed));
            // What is smaller than this comes back without its holes.
            assertThat(taken(target.resolve("file" + seed))).isLessThanOrEqualTo(Math.max(before, 64 << 10) + 8192);
        }
    }

    @Test
    void allNamesOfASparseFileAreOne() throws IOException {
        make(tree.resolve("one"), RandomMaps.map(5 << 20, 1 << 20, 10_000), new Random(2));
        Files.createLink(tree.resolve("two"), tree.resolve("one"));
        Tars.extract(Tars.archived(tree), target, false);
        assertThat(TreeListing.of(target, false)).isEqualTo(TreeListing.of(tree, false));
        assertThat(taken(target.resolve("two"))).isLessThan(100_000);
    }

    @Test
    void sparseFileThatLosesDataFailsTheArchive() throws IOException {
        makeTwoLargeRuns();
        assertThatThrownBy(() -> whileItIsRead(file -> file.setLength(LARGE / 2)))
                .isInstanceOf(TreeReadException.class)
                .hasMessageContaining("shrank from " + (10 << 20) + " bytes");
    }

    @Test
    void sparseFileThatLosesOnlyItsLastHoleFailsTheArchive() throws IOException {
        makeTwoLargeRuns();
        assertThatThrownBy(() -> whileItIsRead(file -> file.setLength(6 << 20)))
                .isInstanceOf(TreeReadException.class)
                .hasMessageContaining("shrank from " + (10 << 20) + " bytes");
    }

    @Test
    void sparseFileThatGrowsKeepsTheBytesOfItsHeaderAndWarns() throws IOException {
        makeTwoLargeRuns();
        TarEntry entry = whileItIsRead(file -> file.setLength(11 << 20));
        assertThat(entry.size()).isEqualTo(10 << 20);
        assertThat(stats.stats().warnings()).singleElement().asString().contains("grew", "first " + (10 << 20));
    }

    @Test
    void holeThatIsFilledWhileTheFileIsReadIsAsItWasBefore() throws IOException {
        makeTwoLargeRuns();
        TarEntry entry = whileItIsRead(file -> {
            file.seek(8 << 20);
            file.write(1);
        });
        assertThat(entry.dataSize()).isLessThan(3 * LARGE);
        assertThat(stats.stats().warnings()).isEmpty();
    }

    private void makeTwoLargeRuns() throws IOException {
        make(tree.resolve("file"), RandomMaps.map(10 << 20, 0, LARGE, 5 << 20, LARGE), new Random(3));
    }

    /** What is read of a file that changes after its header was written. */
    private TarEntry whileItIsRead(Change change) throws IOException {
        BufferPipe pipe = new BufferPipe(1, 512);
        try (Stages stages = new Stages();
                PipeInput in = new PipeInput(pipe)) {
            stages.start("test-tar", pipe, () -> {
                PipeOutput out = new PipeOutput(pipe);
                new TreeArchiver(new TarWriter(out), Excludes.NONE, stats).archive(tree);
                out.close();
            });
            TarReader reader = new TarReader(in);
            reader.next();
            TarEntry entry = reader.next();
            try (RandomAccessFile file =
                    new RandomAccessFile(tree.resolve("file").toFile(), "rw")) {
                change.to(file);
            }
            assertThat(reader.next()).isNull();
            return entry == null ? Tars.file("nothing", 0) : entry;
        }
    }

    private static void make(Path path, SparseMap map, Random random) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(map.size());
            for (int run = 0; run < map.runs(); run++) {
                byte[] data = new byte[(int) map.length(run)];
                random.nextBytes(data);
                file.seek(map.offset(run));
                file.write(data);
            }
        }
    }

    private static String digestOfData(String name, Path directory) {
        return new String(
                Command.sh("for at in 0 7 51200 102398; do dd if=" + name
                                + " bs=1M skip=$at count=4 status=none | sha256sum; done")
                        .in(directory)
                        .output(),
                StandardCharsets.US_ASCII);
    }

    /** In bytes on the disk. */
    private static long taken(Path file) {
        String blocks =
                new String(Command.of("stat", "-c", "%b", file.toString()).output(), StandardCharsets.US_ASCII);
        return 512 * Long.parseLong(blocks.strip());
    }
}
