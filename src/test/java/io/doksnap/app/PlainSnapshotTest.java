package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.SettableClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot that is not encrypted, where encryption is expected: of before, or put there by somebody else. */
class PlainSnapshotTest {
    @TempDir
    private Path home;

    private final SettableClock clock = SettableClock.at("2026-11-10T01:00:00Z");
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private Scene scene;
    private String id = "";
    private int restores;

    @BeforeEach
    void makeAPlainSnapshot() throws IOException {
        scene = Scene.withDirectory(home);
        Files.writeString(scene.data.resolve("file"), "hello");
        assertThat(run("backup", "shop")).startsWith("0 ");
        id = scene.keys().stream()
                .filter(key -> key.endsWith("/manifest.json"))
                .map(key -> key.split("/", -1)[3])
                .findFirst()
                .orElseThrow();
        Files.writeString(home.resolve("password"), "correct horse\n");
    }

    private void encrypt() throws IOException {
        scene.configure("storage:\n  directory: store\nencryption: {method: aes256, password_file: "
                + home.resolve("password") + "}\n");
    }

    private String run(String... arguments) {
        said.reset();
        PrintStream all = new PrintStream(said, true, StandardCharsets.UTF_8);
        Stream<String> config = Stream.of("-c", home.resolve("config.yaml").toString());
        int code = Main.commandLine(new Console(all, all, false), clock)
                .execute(Stream.concat(Stream.of(arguments), config).toArray(String[]::new));
        return code + " " + said.toString(StandardCharsets.UTF_8);
    }

    private String restore(String... further) {
        Stream<String> usual = Stream.of(
                "restore",
                "shop",
                "--to-directory",
                home.resolve("new" + ++restores).toString());
        return run(Stream.concat(usual, Stream.of(further)).toArray(String[]::new));
    }

    private void assertRestored(boolean restored) {
        assertThat(Files.exists(home.resolve("new" + restores).resolve("file"))).isEqualTo(restored);
    }

    @Test
    void newestIsNotTakenOnTrustOnceThePolicyEncrypts() throws IOException {
        encrypt();
        for (String[] newest : new String[][] {{}, {"--snapshot", "latest"}, {"--at", "2026-11-11"}}) {
            assertThat(restore(newest)).startsWith("1 ").contains(id + ", is not encrypted", "--snapshot " + id);
            assertRestored(false);
        }
    }

    @Test
    void oneThatIsNamedIsRestoredWithAWarning() throws IOException {
        encrypt();
        assertThat(restore("--snapshot", id))
                .startsWith("0 ")
                .contains("is not encrypted, and those of this policy are now");
        assertRestored(true);
    }

    @Test
    void keyThatWasGivenHasToBeNeeded() throws IOException {
        encrypt();
        String password = home.resolve("password").toString();
        assertThat(restore("--snapshot", id, "--password-file", password))
                .startsWith("1 ")
                .contains("a key was given to open it");
        assertRestored(false);
    }

    @Test
    void verificationFindsItWholeAndSaysThatItIsPlain() throws IOException {
        assertThat(run("verify", "shop")).startsWith("0 ").doesNotContain("not encrypted");
        encrypt();
        assertThat(run("verify", "shop"))
                .startsWith("0 ")
                .contains("verified (checksum)", id + " is not encrypted, and those of this policy are now");
    }

    @Test
    void whereNothingIsEncryptedNothingIsSaid() {
        assertThat(restore()).startsWith("0 ").doesNotContain("encrypted,");
        assertRestored(true);
    }
}
