package io.doksnap.app.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.ConfigReader;
import io.doksnap.declare.Declarations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWatchTest {
    private static final String FIRST = "{storage: {directory: /backups}, apps: []}\n";

    @TempDir
    Path directory;

    private Path file;
    private ConfigWatch watch;

    @BeforeEach
    void begin() throws IOException {
        file = directory.resolve("config.yaml");
        Files.writeString(file, FIRST);
        watch = new ConfigWatch(file, () -> new ConfigReader().read(file, Map.of()));
    }

    @Test
    void nothingIsSaidOfAFileThatIsAsItWas() throws IOException {
        assertThat(watch.poll()).isEmpty();
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        assertThat(watch.poll()).isEmpty();
    }

    @Test
    void anEditIsSeenOnceAlsoWithTheSameLength() throws IOException {
        Files.writeString(file, FIRST.replace("/backups", "/archive"));
        assertThat(watch.poll()).containsInstanceOf(Declarations.Declared.class);
        assertThat(watch.poll()).isEmpty();
    }

    @Test
    void aReplacedFileIsSeen() throws IOException {
        Path fresh = directory.resolve("fresh");
        Files.writeString(fresh, FIRST + "# changed\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        assertThat(watch.poll()).isPresent();
    }

    @Test
    void aLinkThatPointsElsewhereNowIsSeen() throws IOException {
        Path one = Files.createDirectory(directory.resolve("one"));
        Path two = Files.createDirectory(directory.resolve("two"));
        Files.writeString(one.resolve("config.yaml"), FIRST);
        Files.writeString(two.resolve("config.yaml"), FIRST + "# changed\n");
        Path data = Files.createSymbolicLink(directory.resolve("..data"), one);
        Path linked = data.resolve("config.yaml");
        ConfigWatch linkWatch = new ConfigWatch(linked, () -> new ConfigReader().read(linked, Map.of()));

        Files.delete(data);
        Files.createSymbolicLink(data, two);

        assertThat(linkWatch.poll()).isPresent();
    }

    @Test
    void aFileThatIsGoneOrMakesNoSenseIsSaidOnceAndSeenAgainWhenItIsRight() throws IOException {
        Files.delete(file);
        assertThat(watch.poll()).containsInstanceOf(Declarations.Rejected.class);
        assertThat(watch.poll()).isEmpty();

        Files.writeString(file, "apps: [");
        assertThat(watch.poll()).containsInstanceOf(Declarations.Rejected.class);

        Files.writeString(file, FIRST);
        assertThat(watch.poll()).containsInstanceOf(Declarations.Declared.class);
    }
}
