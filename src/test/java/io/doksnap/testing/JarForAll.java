package io.doksnap.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The program where every user can read it. A checkout may lie in a home that only its owner may enter. */
final class JarForAll {
    private static @Nullable Path copy;

    private JarForAll() {}

    /** The jar itself where everybody gets there, else a copy of it and its libraries, which goes with this process. */
    static synchronized Path of(Path jar) {
        try {
            if (everybodyEnters(jar.toAbsolutePath().resolveSibling("lib"))) {
                return jar;
            }
            if (copy == null) {
                copy = copied(jar.toAbsolutePath());
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean everybodyEnters(Path directory) throws IOException {
        for (Path each = directory.toRealPath(); each != null; each = each.getParent()) {
            if (!Files.getPosixFilePermissions(each).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                return false;
            }
        }
        return true;
    }

    private static Path copied(Path jar) throws IOException {
        Path home = Files.createTempDirectory("doksnap-jar-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(home)));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path libraries = Files.createDirectory(home.resolve("lib"));
        Files.setPosixFilePermissions(libraries, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Stream<Path> all = Files.list(jar.resolveSibling("lib"))) {
            for (Path library : all.toList()) {
                Files.copy(library, libraries.resolve(library.getFileName()));
            }
        }
        return Files.copy(jar, home.resolve("doksnap.jar"));
    }

    private static void delete(Path home) {
        try (Stream<Path> all = Files.walk(home)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
