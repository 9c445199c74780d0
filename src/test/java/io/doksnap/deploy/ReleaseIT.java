package io.doksnap.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.doksnap.testing.Command;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./mvnw -Prelease} makes of a build, and that somebody can use it who has nothing but a JRE. */
@Timeout(180)
class ReleaseIT {
    private static final String VERSION = "9.8.7";

    @TempDir
    private Path home;

    @Test
    void programRunsFromWhereItWasUnpackedWithoutAnythingElse() throws IOException {
        Path jar =
                Path.of(System.getProperty("doksnap.jar", "target/doksnap.jar")).toAbsolutePath();
        Path target = Files.createDirectories(home.resolve("target"));
        Files.createSymbolicLink(target.resolve("doksnap.jar"), jar);
        Files.createSymbolicLink(target.resolve("lib"), jar.resolveSibling("lib"));
        Path release = release("release");
        Path place = Files.createDirectories(home.resolve("a place"));
        Command.of(
                        "tar",
                        "xf",
                        release.resolve("doksnap-" + VERSION + ".tar.gz").toString())
                .in(place)
                .output();
        Path program = place.resolve("doksnap-" + VERSION);

        String shown = text(Command.of("./doksnap", "quickstart", "--directory", "../sample")
                .in(program)
                .env("DOCKER_HOST", "unix:///nowhere")
                .env("HOME", place.toString())
                .output());

        assertThat(shown).contains("exactly as they were").contains("./doksnap quickstart --clean");
        assertThat(program.resolve("target")).doesNotExist();
        assertThat(program.resolve("docs/reference/config.md")).isRegularFile();
        // docker-compose.yml builds the image there as well.
        assertThat(program.resolve(".dockerignore")).content().contains("!doksnap.jar\n", "!lib\n", "!deploy/image\n");
    }

    @Test
    void everythingIsInItAndTheSumsAreRight() throws IOException {
        Path release = releaseOfNothing();
        try (Stream<Path> files = Files.list(release)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "SHA256SUMS",
                            "doksnap-9.8.7.tar.gz",
                            "doksnap-9.8.7.tgz",
                            "doksnap-9.8.7.sbom.json",
                            "doksnap-crds-9.8.7.yaml",
                            "doksnap-image-9.8.7.tar.gz",
                            "doksnap-kustomize-9.8.7.tar.gz");
        }
        Command.of("sha256sum", "--check", "--strict", "SHA256SUMS").in(release).output();
        List<JsonNode> definitions = Strict.documents(Files.readString(release.resolve("doksnap-crds-9.8.7.yaml")));
        assertThat(definitions)
                .hasSize(5)
                .allSatisfy(crd -> assertThat(crd.path("kind").asText()).isEqualTo("CustomResourceDefinition"));
        assertThat(unpacked(release, "doksnap-9.8.7.tgz", "doksnap/Chart.yaml"))
                .contains("\nversion: 9.8.7\n", "\nappVersion: 9.8.7\n");
        assertThat(unpacked(
                        release,
                        "doksnap-kustomize-9.8.7.tar.gz",
                        "doksnap-kustomize-9.8.7/operator/kustomization.yaml"))
                .contains("newTag: 9.8.7\n");
        assertThat(unpacked(release, "doksnap-image-9.8.7.tar.gz", "deploy/Dockerfile"))
                .contains("\nARG VERSION=9.8.7\n", "\nARG PROGRAM=jar\n");
        assertThat(Files.readString(release("again").resolve("SHA256SUMS")))
                .as("made once more")
                .isEqualTo(Files.readString(release.resolve("SHA256SUMS")));
    }

    @Test
    void chartIsOneForHelm() throws IOException {
        Command.of(Needs.broughtByNpm("helm").toString(), "lint", "--strict")
                .with(releaseOfNothing().resolve("doksnap-9.8.7.tgz").toString())
                .output();
    }

    /** With a program that is none, and packed sooner. */
    private Path releaseOfNothing() throws IOException {
        Files.createDirectories(home.resolve("target/lib"));
        Files.writeString(home.resolve("target/doksnap.jar"), "a jar");
        Files.writeString(home.resolve("target/lib/a.jar"), "another");
        return release("release");
    }

    private Path release(String name) throws IOException {
        Files.writeString(home.resolve("target/doksnap-sbom.json"), "{}");
        Path output = home.resolve(name);
        Command.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1")
                .with("dev/lib/Release.java", home.resolve("target").toString(), VERSION, "2026-11-23T00:00:00Z")
                .with(output.toString())
                .output();
        return output;
    }

    private static String unpacked(Path release, String archive, String name) {
        return text(Command.of("tar", "xOf", release.resolve(archive).toString(), name)
                .output());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
