package io.doksnap.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A process on this host, started without a shell, with the end of what it prints kept. It gets of our environment only what
 * cannot be a secret. When its time is up it is killed with all that it has started, also with what has left its family: a mark in
 * their environment tells them.
 */
final class LocalProcess {
    private static final Set<String> PASSED_ON = Set.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "SHELL",
            "LANG",
            "LANGUAGE",
            "TZ",
            "TMPDIR",
            "DOCKER_HOST",
            "DOCKER_CONFIG");

    private static final String MARK = "DOKSNAP_HOOK";
    private static final int CAPACITY = 8 << 10;
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int KILL_ROUNDS = 100;

    /** What a daemon that it leaves behind may still print is not waited for. */
    private static final long LAST_WORDS_MILLIS = 500;

    private LocalProcess() {}

    /** How it ended. */
    sealed interface Outcome {
        String output();

        record Ended(int exitCode, String output) implements Outcome {}

        /** It did not end in time, and was killed. */
        record Overdue(String output) implements Outcome {}
    }

    /** Runs a command to its end, or kills it when the time is up or the thread is interrupted. */
    static Outcome run(List<String> argv, Map<String, String> environment, Duration within)
            throws IOException, InterruptedException {
        String mark = UUID.randomUUID().toString();
        ProcessBuilder builder = new ProcessBuilder(argv)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().clear();
        builder.environment().putAll(passedOn(environment));
        builder.environment().put(MARK, mark);
        Process process = builder.start();
        Output output = new Output(process.getInputStream());
        try {
            boolean ended = process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                kill(process, mark);
            }
            output.await();
            return ended ? new Outcome.Ended(process.exitValue(), output.text()) : new Outcome.Overdue(output.text());
        } catch (InterruptedException e) {
            kill(process, mark);
            throw e;
        }
    }

    static Map<String, String> passedOn(Map<String, String> environment) {
        Map<String, String> passed = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (PASSED_ON.contains(name) || name.startsWith("LC_")) {
                passed.put(name, value);
            }
        });
        return passed;
    }

    private static void kill(Process process, String mark) {
        for (int round = 0; round < KILL_ROUNDS; round++) {
            Set<ProcessHandle> alive = new HashSet<>(marked(mark));
            alive.add(process.toHandle());
            process.descendants().forEach(alive::add);
            alive.removeIf(handle -> !handle.isAlive());
            if (alive.isEmpty()) {
                return;
            }
            alive.forEach(ProcessHandle::destroyForcibly);
            Pause.REAL.take(POLL);
        }
    }

    /** On Linux; elsewhere, none. */
    private static List<ProcessHandle> marked(String mark) {
        List<ProcessHandle> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (environment(process).contains(MARK + "=" + mark)) {
                    ProcessHandle.of(Long.parseLong(String.valueOf(process.getFileName())))
                            .ifPresent(found::add);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return found;
        }
        return found;
    }

    private static String environment(Path process) {
        try {
            return Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // Somebody else's, or gone meanwhile.
            return "";
        }
    }

    /** Reads all that is printed, so that nobody has to wait to be heard, and keeps its end. */
    private static final class Output {
        private final byte[] ring = new byte[CAPACITY];
        private long written;
        private final Thread reader;

        Output(InputStream in) {
            reader = new Thread(() -> read(in), "doksnap-hook-output");
            reader.setDaemon(true);
            reader.start();
        }

        private void read(InputStream in) {
            byte[] chunk = new byte[CAPACITY];
            try (in) {
                for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                    keep(chunk, n);
                }
            } catch (IOException e) {
                // The process was killed; what it said before is there.
            }
        }

        private synchronized void keep(byte[] bytes, int length) {
            for (int i = 0; i < length; i++) {
                ring[(int) (written++ % CAPACITY)] = bytes[i];
            }
        }

        void await() throws InterruptedException {
            reader.join(LAST_WORDS_MILLIS);
        }

        synchronized String text() {
            int length = (int) Math.min(written, CAPACITY);
            byte[] tail = new byte[length];
            for (int i = 0; i < length; i++) {
                tail[i] = ring[(int) ((written - length + i) % CAPACITY)];
            }
            return new String(tail, StandardCharsets.UTF_8);
        }
    }
}
