package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.policy.IoPriority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ThreadPriorityTest {
    /** The 19th field of proc(5), counted behind the name in parentheses. */
    private static final int NICE = 16;

    @Test
    void threadAndThoseThatItStartsStepBackAndNobodyElseAndNeverForward() throws Exception {
        int before = nice();
        List<String> failures = new ArrayList<>();
        AtomicReference<Integer> own = new AtomicReference<>();
        AtomicReference<Integer> child = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            failures.addAll(ThreadPriority.lower(OptionalInt.of(before + 3), Optional.of(new IoPriority(true, 0))));
            failures.addAll(ThreadPriority.lower(OptionalInt.of(before), Optional.empty()));
            own.set(nice());
            Thread started = new Thread(() -> child.set(nice()));
            started.start();
            join(started);
        });
        thread.start();
        thread.join();
        assertThat(failures).isEmpty();
        assertThat(own.get()).isEqualTo(before + 3);
        assertThat(child.get()).isEqualTo(before + 3);
        assertThat(nice()).isEqualTo(before);
    }

    /** In this JVM, whose compilers stay where this test has put them. */
    @Test
    void compilersOfTheJvmStepBackWithTheFirstRun() throws Exception {
        Thread run = new Thread(() -> ThreadPriority.lower(OptionalInt.of(4), Optional.empty()));
        run.start();
        run.join();
        assertThat(niceOfCompilers()).isNotEmpty().allMatch(nice -> nice >= 4);
    }

    @Test
    void nothingIsChangedWhereNothingIsSaid() {
        assertThat(ThreadPriority.lower(OptionalInt.empty(), Optional.empty())).isEmpty();
    }

    @Test
    void prioritiesAreReadAsIoniceNamesThem() {
        assertThat(IoPriority.parse("idle")).contains(new IoPriority(true, 0));
        assertThat(IoPriority.parse("best-effort")).contains(new IoPriority(false, 7));
        assertThat(IoPriority.parse("best-effort:2"))
                .contains(new IoPriority(false, 2))
                .get()
                .hasToString("best-effort:2");
        assertThat(IoPriority.parse("realtime")).isEmpty();
        assertThat(IoPriority.parse("best-effort:8")).isEmpty();
    }

    private static int nice() {
        return nice(Path.of("/proc/thread-self"));
    }

    private static List<Integer> niceOfCompilers() throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            return threads.filter(thread -> read(thread.resolve("comm")).startsWith("C1 Compiler")
                            || read(thread.resolve("comm")).startsWith("C2 Compiler"))
                    .map(ThreadPriorityTest::nice)
                    .toList();
        }
    }

    private static int nice(Path thread) {
        String stat = read(thread.resolve("stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[NICE]);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "gone " + e;
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
