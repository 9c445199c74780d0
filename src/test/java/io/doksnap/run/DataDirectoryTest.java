package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.run.DataDirectory.DataDirectoryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    private Path home;

    private Path directory;

    @BeforeEach
    void choose() {
        directory = home.resolve("deep/state");
    }

    @Test
    void directoryAndFilesAreForThisUserOnly() throws Exception {
        try (DataDirectory data = DataDirectory.open(directory)) {
            data.write("note", "text\n");
            assertThat(mode(directory)).isEqualTo("rwx------");
            assertThat(mode(directory.resolve("note"))).isEqualTo("rw-------");
            assertThat(mode(directory.resolve("lock"))).isEqualTo("rw-------");
        }
    }

    @Test
    void whatWasWrittenIsRead() throws Exception {
        try (DataDirectory data = DataDirectory.open(directory)) {
            assertThat(data.read("note")).isEmpty();
            data.write("note", "Grüße\n");
            data.write("note", "again\n");
            assertThat(data.read("note")).hasValue("again\n");
            data.delete("note");
            data.delete("note");
            assertThat(data.read("note")).isEmpty();
        }
    }

    @Test
    void interruptBeforeAWriteOrADeletionIsKeptForLater() throws Exception {
        try (DataDirectory data = DataDirectory.open(directory)) {
            Thread.currentThread().interrupt();
            data.write("note", "text\n");
            assertThat(Thread.interrupted()).isTrue();
            assertThat(data.read("note")).hasValue("text\n");
            Thread.currentThread().interrupt();
            data.delete("note");
            assertThat(Thread.interrupted()).isTrue();
            assertThat(data.read("note")).isEmpty();
        }
    }

    @Test
    void interruptInTheMiddleOfAWriteNeitherFailsItNorGetsLost() throws Exception {
        try (DataDirectory data = DataDirectory.open(directory)) {
            Random random = new Random(1);
            for (int i = 0; i < 300; i++) {
                Thread writer = Thread.currentThread();
                int delay = random.nextInt(400);
                Thread interrupter = new Thread(() -> {
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(delay));
                    writer.interrupt();
                });
                interrupter.start();
                data.write("note", "text " + i);
                boolean seen = Thread.interrupted();
                while (!seen) {
                    // Comes after the write, too.
                    seen = Thread.interrupted();
                }
                interrupter.join();
                assertThat(seen).as("run %d", i).isTrue();
                assertThat(data.read("note")).hasValue("text " + i);
            }
        }
    }

    @Test
    void secondOpeningIsBusyAndNamesTheProcess() throws Exception {
        try (DataDirectory data = DataDirectory.open(directory)) {
            assertThatThrownBy(() -> DataDirectory.open(directory))
                    .isInstanceOfSatisfying(
                            DataDirectoryException.class,
                            e -> assertThat(e.isBusy()).isTrue())
                    .hasMessage("another doksnap is at work with the data directory " + data.path() + " (process "
                            + ProcessHandle.current().pid() + "); wait until it is done, or set another data_dir");
        }
        DataDirectory.open(directory).close();
    }

    @Test
    void hostIsPinnedAndCanBeReadWithoutTheLock() throws Exception {
        assertThat(DataDirectory.pinnedHost(directory)).isEmpty();
        try (DataDirectory data = DataDirectory.open(directory)) {
            assertThat(data.pinnedHost()).isEmpty();
            data.pinHost("host1");
            assertThat(data.pinnedHost()).hasValue("host1");
            assertThat(DataDirectory.pinnedHost(directory)).hasValue("host1");
        }
    }

    @Test
    void linkToADirectoryIsFollowed() throws Exception {
        Path real = Files.createDirectory(home.resolve("real"));
        Path link = Files.createSymbolicLink(home.resolve("link"), real);
        try (DataDirectory data = DataDirectory.open(link)) {
            data.write("note", "x");
        }
        assertThat(real.resolve("note")).exists();
    }

    @Test
    void fileInItsPlaceIsNamedWithARemedyAndIsNotBusy() throws IOException {
        Path file = Files.createFile(home.resolve("file"));
        assertThatThrownBy(() -> DataDirectory.open(file))
                .isInstanceOfSatisfying(
                        DataDirectoryException.class,
                        e -> assertThat(e.isBusy()).isFalse())
                .hasMessage("cannot use the data directory " + file
                        + " (it exists already); free some space there, or set data_dir or"
                        + " DOKSNAP_DATA_DIR to one that this user may write to");
    }

    @Test
    void whatAKilledProcessDidNotFinishWritingIsRemovedAtTheNextOpening() throws Exception {
        Files.createDirectories(directory);
        Files.createFile(directory.resolve("open-run-x.new"));
        Files.createFile(directory.resolve("open-run-y"));
        DataDirectory.open(directory).close();
        assertThat(directory.resolve("open-run-x.new")).doesNotExist();
        assertThat(directory.resolve("open-run-y")).exists();
    }

    @Test
    void writeThatFailsLeavesWhatWasThere() throws Exception {
        try (DataDirectory data = DataDirectory.open(directory)) {
            Files.createDirectories(directory.resolve("note/x"));
            assertThatThrownBy(() -> data.write("note", "text"))
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageStartingWith("cannot write " + directory.resolve("note") + " (");
            assertThat(directory.resolve("note/x")).exists();
            assertThat(directory.resolve("note.new")).doesNotExist();
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
