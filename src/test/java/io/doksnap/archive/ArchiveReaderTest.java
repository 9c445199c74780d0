package io.doksnap.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.archive.age.AgeIdentity;
import io.doksnap.archive.age.AgeKeyPair;
import io.doksnap.archive.age.AgeRecipient;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.failure.ArchiveException.Kind;
import io.doksnap.archive.openpgp.OpenPgpIdentity;
import io.doksnap.archive.tar.Excludes;
import io.doksnap.archive.tar.TarEntry;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.testing.HardTree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read of an archive without taking anything out of it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class ArchiveReaderTest {
    private static final AgeKeyPair AGE = AgeKeyPair.generate();
    private static final Encryption TO_AGE = new Encryption.ToAgeRecipients(List.of(new AgeRecipient(AGE.publicKey())));

    @TempDir
    Path temp;

    @AfterEach
    void noThreadOutlivesItsRun() {
        HardTree.clear(temp);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("doksnap-"));
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void checkCountsAndDigestsThePlainTarWhateverTheCodec(Codec codec) throws Exception {
        Path tree = HardTree.make(temp.resolve("tree"));
        TreeStats.Collector written = new TreeStats.Collector();
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        ArchiveWriter.Result result = new ArchiveWriter(codec, TO_AGE).write(tree, Excludes.NONE, written, stored);
        byte[] tar = archive(tree, Codec.NONE, new Encryption.None());

        ArchiveReader.Content content = new ArchiveReader(codec, age())
                .check(new ByteArrayInputStream(stored.toByteArray()), new TreeStats.Collector());

        assertThat(content.stats().files()).isEqualTo(result.stats().files());
        assertThat(content.stats().directories()).isEqualTo(result.stats().directories());
        assertThat(content.stats().contentBytes()).isEqualTo(result.stats().contentBytes());
        assertThat(content.plainBytes()).isEqualTo(result.plainBytes()).isEqualTo(tar.length);
        assertThat(content.plainSha256())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(tar)));
    }

    @Test
    void listShowsEveryEntryWithItsRawNameAndAttributes() throws IOException {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        Path file = Files.writeString(Files.createDirectory(tree.resolve("sub")).resolve("a b"), "12345");
        Files.setAttribute(file, "unix:mode", 0640);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2024-02-29T12:00:00.123456789Z")));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("sub/a b"));
        Files.createLink(tree.resolve("sub/second"), file);

        List<TarEntry> entries = new ArrayList<>();
        new ArchiveReader(Codec.ZSTD, age())
                .list(new ByteArrayInputStream(archive(tree, Codec.ZSTD, TO_AGE)), entries::add);

        assertThat(entries)
                .extracting(entry -> entry.name().toString())
                .containsExactlyInAnyOrder("./", "./sub/", "./sub/a b", "./sub/second", "./link");
        assertThat(entries)
                .extracting(entry -> entry.type() + " " + entry.size())
                .containsExactlyInAnyOrder("DIRECTORY 0", "DIRECTORY 0", "FILE 5", "HARD_LINK 0", "SYMBOLIC_LINK 0");
        assertThat(entries)
                .filteredOn(entry -> entry.type() == TarEntry.Type.FILE)
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.mode()).isEqualTo(0640);
                    assertThat(entry.modified()).isEqualTo(Instant.parse("2024-02-29T12:00:00.123456789Z"));
                    assertThat(entry.uid())
                            .isEqualTo(((Number) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS))
                                    .longValue());
                });
    }

    @Test
    void visitorThatThrowsEndsTheListing() throws IOException {
        byte[] stored = archive(noise(3_000_000), Codec.ZSTD, TO_AGE);
        IOException enough = new IOException("enough");
        assertThatThrownBy(() -> new ArchiveReader(Codec.ZSTD, age()).list(new ByteArrayInputStream(stored), entry -> {
                    throw enough;
                }))
                .isSameAs(enough);
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class)
    void archiveCutOrChangedAnywhereIsNeverFoundWhole(Codec codec) throws IOException {
        byte[] stored = archive(noise(100), codec, TO_AGE);
        Decryption age = age();
        for (int at = 0; at < stored.length; at += at < 300 ? 1 : 37) {
            byte[] flipped = stored.clone();
            flipped[at] ^= (byte) (1 << (at % 8));
            mustBeRefused(codec, age, flipped, at);
            mustBeRefused(codec, age, Arrays.copyOf(stored, at), at);
        }
    }

    private static void mustBeRefused(Codec codec, Decryption decryption, byte[] stored, int at) {
        ArchiveReader reader = new ArchiveReader(codec, decryption);
        assertThatThrownBy(() -> reader.check(new ByteArrayInputStream(stored), new TreeStats.Collector()))
                .as("at %d", at)
                .isInstanceOf(ArchiveException.class);
        assertThatThrownBy(() -> reader.list(new ByteArrayInputStream(stored), entry -> {}))
                .as("at %d", at)
                .isInstanceOf(ArchiveException.class);
    }

    @Test
    void checkFindsWhatARestoreWouldRefuse() throws IOException {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        Files.writeString(tree.resolve("evil"), "");
        byte[] tar = archive(tree, Codec.NONE, new Encryption.None());
        byte[] hostile = replaced(tar, "./evil\0\0", "../evil\0");
        assertThatThrownBy(() -> new ArchiveReader(Codec.NONE, new Decryption.None())
                        .check(new ByteArrayInputStream(hostile), new TreeStats.Collector()))
                .isInstanceOfSatisfying(
                        ArchiveException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSAFE))
                .hasMessageContaining("outside of the target");
        List<String> names = new ArrayList<>();
        new ArchiveReader(Codec.NONE, new Decryption.None())
                .list(
                        new ByteArrayInputStream(hostile),
                        entry -> names.add(entry.name().toString()));
        assertThat(names).contains("../evil");
    }

    @Test
    void decryptionOpensTheMethodsOfItsFormatOnly() throws IOException {
        Decryption openPgp = new Decryption.OpenPgp(OpenPgpIdentity.ofPassword(new char[] {'x'}));
        Decryption passphrase = new Decryption.Age(AgeIdentity.ofPassphrase(new char[] {'x'}));
        Decryption original = new Decryption.OriginalPassword(new char[] {'x'});
        assertThat(opened(openPgp)).containsExactly("gpg", "aes256");
        assertThat(opened(age())).containsExactly("age");
        assertThat(opened(passphrase)).containsExactly("age");
        assertThat(opened(original)).containsExactly("enc");
        assertThat(opened(new Decryption.None())).containsExactly("none");
    }

    private static List<String> opened(Decryption decryption) {
        return List.of("gpg", "aes256", "age", "enc", "none", "rot13").stream()
                .filter(decryption::opens)
                .toList();
    }

    private static byte[] replaced(byte[] tar, String name, String by) {
        String text = new String(tar, StandardCharsets.ISO_8859_1).replace(name, by);
        byte[] changed = text.getBytes(StandardCharsets.ISO_8859_1);
        int header = text.indexOf(by);
        Arrays.fill(changed, header + 148, header + 156, (byte) ' ');
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += changed[header + i] & 0xFF;
        }
        byte[] checksum = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(checksum, 0, changed, header + 148, 8);
        return changed;
    }

    private Path noise(int bytes) throws IOException {
        Path tree = Files.createDirectory(temp.resolve("noise" + bytes));
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        Files.write(tree.resolve("file"), content);
        return tree;
    }

    private static byte[] archive(Path tree, Codec codec, Encryption encryption) throws IOException {
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        new ArchiveWriter(codec, encryption).write(tree, Excludes.NONE, new TreeStats.Collector(), stored);
        return stored.toByteArray();
    }

    private static Decryption age() throws IOException {
        return Decryption.ofKeyFile(AGE.privateKey().getBytes(StandardCharsets.US_ASCII), "test key", new char[0]);
    }
}
