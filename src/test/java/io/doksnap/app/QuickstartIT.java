package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerEngines;
import io.doksnap.testing.Doksnap;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The first thing that a newcomer sees. */
@Timeout(180)
class QuickstartIT {
    private static final String NOWHERE = "unix:///nowhere/docker.sock";

    @TempDir
    private Path home;

    @Test
    void withoutDockerItBacksUpAndRestoresADirectory() {
        Doksnap.Result result = quickstart(NOWHERE);
        showsAWholeBackupAndRestore(result);
        assertThat(result.out()).contains("In a directory instead of a Docker volume: no Docker Engine answers here.");
        assertThat(home.resolve("qs/sample-data")).isDirectory();
    }

    @Test
    void withDockerItBacksUpAndRestoresAVolumeAndCleansItUpAgain() throws Exception {
        Needs.root();
        URI host = Needs.docker();
        try {
            Doksnap.Result result = quickstart(host.toString());
            showsAWholeBackupAndRestore(result);
            assertThat(result.out()).contains("so they lie in a Docker volume, doksnap-quickstart.");
            assertThat(home.resolve("qs/sample-data")).doesNotExist();
            showsAWholeBackupAndRestore(quickstart(host.toString()));
            Doksnap.Result cleaned = doksnap(host.toString()).run("quickstart", "--directory", "qs", "--clean");
            assertThat(cleaned)
                    .isEqualTo(new Doksnap.Result(
                            0, "removed " + home.resolve("qs") + " and the Docker volume doksnap-quickstart\n", ""));
            assertThat(home.resolve("qs")).doesNotExist();
        } finally {
            try (DockerEngine engine = DockerEngines.connect(host, Duration.ofSeconds(15))) {
                assertThat(engine.findVolume("doksnap-quickstart")).isEmpty();
            }
        }
    }

    @Test
    void secondRunRemovesTheFirstAndCleanRemovesEverything() {
        quickstart(NOWHERE);
        Doksnap.Result second = quickstart(NOWHERE);
        showsAWholeBackupAndRestore(second);
        assertThat(second.out()).contains("What an earlier quickstart left in " + home.resolve("qs") + " is removed");
        Doksnap.Result cleaned = doksnap(NOWHERE).run("quickstart", "--directory", "qs", "--clean");
        assertThat(cleaned).isEqualTo(new Doksnap.Result(0, "removed " + home.resolve("qs") + "\n", ""));
        assertThat(home.resolve("qs")).doesNotExist();
        Doksnap.Result again = doksnap(NOWHERE).run("quickstart", "--directory", "qs", "--clean");
        assertThat(again.out()).isEqualTo("nothing to clean: there is no quickstart in " + home.resolve("qs") + "\n");
    }

    @Test
    void folderOfSomebodyElseIsNeitherUsedNorCleaned() throws IOException {
        Path mine = Files.createDirectories(home.resolve("qs")).resolve("mine");
        Files.writeString(mine, "mine\n");
        Doksnap.Result result = quickstart(NOWHERE);
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err())
                .isEqualTo("error: " + home.resolve("qs")
                        + " exists, and no quickstart made it; name another place with --directory\n");
        doksnap(NOWHERE).run("quickstart", "--directory", "qs", "--clean");
        assertThat(mine).hasContent("mine");
    }

    @Test
    void killedHalfWayItRunsWholeTheNextTime() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 6; i++) {
            try (Doksnap.Running running = doksnap(NOWHERE).start("quickstart", "--directory", "qs")) {
                if (!running.process().waitFor(400 + random.nextInt(1200), TimeUnit.MILLISECONDS)) {
                    running.kill();
                }
            }
        }
        showsAWholeBackupAndRestore(quickstart(NOWHERE));
    }

    @Test
    void inTheLocaleCEveryNameIsKept() {
        Doksnap.Result result = doksnap(NOWHERE).environment("LC_ALL", "C").run("quickstart", "--directory", "qs");
        showsAWholeBackupAndRestore(result);
    }

    @Test
    void ordinaryUserNeedsNothingMore() throws Exception {
        Needs.root();
        Needs.command("setpriv");
        for (String attribute : List.of("unix:uid", "unix:gid")) {
            Files.setAttribute(home, attribute, 65534);
        }
        Doksnap.Result result = doksnap(NOWHERE).asNobody().run("quickstart", "--directory", "qs");
        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(result.out()).contains("entries are exactly as they were");
        assertThat(result.err())
                .isEqualTo("warning: owners were not restored, as that takes root: everything belongs to you\n");
    }

    private void showsAWholeBackupAndRestore(Doksnap.Result result) {
        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .containsPattern("all \\d+ entries are exactly as they were\n\nIt works\\.")
                .contains("changed: notes/note-007.txt", "missing: config/secret.env", "new:     ransom-note.txt")
                .endsWith("remove all of the above: ./doksnap quickstart --clean --directory " + home.resolve("qs")
                        + "\n");
    }

    private Doksnap.Result quickstart(String engine) {
        return doksnap(engine).run("quickstart", "--directory", "qs");
    }

    private Doksnap doksnap(String engine) {
        return Doksnap.in(home).environment("DOCKER_HOST", engine);
    }
}
