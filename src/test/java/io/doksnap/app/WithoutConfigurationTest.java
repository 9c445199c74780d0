package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.doksnap.testing.SettableClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that read what is stored, where no configuration says anything, as on a host whose labels say all. */
class WithoutConfigurationTest {
    @TempDir
    private Path home;

    private Path state;

    private record Ended(int code, String out, String err) {}

    @BeforeEach
    void usualConfigurationIsNotThere() {
        assumeThat(ConfigOption.USUAL).doesNotExist();
        state = home.resolve("state");
    }

    /** A backup as the operator makes one that has no configuration either. */
    private void store() throws IOException {
        Files.writeString(Files.createDirectories(home.resolve("data")).resolve("a.txt"), "hello\n");
        Path config = Files.writeString(home.resolve("elsewhere.yaml"), """
                host: host1
                data_dir: state
                storage: {directory: state/backups}
                docker: {host: 'unix:///nowhere/docker.sock', allowed_paths: [%1$s]}
                apps:
                  - {name: shop, type: directory, source: %1$s/data}
                """.formatted(home));
        assertThat(run("backup", "shop", "-c", config.toString()).code()).isZero();
    }

    @Test
    void whatIsStoredInTheDataDirectoryIsFoundAndRestored() throws IOException {
        store();
        assertThat(run("list").out()).contains("shop", "host1");
        assertThat(run("ls", "shop").out()).contains("a.txt");
        assertThat(run("verify", "shop").code()).isZero();
        assertThat(run("recovery-kit").out()).contains("the directory " + state + "/backups of this machine");
        Ended restore = run("restore", "shop", "--to-directory", home.resolve("new") + "");
        assertThat(restore.code()).as(restore.toString()).isZero();
        assertThat(home.resolve("new/a.txt")).hasContent("hello");
    }

    @Test
    void whereNothingWasStoredThereItIsTheConfigurationThatIsMissing() {
        for (String[] command : new String[][] {
            {"list"}, {"ls", "shop"}, {"verify"}, {"recovery-kit"}, {"restore", "shop", "--to-directory", "new"}
        }) {
            assertThat(run(command)).satisfies(ended -> {
                assertThat(ended.code()).isEqualTo(ExitCode.CONFIGURATION);
                assertThat(ended.err()).contains("there is no file").contains("config.yaml.example");
                assertThat(ended.out()).isEmpty();
            });
        }
        assertThat(state).doesNotExist();
    }

    private Ended run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        Map<String, String> environment = Map.of("DOKSNAP_DATA_DIR", state.toString());
        Cli cli = new Cli(console, SettableClock.at("2026-11-22T02:00:00Z"), environment);
        int code = Main.commandLine(cli).execute(arguments);
        return new Ended(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
