package io.doksnap.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WritebackTest {
    private static final int PIECE = 1 << 20;

    @TempDir
    private Path directory;

    @Test
    void whatIsStoredIsTheSameThoughItIsWrittenToDiskOnTheWay() throws Exception {
        byte[] piece = new byte[PIECE];
        new Random(7).nextBytes(piece);
        try (ObjectStore store = new DirectoryStore(directory.resolve("store"));
                Upload upload = store.upload("object")) {
            for (int i = 0; i < 20; i++) {
                upload.write(piece, 0, PIECE);
            }
            assertThat(upload.commit().size()).isEqualTo(20L * PIECE);
        }
        byte[] stored = Files.readAllBytes(directory.resolve("store/object"));
        for (int i = 0; i < 20; i++) {
            assertThat(stored).as("piece %d", i).startsWith(piece);
            stored = Arrays.copyOfRange(stored, PIECE, stored.length);
        }
    }

    @Test
    void aFileThatIsGoneIsLeftAlone() {
        try (Writeback writeback = new Writeback(directory.resolve("gone"))) {
            assertThatCode(() -> writeback.grownTo(1L << 30)).doesNotThrowAnyException();
        }
        assertThat(directory.resolve("gone")).doesNotExist();
    }

    @Test
    void oneDescriptorIsOpenUntilItIsClosed() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[PIECE]);
        try (Writeback writeback = new Writeback(file)) {
            for (long size = 1L << 24; size < 1L << 32; size += 1L << 24) {
                writeback.grownTo(size);
            }
            assertThat(descriptorsOf(file)).isEqualTo(1);
        }
        assertThat(descriptorsOf(file)).isZero();
    }

    @Test
    void closedOnceAndAskedNothingAfterwards() {
        FakeCalls calls = new FakeCalls();
        Writeback writeback = new Writeback(directory.resolve("file"), calls);
        writeback.grownTo(1L << 24);
        writeback.close();
        writeback.close();
        writeback.grownTo(1L << 30);
        assertThat(calls.made).containsExactly("open", "begin", "close");
    }

    @Test
    void whatIsNeverBegunIsNeverOpened() {
        FakeCalls calls = new FakeCalls();
        try (Writeback writeback = new Writeback(directory.resolve("file"), calls)) {
            writeback.grownTo(PIECE);
        }
        assertThat(calls.made).isEmpty();
    }

    @Test
    void failureOfTheSystemIsLeftToWhoeverMakesTheFileDurable() {
        FakeCalls calls = new FakeCalls();
        calls.failing = true;
        Writeback writeback = new Writeback(directory.resolve("file"), calls);
        assertThatCode(() -> {
                    writeback.grownTo(1L << 24);
                    writeback.grownTo(1L << 25);
                    writeback.close();
                })
                .doesNotThrowAnyException();
        assertThat(calls.made).containsExactly("open", "begin", "close");
    }

    private static long descriptorsOf(Path file) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(descriptor -> leadsTo(descriptor, file)).count();
        }
    }

    private static boolean leadsTo(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException e) {
            return false;
        }
    }

    /** A file system that, when told so, reports a full disk as late as those of networks do. */
    private static final class FakeCalls implements Writeback.Calls {
        private static final int NO_SPACE = 28;

        private final List<String> made = new ArrayList<>();
        private boolean failing;

        @Override
        public int open(Path file) {
            made.add("open");
            return 7;
        }

        @Override
        public void beginWriting(int descriptor, long offset, long length) {
            note("begin");
        }

        @Override
        public void close(int descriptor) {
            note("close");
        }

        private void note(String call) {
            made.add(call);
            if (failing) {
                throw new LastErrorException(NO_SPACE);
            }
        }
    }
}
