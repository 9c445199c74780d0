package io.doksnap.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The program's classes as its JVM keeps them beside the jar: the hundreds of processes that tests start then take a third less of the processor. */
public final class ClassArchive {
    private static final long PATIENCE_SECONDS = 120;

    private ClassArchive() {}

    /** The option that makes a JVM use it; it is made where it is missing or older than the jar. A JVM that cannot use it goes on without. */
    public static synchronized String option(Path java, Path jar) {
        Path archive = jar.resolveSibling("doksnap-test.jsa").toAbsolutePath();
        try {
            if (!Files.exists(archive)
                    || Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) < 0) {
                make(archive, java, jar);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "-XX:SharedArchiveFile=" + archive;
    }

    /** From a backup, which loads most of what other commands load. */
    private static void make(Path archive, Path java, Path jar) throws IOException {
        Path home = Files.createTempDirectory("doksnap-classes-");
        // Moved to its place when it is whole: another process of tests may be making one, too.
        Path made = archive.resolveSibling(
                archive.getFileName() + "." + ProcessHandle.current().pid());
        try {
            Files.writeString(Files.createDirectory(home.resolve("data")).resolve("file"), "content");
            Files.writeString(home.resolve("password"), "a password that is long enough");
            Files.writeString(home.resolve("config.yaml"), """
                host: here
                data_dir: %1$s/state
                docker: {allowed_paths: ['%1$s']}
                storage: {directory: '%1$s/store'}
                encryption: {method: aes256, password_file: password}
                apps: [{name: app, type: directory, source: '%1$s/data'}]
                """.formatted(home));
            Process process = new ProcessBuilder(List.of(
                            java.toString(),
                            "-XX:ArchiveClassesAtExit=" + made,
                            "-XX:TieredStopAtLevel=1",
                            "-Xlog:disable",
                            "-jar",
                            jar.toAbsolutePath().toString(),
                            "backup",
                            "app"))
                    .directory(home.toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            } else if (Files.exists(made)) {
                Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            delete(home);
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
