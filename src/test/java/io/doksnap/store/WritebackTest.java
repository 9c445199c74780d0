package io.doksnap.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
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
        Writeback writeback = new Writeback(directory.resolve("gone"));
        assertThatCode(() -> writeback.grownTo(1L << 30)).doesNotThrowAnyException();
        assertThat(directory.resolve("gone")).doesNotExist();
    }

    @Test
    void noDescriptorStaysOpen() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[PIECE]);
        Writeback writeback = new Writeback(file);
        for (long size = 1L << 24; size < 1L << 32; size += 1L << 24) {
            writeback.grownTo(size);
        }
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(open.filter(descriptor -> leadsTo(descriptor, file))).isEmpty();
        }
    }

    private static boolean leadsTo(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException e) {
            return false;
        }
    }
}
