package io.doksnap;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The scripts in bench/, on little data: that they work, never how fast anything is. */
@Timeout(180)
class BenchScriptsIT {
    private static final Path BENCH = Path.of("bench").toAbsolutePath();

    @TempDir
    private Path directory;

    @BeforeEach
    void needTools() {
        List.of("bash", "tar", "zstd", "gpg", "gpgconf", "awk").forEach(Needs::command);
    }

    @Test
    void pipelineOpensOurArchiveWithStockToolsAndPrintsRatios() throws Exception {
        Outcome outcome = run("pipeline", "--size", "20M", "--rounds", "1", "--dir", tree(), "--jar", jar());
        assertThat(outcome.out)
                .containsPattern("verified +gpg -d [|] zstd -d [|] tar -d: \\d+ entries, the same bytes as in the tree")
                .containsPattern("ratio ours/reference: wall \\d+\\.\\d\\d .*, CPU \\d+\\.\\d\\d ")
                .containsPattern("peak memory of our JVM: [1-9]\\d* MB");
        assertThat(outcome.code).as(outcome.out).isZero();
    }

    @Test
    void pipelineOpensWhatIsEncryptedWithAgeByAge() throws Exception {
        Outcome outcome = run("pipeline", "--age", "--size", "20M", "--rounds", "1", "--dir", tree(), "--jar", jar());
        assertThat(outcome.out)
                .containsPattern("verified +age -d [|] zstd -d [|] tar -d: \\d+ entries")
                .containsPattern("median stock_age +\\d")
                .contains("goal <= 0.90, aim <= 0.75");
        assertThat(outcome.code).as(outcome.out).isZero();
    }

    @Test
    void pipelineWhoseJvmEndsFailsAndSaysSo() throws Exception {
        Path empty = Files.createDirectory(directory.resolve("tree"));
        Outcome outcome = run("pipeline", "--heap", "1k", "--tree", empty.toString(), "--jar", jar());
        assertThat(outcome.out).contains("the measured JVM ended");
        assertThat(outcome.code).isEqualTo(70);
    }

    @Test
    void restoreComparesBothSidesWithTheTreeAndPrintsRatios() throws Exception {
        Outcome outcome = run("restore", "--size", "20M", "--rounds", "1", "--dir", tree(), "--jar", jar());
        assertThat(outcome.out)
                .containsPattern("verified +ours: \\d+ entries, the same bytes, modes, owners, times and links")
                .containsPattern("verified +reference: ")
                .containsPattern("ratio ours/reference: wall \\d+\\.\\d\\d ");
        assertThat(outcome.code).as(outcome.out).isZero();
    }

    @Test
    void smallFilesPrintsEntriesASecond() throws Exception {
        Outcome outcome = run("small-files", "--files", "1000", "--rounds", "1", "--jar", jar());
        assertThat(outcome.out).containsPattern("entries a second: tar \\d+, ours [1-9]\\d*");
        assertThat(outcome.code).as(outcome.out).isZero();
    }

    @Test
    void backupIsRestoredAndComparedBesideTheStockTools() throws Exception {
        Outcome outcome = run("backup", "--size", "20M", "--rounds", "1", "--dir", tree(), "--jar", jar());
        assertThat(outcome.out)
                .contains("verified   doksnap restore: the same bytes as in the tree")
                .containsPattern("doksnap backup took \\d+\\.\\d\\d times the wall of the stock tools");
        assertThat(outcome.code).as(outcome.out).isZero();
    }

    @Test
    void s3SendsObjectsAndPrintsWhatThatCosts() throws Exception {
        Outcome outcome = run("s3", "--size", "20", "--rounds", "1", "--jar", jar());
        assertThat(outcome.out)
                .containsPattern(
                        "CPU seconds a GiB: \\d+\\.\\d\\d .*; ratio store/socket: CPU \\d+\\.\\d, wall \\d+\\.\\d")
                .containsPattern("peak memory of our JVM: [1-9]\\d* MB");
        assertThat(outcome.code).as(outcome.out).isZero();
    }

    @Test
    void corpusIsTheSameEveryTimeAndMadeOnlyOnce() throws Exception {
        assertThat(run("corpus", tree(), "2M").out).startsWith("made ");
        Map<String, String> first = content();
        assertThat(run("corpus", tree(), "2M").out).startsWith("already there");
        Files.writeString(directory.resolve("corpus/.corpus"), "corpus version 0, unfinished\n");
        assertThat(run("corpus", tree(), "2M").out).startsWith("made ");
        assertThat(content()).isEqualTo(first).hasSizeGreaterThan(20);
    }

    @Test
    void corpusTouchesNothingOfOthers() throws Exception {
        Path precious =
                Files.createDirectories(directory.resolve("corpus/media")).resolve("photo");
        Files.writeString(precious, "of a cat");
        Outcome outcome = run("corpus", tree(), "2M");
        assertThat(outcome.out).contains("is not empty and holds no corpus");
        assertThat(outcome.code).isEqualTo(64);
        assertThat(precious).hasContent("of a cat");
    }

    private String tree() {
        return directory.resolve("corpus").toString();
    }

    private static String jar() {
        return System.getProperty("doksnap.jar", "target/doksnap.jar");
    }

    /** Every file with its time and the hash of its bytes. */
    private Map<String, String> content() throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> all = Files.walk(Path.of(tree()))) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                if (!file.endsWith(".corpus")) {
                    int hash = Arrays.hashCode(Files.readAllBytes(file));
                    content.put(file.toString(), Files.getLastModifiedTime(file) + " " + hash);
                }
            }
        }
        return content;
    }

    private Outcome run(String script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(BENCH.resolve(script).toString()));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        String text = Files.readString(out);
        if (!ended) {
            process.destroy();
            process.waitFor();
        }
        assertThat(ended).as("ends by itself: " + text).isTrue();
        return new Outcome(process.exitValue(), text);
    }

    private record Outcome(int code, String out) {}
}
