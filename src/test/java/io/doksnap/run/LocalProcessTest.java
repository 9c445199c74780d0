package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.run.LocalProcess.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LocalProcessTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "PATH", "/usr/bin:/bin", "LC_ALL", "C", "AWS_SECRET_ACCESS_KEY", "geheim", "ENCRYPTION_PASSWORD", "geheim");

    @TempDir
    private Path home;

    @Test
    void exitCodeAndOutputAreTold() throws Exception {
        assertThat(sh("echo out; echo err >&2; exit 3", LONG)).isEqualTo(new Outcome.Ended(3, "out\nerr\n"));
    }

    @Test
    void environmentHoldsNoSecretOfOurs() throws Exception {
        Outcome outcome = LocalProcess.run(List.of("env"), ENVIRONMENT, LONG);
        assertThat(outcome.output()).contains("PATH=/usr/bin:/bin", "LC_ALL=C").doesNotContain("geheim");
    }

    @Test
    void argumentsMeetNoShell() throws Exception {
        Outcome outcome = LocalProcess.run(List.of("echo", "$(id)", "a b;", ">x"), ENVIRONMENT, LONG);
        assertThat(outcome.output()).isEqualTo("$(id) a b; >x\n");
    }

    @Test
    void overdueProcessIsKilledWithItsChildrenAndWithThoseThatLeftItsFamily() throws Exception {
        Path pids = home.resolve("pids");
        String script = "sleep 600 & echo $! >> %1$s; setsid sh -c 'echo $$ >> %1$s; exec sleep 601' & sleep 602"
                .formatted(pids);
        assertThat(sh(script, Duration.ofSeconds(1))).isInstanceOf(Outcome.Overdue.class);
        List<String> all = Files.readAllLines(pids);
        assertThat(all).hasSize(2);
        // Dead at once; out of the list of processes as soon as init has taken note.
        await().untilAsserted(() -> assertThat(all).noneMatch(LocalProcessTest::isAlive));
    }

    private static boolean isAlive(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
    }

    @Test
    void endlessOutputIsCappedToItsEnd() throws Exception {
        Outcome outcome = sh("head -c 20000000 /dev/zero | tr '\\0' x; echo the end", LONG);
        assertThat(outcome.output()).hasSize(8192).endsWith("xthe end\n");
    }

    @Test
    void daemonThatKeepsTheOutputOpenIsNotWaitedFor() throws Exception {
        Path pid = home.resolve("pid");
        long began = System.nanoTime();
        assertThat(sh("sleep 20 & echo $! > " + pid + "; echo done", LONG)).isEqualTo(new Outcome.Ended(0, "done\n"));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(ProcessHandle::destroyForcibly);
    }

    private static Outcome sh(String script, Duration within) throws Exception {
        return LocalProcess.run(List.of("sh", "-c", script), ENVIRONMENT, within);
    }
}
