package io.doksnap.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.ClassArchive;
import io.doksnap.testing.Command;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A newcomer types every command of docs/tutorial.md into one shell, in the order of the page, and compares what comes with what the
 * page shows. Only the directory and the two ports are others than there, and the program is there already.
 */
@Timeout(180)
class TutorialIT {
    private static final String DIRECTORY = "/srv/doksnap-tutorial";
    private static final String NEXT = "=== block ";

    /** What is different each time: numbers, ids and dates, which may be glued to a unit, and the room that they take. */
    private static final Pattern VARIABLE = Pattern.compile("(just"
            + " now)|(?<version>\\d+\\.\\d+\\.\\d+(?:-SNAPSHOT)?)|\\b(?=[0-9a-fA-F]*[0-9])[0-9a-fA-F][0-9a-fA-F:.TZ_-]*(?:"
            + " [kM]?B)?\\w*|\\s+");

    private static final String ANY = "(?:just now|[0-9a-fA-F:.TZ_-]+(?: [kM]?B)?\\w*)";

    @TempDir(cleanup = CleanupMode.ALWAYS)
    Path home;

    @Test
    void everyCommandDoesWhatThePageShows() throws IOException {
        Needs.root();
        URI engine = Needs.docker();
        List.of("kubectl", "gpg", "zstd", "docker", "busybox").forEach(Needs::command);
        Files.createDirectory(home.resolve("clone"));
        Path program = Files.writeString(home.resolve("clone/doksnap"), launcher());
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<Block> blocks = Block.of(Path.of("docs/tutorial.md"));
        Command bash = Command.of("bash", "-c", script(blocks))
                .within(Duration.ofMinutes(5))
                .in(home.resolve("clone"))
                .env("DOCKER_HOST", engine.toString())
                .env("HOME", home.toString())
                .env("GNUPGHOME", Files.createDirectory(home.resolve("g")).toString());
        String root = new String(
                Command.of("docker", "info", "--format={{.DockerRootDir}}")
                        .env("DOCKER_HOST", engine.toString())
                        .output(),
                StandardCharsets.UTF_8);
        String[] shown = new String(bash.run().output(), StandardCharsets.UTF_8).split(NEXT, -1);
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            if (block.language().equals("text")) {
                compare(block, shown[i].replace(root.strip(), "/var/lib/docker"));
            }
        }
        assertThat(home.resolve("tutorial")).as("what step 10 removes").doesNotExist();
    }

    /** All commands, with a mark before each block's output, and what would be left if one of them failed. */
    private String script(List<Block> blocks) throws IOException {
        StringBuilder script = new StringBuilder(IMAGE + "exec 2>&1\n");
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            script.append("echo '").append(NEXT).append("'\n");
            if (block.language().equals("sh")) {
                script.append(block.text()
                        .replace(DIRECTORY, home.resolve("tutorial").toString())
                        .replace("\nhost: tutorial\n", "\nhost: tutorial\n" + otherPorts()));
            }
        }
        return script.append("docker rmi -f busybox > /dev/null\n").toString();
    }

    private static final String IMAGE = """
        clear_up() {
            kill $(jobs -p) 2> /dev/null; wait
            docker rm -f notes blog; docker volume rm notes-data notes-restored blog-data; docker rmi -f busybox
        }
        trap 'clear_up > /dev/null 2>&1' EXIT
        mkdir -p ../image/bin && cp "$(command -v busybox)" ../image/bin/busybox
        for tool in sh sleep cat cp; do ln -s busybox ../image/bin/$tool; done
        tar c -C ../image . | docker import - busybox > /dev/null
        """;

    /** As the page says for a host where they are taken. */
    private static String otherPorts() throws IOException {
        try (ServerSocket api = new ServerSocket(0);
                ServerSocket status = new ServerSocket(0)) {
            return "api: {port: " + api.getLocalPort() + "}\nstatus_server: {port: " + status.getLocalPort() + "}\n";
        }
    }

    private static String launcher() {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path jar =
                Path.of(System.getProperty("doksnap.jar", "target/doksnap.jar")).toAbsolutePath();
        return "#!/bin/sh\nexec " + java + " " + ClassArchive.option(java, jar)
                + " -Xmx128m -XX:TieredStopAtLevel=1 -jar " + jar + " \"$@\"\n";
    }

    /** Each line of the page is among those of the shell, but for what is another one each time. */
    private void compare(Block block, String shown) {
        for (String line : block.text().lines().toList()) {
            if (!line.isBlank() && !line.startsWith("Building")) {
                String expected =
                        line.replace(DIRECTORY, home.resolve("tutorial").toString());
                assertThat(shown.lines().anyMatch(line(expected).asMatchPredicate()))
                        .as("%s: '%s' in what the shell shows:%n%s", block, line, shown)
                        .isTrue();
            }
        }
    }

    private static Pattern line(String text) {
        List<String> parts = new ArrayList<>();
        Matcher variable = VARIABLE.matcher(text);
        int end = 0;
        while (variable.find()) {
            parts.add(Pattern.quote(text.substring(end, variable.start())));
            String any = variable.group("version") == null ? ANY : "\\S+(?: packaged\\))?";
            parts.add(variable.group().isBlank() ? "\\s+" : any);
            end = variable.end();
        }
        parts.add(Pattern.quote(text.substring(end)));
        return Pattern.compile(parts.stream().collect(Collectors.joining()) + "\\s*");
    }
}
