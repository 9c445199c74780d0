package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.doksnap.run.SpoolFile.SpoolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a writer is ahead of its taker. */
@Timeout(60)
class SpoolTest {
    private static final long PLENTY = 1L << 40;

    private final MemoryDisk disk = new MemoryDisk();

    @TempDir
    private Path home;

    private Spool spool(long most) {
        return new Spool(new SpoolSpace(home.resolve("spool"), OptionalLong.of(most), disk));
    }

    private static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void write(Spool spool, byte[] bytes) throws IOException {
        spool.write(bytes);
        spool.finish();
    }

    private static byte[] takeAll(Spool spool) throws IOException {
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        byte[] chunk = new byte[Spool.CHUNK];
        spool.begin();
        for (int n = spool.take(chunk); n >= 0; n = spool.take(chunk)) {
            taken.write(chunk, 0, n);
        }
        return taken.toByteArray();
    }

    private static <T> FutureTask<T> aside(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "aside");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    @Test
    void everythingComesOutAsItWentInWhoeverIsFaster() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < 30; round++) {
            byte[] bytes = random(random, random.nextInt(20 * Spool.CHUNK));
            Spool spool = spool((long) random.nextInt(30) * Spool.SLOT);
            boolean takerFirst = random.nextBoolean();
            FutureTask<byte[]> taken = aside(() -> takeAll(spool));
            if (takerFirst) {
                await().until(() -> taken.isDone() || spool.hasTaker());
            }
            int at = 0;
            while (at < bytes.length) {
                int n = Math.min(bytes.length - at, 1 + random.nextInt(Spool.CHUNK * 2));
                spool.write(bytes, at, n);
                at += n;
            }
            spool.finish();
            assertThat(taken.get()).as("round " + round).isEqualTo(bytes);
            spool.close();
        }
    }

    @Test
    void nothingThatWasWrittenCanBeReadOnTheDisk() throws Exception {
        byte[] bytes = "secret ".repeat(Spool.CHUNK).getBytes(StandardCharsets.US_ASCII);
        Spool spool = spool(PLENTY);
        write(spool, bytes);
        assertThat(disk.written).isGreaterThan(bytes.length);
        assertThat(new String(disk.bytes(), StandardCharsets.ISO_8859_1)).doesNotContain("secret");
        assertThat(takeAll(spool)).isEqualTo(bytes);
    }

    @Test
    void whatTheDiskChangedIsFoundAndTheDirectoryNamed() throws Exception {
        Spool spool = spool(PLENTY);
        write(spool, new byte[3 * Spool.CHUNK]);
        disk.flip(Spool.SLOT + 17);
        assertThatThrownBy(() -> takeAll(spool))
                .isInstanceOf(SpoolException.class)
                .hasMessageContaining(home.resolve("spool").toString())
                .hasMessageContaining("changed")
                .hasMessageContaining("spool.directory");
    }

    @Test
    void takerThatKeepsUpCostsNoDisk() throws Exception {
        Spool spool = spool(PLENTY);
        spool.begin();
        byte[] chunk = new byte[Spool.CHUNK];
        for (int i = 0; i < 20; i++) {
            spool.write(new byte[Spool.CHUNK]);
            assertThat(spool.take(chunk)).isEqualTo(Spool.CHUNK);
        }
        assertThat(disk.opened).isZero();
        assertThat(spool.waited()).isEmpty();
    }

    @Test
    void placesOnDiskAreUsedAgain() throws Exception {
        Spool spool = spool(PLENTY);
        spool.write(new byte[6 * Spool.CHUNK]);
        long high = disk.bytes().length;
        spool.begin();
        byte[] chunk = new byte[Spool.CHUNK];
        for (int i = 0; i < 50; i++) {
            spool.take(chunk);
            spool.write(new byte[Spool.CHUNK]);
        }
        assertThat(disk.bytes().length).isEqualTo((int) high);
    }

    @Test
    void writerOfAFullSpoolWaitsForTheTaker() throws Exception {
        byte[] bytes = random(new Random(1), 20 * Spool.CHUNK);
        Spool spool = spool(3L * Spool.SLOT);
        Thread[] writer = new Thread[1];
        FutureTask<Boolean> written = aside(() -> {
            writer[0] = Thread.currentThread();
            write(spool, bytes);
            return true;
        });
        await().until(() -> spool.waited().isPresent() && writer[0].getState() == Thread.State.WAITING);
        assertThat(written.isDone()).isFalse();
        assertThat(takeAll(spool)).isEqualTo(bytes);
        assertThat(written.get()).isTrue();
        assertThat(spool.waited()).contains("was full");
        assertThat(disk.bytes().length).isLessThanOrEqualTo(3 * Spool.SLOT);
    }

    @Test
    void diskThatRunsFullHoldsTheWriterBackAndLosesNothing() throws Exception {
        byte[] bytes = random(new Random(2), 20 * Spool.CHUNK + 100);
        disk.roomFor = 5L * Spool.SLOT + 1000;
        Spool spool = spool(PLENTY);
        FutureTask<byte[]> taken = aside(() -> {
            await().until(() -> spool.waited().isPresent());
            return takeAll(spool);
        });
        write(spool, bytes);
        assertThat(taken.get()).isEqualTo(bytes);
        assertThat(spool.waited().orElseThrow())
                .contains("cannot be written to")
                .contains("No space left");
    }

    @Test
    void diskOfWhichLittleIsLeftIsNotFilled() {
        disk.total = 1000;
        disk.usable = 100;
        SpoolSpace space = new SpoolSpace(home, OptionalLong.of(PLENTY), disk);
        assertThat(space.take(50)).isTrue();
        assertThat(space.take(51)).isFalse();
    }

    @Test
    void withoutALimitAQuarterOfWhatIsFreeIsTaken() {
        disk.total = 1L << 36;
        disk.usable = 1L << 34;
        SpoolSpace space = new SpoolSpace(home, OptionalLong.empty(), disk);
        assertThat(space.take(1L << 32)).isTrue();
        disk.usable -= 1L << 32;
        assertThat(space.take(1)).isFalse();
        disk.usable = 1L << 39;
        assertThat(space.take((6L << 30) + 1)).isFalse();
        assertThat(space.take(6L << 30)).isTrue();
    }

    @Test
    void roomIsGivenBackWhenTheLastOfBothLeaves() throws Exception {
        SpoolSpace space = new SpoolSpace(home, OptionalLong.of(4L * Spool.SLOT), disk);
        Spool spool = new Spool(space);
        spool.write(new byte[4 * Spool.CHUNK]);
        spool.leave();
        assertThat(space.take(1)).isFalse();
        spool.leave();
        assertThat(space.take(4L * Spool.SLOT)).isTrue();
        assertThat(disk.closed).isEqualTo(1);
    }

    @Test
    void writerIsToldThatItWasGivenUp() throws Exception {
        Spool spool = spool(0);
        FutureTask<Boolean> written = aside(() -> {
            write(spool, new byte[Spool.CHUNK]);
            return true;
        });
        await().until(() -> spool.waited().isPresent());
        spool.giveUp(new NoDestinationLeftException());
        assertThatThrownBy(written::get).hasCauseInstanceOf(NoDestinationLeftException.class);
    }

    @Test
    void interruptEndsTheWaitingOfBoth() throws Exception {
        Spool spool = spool(0);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> write(spool, new byte[Spool.CHUNK])).isInstanceOf(InterruptedIOException.class);
        assertThatThrownBy(() -> takeAll(spool)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void fileHasNoNameWhileItIsUsedAndIsReadAgainAllTheSame() throws Exception {
        Path directory = home.resolve("spool");
        byte[] bytes = random(new Random(3), 5 * Spool.CHUNK + 1);
        try (Spool spool = new Spool(new SpoolSpace(directory, OptionalLong.empty()))) {
            write(spool, bytes);
            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files).isEmpty();
            }
            assertThat(takeAll(spool)).isEqualTo(bytes);
        }
    }

    @Test
    void directoryThatCannotBeMadeOnlyHoldsTheWriterBack() throws Exception {
        Files.writeString(home.resolve("file"), "");
        Spool spool = new Spool(new SpoolSpace(home.resolve("file").resolve("spool"), OptionalLong.of(PLENTY)));
        FutureTask<byte[]> taken = aside(() -> takeAll(spool));
        byte[] bytes = random(new Random(4), 9 * Spool.CHUNK);
        write(spool, bytes);
        assertThat(taken.get()).isEqualTo(bytes);
    }

    /** A disk in memory, of any size. */
    private static final class MemoryDisk implements SpoolSpace.Disk, SpoolSpace.Medium {
        private byte[] bytes = new byte[0];
        private long usable = PLENTY;
        private long total = PLENTY;
        private long roomFor = PLENTY;
        private long written;
        private int opened;
        private int closed;

        synchronized byte[] bytes() {
            return bytes.clone();
        }

        synchronized void flip(int at) {
            bytes[at] ^= 1;
        }

        @Override
        public long usableBytes() {
            return usable;
        }

        @Override
        public long totalBytes() {
            return total;
        }

        @Override
        public SpoolSpace.Medium open() {
            opened++;
            return this;
        }

        @Override
        public synchronized void write(ByteBuffer from, long position) throws IOException {
            int end = (int) position + from.remaining();
            if (end > roomFor) {
                throw new IOException("No space left on device");
            }
            written += from.remaining();
            bytes = end > bytes.length ? Arrays.copyOf(bytes, end) : bytes;
            from.get(bytes, (int) position, from.remaining());
        }

        @Override
        public synchronized void read(ByteBuffer into, long position) {
            into.put(bytes, (int) position, into.remaining());
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
