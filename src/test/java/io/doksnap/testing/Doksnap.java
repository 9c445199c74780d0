package io.doksnap.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The packaged program, to be started as a process of its own from a directory with a configuration. For integration tests, which run after packaging. */
public final class Doksnap {
    private static final long PATIENCE_SECONDS = 120;

    private final Path directory;
    private final Map<String, String> environment = new TreeMap<>();
    private final List<String> prefix = new ArrayList<>();
    private boolean forAll;
    private final List<String> options = new ArrayList<>(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"));

    private Doksnap(Path directory) {
        this.directory = directory;
    }

    /** The program as it runs in a directory, with nothing in its environment but PATH and a HOME there. */
    public static Doksnap in(Path directory) {
        Doksnap doksnap = new Doksnap(directory);
        doksnap.environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        doksnap.environment.put("HOME", directory.toString());
        return doksnap;
    }

    public Doksnap environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Options for the JVM, instead of the usual ones. */
    public Doksnap jvm(String... instead) {
        options.clear();
        options.addAll(List.of(instead));
        return this;
    }

    /** Runs as the user nobody, who may read little; needs root and {@code setpriv}. */
    public Doksnap asNobody() {
        forAll = true;
        return through("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    }

    /** Words to be put before the command. */
    public Doksnap through(String... words) {
        prefix.clear();
        prefix.addAll(List.of(words));
        return this;
    }

    /** Runs one command to its end. */
    public Result run(String... arguments) {
        try (Running running = start(arguments)) {
            return running.await();
        }
    }

    /** Starts one command; the caller closes it, which kills it where it still runs. */
    public Running start(String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path built = Path.of(System.getProperty("doksnap.jar", "target/doksnap.jar"));
        Path jar = forAll ? JarForAll.of(built) : built;
        command.add(java.toString());
        command.add(ClassArchive.option(java, jar));
        command.addAll(options);
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(List.of(arguments));
        try {
            Path out = Files.createTempFile("doksnap-out-", ".txt");
            Path err = Files.createTempFile("doksnap-err-", ".txt");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            return new Running(builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a command ended with. */
    public record Result(int code, String out, String err) {
        /** Everything it printed. */
        public String all() {
            return out + err;
        }
    }

    /** A command that has not ended yet. */
    public static final class Running implements AutoCloseable {
        private final Process process;
        private final Path out;
        private final Path err;

        private Running(Process process, Path out, Path err) {
            this.process = process;
            this.out = out;
            this.err = err;
        }

        public Process process() {
            return process;
        }

        /** What it has printed about itself so far. */
        public String errSoFar() {
            return read(err);
        }

        /** Ends it as kill -9 does. */
        public Result kill() {
            process.destroyForcibly();
            return await();
        }

        /** Sends it a signal, such as TERM. */
        public void signal(String name) {
            try {
                int code = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor();
                if (code != 0) {
                    throw new IllegalStateException("kill -" + name + " ended with " + code);
                }
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        public Result await() {
            try {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError("did not end: " + read(out) + read(err));
                }
                return new Result(process.exitValue(), read(out), read(err));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
            try {
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static String read(Path file) {
            try {
                return Files.readString(file, StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
