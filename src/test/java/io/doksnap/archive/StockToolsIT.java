package io.doksnap.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.archive.openpgp.OpenPgpRecipient;
import io.doksnap.archive.tar.Excludes;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.testing.Command;
import io.doksnap.testing.Gpg;
import io.doksnap.testing.HardTree;
import io.doksnap.testing.Needs;
import io.doksnap.testing.TreeListing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Stock tools alone restore our archives, and we restore theirs. */
class StockToolsIT {
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    /** As docs/restore-by-hand.md has it. */
    private static final String[] GNU_RESTORE = {"tar", "-xp", "--xattrs", "--xattrs-include=*", "--acls", "-f", "-"};

    @TempDir
    Path temp;

    private Path tree = Path.of("");
    private Path target = Path.of("");
    private SortedMap<String, String> expected = new TreeMap<>();

    @BeforeEach
    void makeTree() throws IOException {
        tree = HardTree.make(temp.resolve("tree"));
        target = Files.createDirectory(temp.resolve("target"));
        expected = TreeListing.of(tree, ROOT);
    }

    @AfterEach
    void clear() {
        HardTree.clear(temp);
    }

    @Test
    void gpgZstdAndTarRestoreOurArchive() throws IOException {
        Needs.command("zstd");
        Needs.command("tar");
        try (Gpg gpg = Gpg.withoutKeys()) {
            gpg.generate(
                    "us@example.com", "Key-Type: RSA", "Key-Length: 3072", "Subkey-Type: RSA", "Subkey-Length: 3072");
            byte[] archive = archived(
                    Codec.ZSTD,
                    new Encryption.ToRecipients(
                            OpenPgpRecipient.read(gpg.publicKey("us@example.com"), "key", Instant.now())));
            byte[] zst = gpg.decrypt(archive);
            byte[] tar = Command.of("zstd", "-d", "-c").input(zst).output();
            Command.of(GNU_RESTORE).in(target).input(tar).output();
        }
        assertThat(TreeListing.of(target, ROOT)).isEqualTo(expected);
    }

    @Test
    void weRestoreWhatTarZstdAndGpgMake() throws IOException {
        Needs.command("zstd");
        Needs.command("tar");
        byte[] tar = Command.of(
                        "tar",
                        "--format=posix",
                        "--xattrs",
                        "--xattrs-include=*",
                        "--acls",
                        "--sparse",
                        "-cf",
                        "-",
                        ".")
                .in(tree)
                .output();
        byte[] zst = Command.of("zstd", "-c", "-3", "-T2").input(tar).output();
        try (Gpg gpg = Gpg.withoutKeys()) {
            gpg.generate(
                    "us@example.com",
                    "Key-Type: EDDSA",
                    "Key-Curve: ed25519",
                    "Subkey-Type: ECDH",
                    "Subkey-Curve: cv25519");
            byte[] archive = gpg.command("--encrypt", "--recipient", "us@example.com")
                    .input(zst)
                    .output();
            new ArchiveReader(Codec.ZSTD, Decryption.ofKeyFile(gpg.privateKey("us@example.com"), "key", new char[0]))
                    .extract(new ByteArrayInputStream(archive), target, ROOT, new TreeStats.Collector());
        }
        assertThat(TreeListing.of(target, ROOT)).isEqualTo(expected);
    }

    @TestFactory
    Stream<DynamicTest> gzipAndPigzDecompressOursAndWeTheirs() throws IOException {
        byte[] tar = archived(Codec.NONE, new Encryption.None());
        byte[] ours = archived(Codec.GZIP, new Encryption.None());
        return Stream.of("gzip", "pigz")
                .map(tool -> DynamicTest.dynamicTest(tool, () -> {
                    Needs.command(tool);
                    assertThat(Command.of(tool, "-d", "-c").input(ours).output())
                            .isEqualTo(tar);
                    Path directory = Files.createTempDirectory(temp, "restored");
                    byte[] theirs = Command.of(tool, "-c").input(tar).output();
                    new ArchiveReader(Codec.GZIP, new Decryption.None())
                            .extract(new ByteArrayInputStream(theirs), directory, ROOT, new TreeStats.Collector());
                    assertThat(TreeListing.of(directory, ROOT)).isEqualTo(expected);
                }));
    }

    @Test
    void gnuTarRestoresOurTar() throws IOException {
        Needs.command("tar");
        Command.of(GNU_RESTORE)
                .in(target)
                .input(archived(Codec.NONE, new Encryption.None()))
                .output();
        assertThat(TreeListing.of(target, ROOT)).isEqualTo(expected);
    }

    @Test
    void bsdtarRestoresOurTar() throws IOException {
        Needs.command("bsdtar");
        Command.Result result = Command.of("bsdtar", "--xattrs", "--acls", "-xpf", "-")
                .in(target)
                .env("LC_ALL", "C.UTF-8")
                .input(archived(Codec.NONE, new Encryption.None()))
                .run();
        // It restores names that are no text in any locale, and complains about them.
        assertThat(result.errors().lines())
                .allMatch(line -> line.contains("can't be converted") || line.contains("Error exit"));
        assertSame(target, Loss.OLD_TIMES, Loss.TIMES_OF_DIRECTORIES);
    }

    @Test
    void busyboxRestoresOurTar() throws IOException {
        // It cannot write into directories that it has just made read-only, unless root runs it.
        Needs.root();
        Needs.command("busybox");
        Command.Result result = Command.of("busybox", "tar", "-xpf", "-")
                .in(target)
                .input(archived(Codec.NONE, new Encryption.None()))
                .run();
        // It knows nothing of holes: a sparse file becomes one of another name, without them.
        assertThat(result.errors().lines())
                .allMatch(line -> line.contains("can't create hardlink './holes/linked2' to './holes/linked'"));
        assertSame(
                target,
                Loss.FRACTIONS,
                Loss.OLD_TIMES,
                Loss.TIMES_OF_DIRECTORIES,
                Loss.LARGE_NUMBERS,
                Loss.MODES_OF_LINKS,
                Loss.ATTRIBUTES,
                Loss.SPARSE_FILES);
    }

    @TestFactory
    Stream<DynamicTest> weRestoreTheTarsOfOthers() {
        return Stream.of(
                restored("tar --format=posix -cf - .", Loss.ATTRIBUTES, Loss.HOLES),
                restored("tar --format=posix --xattrs --xattrs-include=* --acls --sparse -b 1 -cf - ."),
                restored(
                        "tar --format=posix --acls --numeric-owner --sparse --sparse-version=0.1 -cf - .",
                        Loss.ATTRIBUTES),
                restored("tar --format=posix --sparse --sparse-version=0.0 -cf - .", Loss.ATTRIBUTES),
                restored("tar --format=gnu --sparse -cf - .", Loss.FRACTIONS, Loss.ATTRIBUTES),
                restored("bsdtar --xattrs --acls --format pax -cf - .", Loss.OLD_TIMES),
                restored(
                        "bsdtar --no-read-sparse --format gnutar -cf - .",
                        Loss.FRACTIONS,
                        Loss.OLD_TIMES,
                        Loss.LARGE_NUMBERS,
                        Loss.ATTRIBUTES,
                        Loss.MODES_OF_ACLS,
                        Loss.HOLES),
                restored(
                        "busybox tar -cf - .",
                        Loss.FRACTIONS,
                        Loss.OLD_TIMES,
                        Loss.LARGE_NUMBERS,
                        Loss.ATTRIBUTES,
                        Loss.HOLES));
    }

    private DynamicTest restored(String command, Loss... losses) {
        return DynamicTest.dynamicTest(command, () -> {
            String[] words = command.split(" ");
            Needs.command(words[0]);
            byte[] tar = Command.of(words).in(tree).output();
            Path directory = Files.createTempDirectory(temp, "restored");
            new ArchiveReader(Codec.NONE, new Decryption.None())
                    .extract(new ByteArrayInputStream(tar), directory, ROOT, new TreeStats.Collector());
            assertSame(directory, losses);
        });
    }

    @TestFactory
    Stream<DynamicTest> weDecompressWhatTheZstdToolMakes() throws IOException {
        byte[] tar = archived(Codec.NONE, new Encryption.None());
        return Stream.of(
                        "-1",
                        "-3 -T2",
                        "-19",
                        "--ultra -22",
                        "--long=27",
                        "--no-check",
                        "--fast=5",
                        "--adapt",
                        "--rsyncable")
                .map(options -> DynamicTest.dynamicTest("zstd " + options, () -> {
                    Needs.command("zstd");
                    byte[] zst = Command.of("zstd", "-c")
                            .with(options.split(" "))
                            .input(tar)
                            .output();
                    Path directory = Files.createTempDirectory(temp, "restored");
                    new ArchiveReader(Codec.ZSTD, new Decryption.None())
                            .extract(new ByteArrayInputStream(zst), directory, ROOT, new TreeStats.Collector());
                    assertThat(TreeListing.of(directory, ROOT)).isEqualTo(expected);
                }));
    }

    /** What a tool is known not to keep. */
    private enum Loss {
        FRACTIONS(" (-?[0-9]+)\\.[0-9]{10} ", " $1 "),
        TIMES_OF_DIRECTORIES("^(d \\S+ \\S+) \\S+", "$1"),
        MODES_OF_LINKS("^l \\S+ \\S+ \\S+", "l"),
        OLD_TIMES("\\./times/.*"),
        ATTRIBUTES(" \\[[^\\]]*\\]$", ""),
        HOLES(" holes ", "  "),
        MODES_OF_ACLS("\\./attributes/(acl.*|both|inherit.*)"),
        SPARSE_FILES(".*/GNUSparseFile.0.*|\\./sparse|\\./holes.*|\\./attributes.*"),
        LARGE_NUMBERS("\\./owners/(block|large|.*[0-9]{7}:.*)");

        private final String names;
        private final String lines;
        private final String without;

        Loss(String lines, String without) {
            this.names = "";
            this.lines = lines;
            this.without = without;
        }

        Loss(String names) {
            this.names = names;
            this.lines = "";
            this.without = "";
        }
    }

    private void assertSame(Path directory, Loss... losses) throws IOException {
        assertThat(without(TreeListing.of(directory, ROOT), losses)).isEqualTo(without(expected, losses));
    }

    private static SortedMap<String, String> without(SortedMap<String, String> listing, Loss... losses) {
        SortedMap<String, String> rest = new TreeMap<>(listing);
        for (Loss loss : losses) {
            rest.keySet().removeIf(name -> name.matches(loss.names));
            rest.replaceAll((name, line) -> line.replaceFirst(loss.lines, loss.without));
        }
        return rest;
    }

    private byte[] archived(Codec codec, Encryption encryption) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        new ArchiveWriter(codec, encryption).write(tree, Excludes.NONE, new TreeStats.Collector(), archive);
        return archive.toByteArray();
    }
}
