package io.doksnap.archive;

import io.doksnap.archive.openpgp.OpenPgpIdentity;
import io.doksnap.archive.tar.Excludes;
import io.doksnap.archive.tar.TreeStats;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Archives and unpacks in a process of its own, for tests that need another locale, other rights or less memory. */
final class ArchiveProcess {
    private static final char[] PASSWORD = "secret".toCharArray();

    private ArchiveProcess() {}

    public static void main(String[] arguments) throws IOException {
        try {
            run(arguments[0], Path.of(arguments[1]), arguments);
        } catch (IOException e) {
            System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
            System.exit(3);
        }
        System.out.println("done");
    }

    private static void run(String what, Path path, String[] arguments) throws IOException {
        switch (what) {
            case "write" -> write(path, Path.of(arguments[2]));
            case "extract" -> extract(path, Path.of(arguments[2]), Boolean.parseBoolean(arguments[3]));
            case "write-again" -> {
                for (int i = Integer.parseInt(arguments[2]); i > 0; i--) {
                    new ArchiveWriter(Codec.ZSTD, new Encryption.None())
                            .write(path, Excludes.NONE, new TreeStats.Collector(), OutputStream.nullOutputStream());
                }
            }
            default -> throw new IllegalArgumentException(what);
        }
    }

    private static void write(Path tree, Path file) throws IOException {
        TreeStats.Collector stats = new TreeStats.Collector();
        try (OutputStream out = Files.newOutputStream(file)) {
            new ArchiveWriter(Codec.ZSTD, new Encryption.WithPassword(PASSWORD)).write(tree, Excludes.NONE, stats, out);
        }
        stats.stats().warnings().forEach(System.out::println);
    }

    private static void extract(Path file, Path target, boolean owners) throws IOException {
        TreeStats.Collector stats = new TreeStats.Collector();
        try (InputStream in = Files.newInputStream(file)) {
            new ArchiveReader(Codec.ZSTD, new Decryption.OpenPgp(OpenPgpIdentity.ofPassword(PASSWORD)))
                    .extract(in, target, owners, stats);
        }
        stats.stats().warnings().forEach(System.out::println);
    }
}
