package io.doksnap;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.doksnap.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A checkout of nothing but the launcher, under a path with a space. Its Maven is a script, its JDKs are scripts that print
 * how they were called, and its environment holds only what a test puts there.
 */
final class TinyCheckout {
    private static final List<String> TOOLS = List.of(
            "awk",
            "cat",
            "cut",
            "date",
            "env",
            "find",
            "flock",
            "getent",
            "grep",
            "head",
            "id",
            "ln",
            "locale",
            "mkdir",
            "mv",
            "readlink",
            "rm",
            "sed",
            "setpriv",
            "sh",
            "sleep",
            "tail",
            "touch");

    final Path directory;
    final Path root;
    final Path tools;
    final Map<String, String> environment = new TreeMap<>();

    /** How a command ended. */
    record Result(int code, String out, String err) {}

    TinyCheckout(Path directory) throws IOException {
        this.directory = directory;
        root = Files.createDirectories(directory.resolve("a check out"));
        tools = Files.createDirectories(directory.resolve("tools"));
        for (String name : TOOLS) {
            script(tools.resolve(name), "exec " + Needs.command(name) + " \"$@\"");
        }
        Files.createDirectories(root.resolve("dev/lib"));
        Files.createDirectories(root.resolve("src/main/java"));
        Files.copy(Path.of("doksnap"), root.resolve("doksnap"));
        makeExecutable(root.resolve("doksnap"));
        Files.copy(Path.of("dev/lib/jdk.sh"), root.resolve("dev/lib/jdk.sh"));
        write("pom.xml", "<project/>");
        write("src/main/java/Main.java", "class Main {}");
        maven("echo \"$JAVA_HOME $*\" >>builds; mkdir -p target/lib; echo jar >target/doksnap.jar");
        environment.put("PATH", tools.toString());
        environment.put("JAVA_HOME", jdk("jdk", "17.0.9").toString());
        environment.put("HOME", directory.toString());
        environment.put("DOKSNAP_JDKS", directory + "/none/*");
    }

    Result doksnap(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(root + "/doksnap"));
        command.addAll(List.of(arguments));
        return run(directory, command.toArray(String[]::new));
    }

    Result run(Path workingDirectory, String... command) throws IOException, InterruptedException {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Process process = builder(workingDirectory, command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        int code = process.waitFor();
        return new Result(code, Files.readString(out), Files.readString(err));
    }

    /** Starts the launcher and does not wait. */
    Process start() throws IOException {
        return builder(directory, root + "/doksnap").start();
    }

    private ProcessBuilder builder(Path workingDirectory, String... command) {
        List<String> whole = new ArrayList<>(List.of("env", "-i"));
        environment.forEach((name, value) -> whole.add(name + "=" + value));
        whole.addAll(List.of(command));
        return new ProcessBuilder(whole).directory(workingDirectory.toFile());
    }

    /** Puts a directory in front of PATH. */
    void addToPath(Path bin) {
        environment.merge("PATH", bin.toString(), (path, more) -> more + ":" + path);
    }

    /** A line for each build so far. */
    List<String> builds() throws IOException {
        return Files.readAllLines(root.resolve("builds"));
    }

    /** Lets everything be an hour older, so that what changes next is newer however coarse the clock of the file system. */
    void age() throws IOException {
        FileTime hourAgo = FileTime.from(Instant.now().minusSeconds(3600));
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.toList()) {
                Files.setLastModifiedTime(path, hourAgo);
            }
        }
    }

    void write(String file, String text) throws IOException {
        Files.writeString(root.resolve(file), text, UTF_8);
    }

    /** What the build does from now on. */
    void maven(String script) throws IOException {
        script(root.resolve("mvnw"), script);
    }

    /** A JDK of a version, in a directory of that name. */
    Path jdk(String name, String version) throws IOException {
        Path home = runtime(name, version);
        script(home.resolve("bin/javac"), "exit 1");
        return home;
    }

    /** The same without a compiler. */
    Path runtime(String name, String version) throws IOException {
        Path home = directory.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"us\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(
                home.resolve("bin/java"),
                "echo \"$0 LC_ALL=${LC_ALL-} MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX-}\"; printf '[%s]' \"$@\"; echo");
        return home;
    }

    /** One that makes an archive where it is asked to, as the real ones do, and notes what it found in the environment then. */
    Path archivingJdk(String name, String version) throws IOException {
        Path home = jdk(name, version);
        Files.createDirectories(home.resolve("lib"));
        Files.writeString(home.resolve("lib/modules"), "all of them");
        Path java = home.resolve("bin/java");
        String asBefore = Files.readString(java).lines().skip(1).collect(Collectors.joining("\n"));
        script(java, """
                for each; do
                    case $each in
                    -XX:ArchiveClassesAtExit=*)
                        env >>"%s/trained"
                        echo archive >"${each#*=}"
                        echo it is ready
                        exit ;;
                    esac
                done
                """.formatted(directory) + asBefore);
        return home;
    }

    /** An unpacked release beside the checkout, for a JDK. */
    Path release(Path jdk) throws IOException {
        environment.put("JAVA_HOME", jdk.toString());
        Path release = Files.createDirectories(directory.resolve("a release"));
        Files.createDirectories(release.resolve("lib"));
        Files.copy(root.resolve("doksnap"), release.resolve("doksnap"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(Path.of("dev/lib/jdk.sh"), release.resolve("lib/jdk.sh"));
        Files.writeString(release.resolve("doksnap.jar"), "a jar");
        return release;
    }

    static void script(Path file, String lines) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + lines + "\n");
        makeExecutable(file);
    }

    static void makeExecutable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
