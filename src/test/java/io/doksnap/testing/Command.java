package io.doksnap.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A process that a test starts, feeds and waits for; killed when it takes too long. Its locale is C unless told otherwise. */
public final class Command {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ProcessBuilder builder;
    private byte[] input = new byte[0];
    private Duration patience = PATIENCE;

    private Command(String... words) {
        builder = new ProcessBuilder(words);
        builder.environment().put("LC_ALL", "C");
    }

    /** A command and its arguments. */
    public static Command of(String... words) {
        return new Command(words);
    }

    /** A POSIX shell script; any failing step ends it. */
    public static Command sh(String script) {
        return new Command("sh", "-eu", "-c", script);
    }

    /** A Java program of the tests' class path, in a process of its own. */
    public static Command java(Class<?> main, String... options) {
        Command command = new Command(
                Path.of(System.getProperty("java.home"), "bin", "java").toString());
        return command.with(options).with("-cp", classPath(), main.getName());
    }

    /** Surefire and Failsafe may hand the class path over in a jar's manifest; this property has it in full. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** With more arguments. */
    public Command with(String... arguments) {
        builder.command().addAll(List.of(arguments));
        return this;
    }

    /** Bound by the permissions of files, also when root runs the tests. */
    public Command withoutOverride() {
        return without("-dac_override,-dac_read_search");
    }

    /** With no more rights than the owner of root's files has. */
    public Command withoutCapabilities() {
        return without("-all");
    }

    private Command without(String capabilities) {
        if ("root".equals(System.getProperty("user.name"))) {
            builder.command().addAll(0, List.of(Needs.command("setpriv").toString(), "--bounding-set", capabilities));
        }
        return this;
    }

    /** Started in this directory. */
    public Command in(Path directory) {
        builder.directory(directory.toFile());
        return this;
    }

    /** With this variable in its environment. */
    public Command env(String name, String value) {
        builder.environment().put(name, value);
        return this;
    }

    /** With these bytes as its standard input. */
    public Command input(byte[] bytes) {
        input = bytes;
        return this;
    }

    /** Killed after so long, instead of two minutes. */
    public Command within(Duration instead) {
        patience = instead;
        return this;
    }

    /** Runs to the end, which must be a good one; returns what it wrote to its standard output. */
    public byte[] output() {
        Result result = run();
        assertThat(result.exitCode())
                .as("%s%n%s%s", builder.command().get(0), result.errors(), result.beginning())
                .isZero();
        return result.output();
    }

    /** Runs to the end, whatever that is. */
    public Result run() {
        try {
            Process process = builder.start();
            CompletableFuture<byte[]> output =
                    CompletableFuture.supplyAsync(() -> readAll(process.getInputStream()), Command::onThread);
            CompletableFuture<byte[]> errors =
                    CompletableFuture.supplyAsync(() -> readAll(process.getErrorStream()), Command::onThread);
            CompletableFuture<Void> fed =
                    CompletableFuture.runAsync(() -> feed(process.getOutputStream()), Command::onThread);
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError("took longer than " + patience + ": " + builder.command());
            }
            fed.join();
            return new Result(process.exitValue(), output.join(), new String(errors.join(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static void onThread(Runnable task) {
        Thread thread = new Thread(task, "command-stream");
        thread.setDaemon(true);
        thread.start();
    }

    private void feed(OutputStream stdin) {
        try (stdin) {
            stdin.write(input);
        } catch (IOException ignored) {
            // The process left without reading all of it, and says why itself.
        }
    }

    private static byte[] readAll(InputStream in) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (in) {
            in.transferTo(bytes);
        } catch (IOException ignored) {
            // Killed.
        }
        return bytes.toByteArray();
    }

    /** How a process ended. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Result(int exitCode, byte[] output, String errors) {
        private String beginning() {
            return text().substring(0, Math.min(1000, text().length())).replaceAll("[^\\p{Print}\\s]", "?");
        }

        /** The output as text. */
        public String text() {
            return new String(output, StandardCharsets.UTF_8);
        }
    }
}
