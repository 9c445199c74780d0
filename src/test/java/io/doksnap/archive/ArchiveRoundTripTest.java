package io.doksnap.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.doksnap.archive.age.AgeIdentity;
import io.doksnap.archive.age.AgeKeyPair;
import io.doksnap.archive.age.AgeRecipient;
import io.doksnap.archive.openpgp.OpenPgpException;
import io.doksnap.archive.openpgp.OpenPgpIdentity;
import io.doksnap.archive.openpgp.OpenPgpKeyPair;
import io.doksnap.archive.openpgp.OpenPgpRecipient;
import io.doksnap.archive.tar.Excludes;
import io.doksnap.archive.tar.TarException;
import io.doksnap.archive.tar.TreeReadException;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.testing.HardTree;
import io.doksnap.testing.TreeListing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class ArchiveRoundTripTest {
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    private static final Instant NOW = Instant.parse("2024-02-29T12:00:00Z");
    private static final AgeKeyPair AGE = AgeKeyPair.generate();
    private static final OpenPgpKeyPair PAIR = OpenPgpKeyPair.generate("test@example.com", NOW);

    @TempDir
    Path temp;

    @AfterEach
    void noThreadOutlivesItsRun() {
        HardTree.clear(temp);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("doksnap-"));
    }

    @ParameterizedTest(name = "{0} {1} is {2}")
    @CsvSource({
        "ZSTD, keys,     .tar.zst.gpg",
        "NONE, keys,     .tar.gpg",
        "ZSTD, password, .tar.zst.gpg",
        "ZSTD, none,     .tar.zst",
        "NONE, none,     .tar",
        "GZIP, none,     .tar.gz",
        "GZIP, keys,     .tar.gz.gpg",
        "ZSTD, age,      .tar.zst.age",
        "GZIP, age,      .tar.gz.age",
        "NONE, passphrase, .tar.age",
    })
    void treeComesBackIdentical(Codec codec, String method, String extension) throws IOException {
        Path tree = HardTree.make(temp.resolve("tree"));
        Path target = Files.createDirectory(temp.resolve("target"));
        Encryption encryption = encryption(method);
        ArchiveWriter writer = new ArchiveWriter(codec, encryption);
        TreeStats.Collector written = new TreeStats.Collector();
        TreeStats.Collector read = new TreeStats.Collector();

        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        ArchiveWriter.Result result = writer.write(tree, Excludes.NONE, written, sink);
        new ArchiveReader(codec, decryption(method))
                .extract(new ByteArrayInputStream(sink.toByteArray()), target, ROOT, read);

        assertThat(TreeListing.of(target, ROOT)).isEqualTo(TreeListing.of(tree, ROOT));
        assertThat(writer.extension()).isEqualTo(extension);
        assertThat(result.stats()).isEqualTo(written.stats()).isEqualTo(read.stats());
        assertThat(result.plainBytes()).isGreaterThan(result.stats().contentBytes());
        assertThat(encryption.fingerprints()).hasSize(method.equals("keys") || method.equals("age") ? 1 : 0);
    }

    @Test
    void sinkThatThrowsEndsTheWriterWithThatException() throws IOException {
        Path tree = noise(5_000_000);
        for (int after : new int[] {0, 1, 100_000, 4_000_000}) {
            IOException full = new IOException("bucket is full");
            OutputStream sink = new OutputStream() {
                private int written;

                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    written += length;
                    if (written > after) {
                        throw full;
                    }
                }
            };
            assertThatThrownBy(() -> writer("keys").write(tree, Excludes.NONE, new TreeStats.Collector(), sink))
                    .isSameAs(full);
        }
    }

    @Test
    void treeThatCannotBeReadLeavesAnArchiveThatNobodyTakesForAWholeOne() throws IOException {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        assertThatThrownBy(() ->
                        writer("keys").write(temp.resolve("nowhere"), Excludes.NONE, new TreeStats.Collector(), sink))
                .isInstanceOf(TreeReadException.class)
                .hasMessageContaining("nowhere does not exist");
        assertThatThrownBy(() -> extract(new ByteArrayInputStream(sink.toByteArray())))
                .isInstanceOf(OpenPgpException.class);
    }

    @Test
    void streamThatBreaksEndsTheReaderWithThatException() throws IOException {
        byte[] stored = stored(noise(3_000_000));
        IOException reset = new IOException("Connection reset");
        for (int at : new int[] {0, 5, 100_000, 2_500_000, stored.length}) {
            InputStream broken = new SequenceInputStream(new ByteArrayInputStream(stored, 0, at), new InputStream() {
                @Override
                public int read() throws IOException {
                    throw reset;
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    throw reset;
                }
            });
            assertThatThrownBy(() -> extract(broken)).as("at %d", at).isSameAs(reset);
        }
    }

    @Test
    void archiveCutOrChangedAnywhereIsNeverASuccess() throws IOException {
        byte[] stored = stored(noise(300_000));
        Random random = new Random(1);
        for (int i = 0; i < 40; i++) {
            int at = i < 5 ? stored.length - 1 - i : 120 + random.nextInt(stored.length - 120);
            assertThatThrownBy(() -> extract(new ByteArrayInputStream(Arrays.copyOf(stored, at))))
                    .as("cut at %d", at)
                    .isInstanceOf(IOException.class);
            byte[] flipped = stored.clone();
            flipped[at] ^= 4;
            assertThatThrownBy(() -> extract(new ByteArrayInputStream(flipped)))
                    .as("changed at %d", at)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void refusedEntryEndsTheReaderAlthoughMoreWouldCome() throws IOException {
        byte[] tar = new byte[20_000_000];
        System.arraycopy(header("../evil"), 0, tar, 0, 512);
        assertThatThrownBy(() -> new ArchiveReader(Codec.NONE, new Decryption.None())
                        .extract(new ByteArrayInputStream(tar), target(), false, new TreeStats.Collector()))
                .isInstanceOf(TarException.class)
                .hasMessageContaining("outside of the target");
    }

    @Test
    void interruptEndsTheWriterWhileItWaitsForTheTree() throws Exception {
        // Interrupted before it starts, it must not get far; and nothing is left behind.
        AtomicReference<Throwable> seen = new AtomicReference<>();
        Path tree = noise(20_000_000);
        long[] written = {0};
        Thread run = new Thread(() -> {
            Thread.currentThread().interrupt();
            try {
                writer("none").write(tree, Excludes.NONE, new TreeStats.Collector(), new OutputStream() {
                    @Override
                    public void write(int b) {
                        written[0]++;
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) {
                        written[0] += length;
                    }
                });
            } catch (IOException e) {
                seen.set(e);
            }
        });
        run.start();
        run.join();
        assertThat(seen.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(written[0]).isZero();
    }

    @Test
    void interruptEndsTheReaderWhileItWaitsForAStreamThatAnswersIt() throws Exception {
        AtomicReference<Throwable> seen = new AtomicReference<>();
        InputStream silent = new InputStream() {
            @Override
            public int read() throws IOException {
                try {
                    new CountDownLatch(1).await();
                    return -1;
                } catch (InterruptedException e) {
                    throw new InterruptedIOException("the source was interrupted");
                }
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return read();
            }
        };
        Thread run = new Thread(() -> {
            try {
                extract(silent);
            } catch (IOException e) {
                seen.set(e);
            }
        });
        run.start();
        await().until(() -> run.getState() == Thread.State.WAITING);
        run.interrupt();
        run.join();
        assertThat(seen.get()).isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void encryptionThatNobodyCouldOpenOrEverybodyIsRefused() {
        assertThatThrownBy(() -> new Encryption.ToRecipients(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Encryption.WithPassword(new char[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Encryption.ToAgeRecipients(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Encryption.WithAgePassphrase(new char[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void secretsStayOutOfToString() throws IOException {
        assertThat(new Encryption.WithPassword("hunter2".toCharArray()).toString())
                .doesNotContain("hunter2");
        assertThat(new Encryption.WithAgePassphrase("hunter2".toCharArray()).toString())
                .doesNotContain("hunter2");
        assertThat(String.valueOf(decryption("password"))).doesNotContain("hunter2");
        assertThat(String.valueOf(decryption("passphrase"))).doesNotContain("hunter2");
        assertThat(String.valueOf(decryption("age")))
                .isEqualTo("Age[identity=AgeIdentity[the private key in test key]]");
        assertThat(new Decryption.OriginalPassword("hunter2".toCharArray()).toString())
                .doesNotContain("hunter2");
        assertThat(PAIR.toString()).doesNotContain("PRIVATE").contains(PAIR.fingerprint());
    }

    private Path noise(int bytes) throws IOException {
        Path tree = Files.createDirectory(temp.resolve("noise" + bytes));
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        Files.write(tree.resolve("file"), content);
        return tree;
    }

    private static byte[] stored(Path tree) throws IOException {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        writer("keys").write(tree, Excludes.NONE, new TreeStats.Collector(), sink);
        return sink.toByteArray();
    }

    private void extract(InputStream stored) throws IOException {
        new ArchiveReader(Codec.ZSTD, decryption("keys")).extract(stored, target(), false, new TreeStats.Collector());
    }

    private Path target() throws IOException {
        return Files.createTempDirectory(temp, "target");
    }

    private static byte[] header(String name) {
        byte[] header = new byte[512];
        byte[] text = (name + "\0".repeat(100 - name.length()) + "0000644\0" + "0000000\0".repeat(2) + "00000000000\0"
                        + "00000000000\0" + "        " + "0")
                .getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, header, 0, text.length);
        int sum = 0;
        for (byte b : header) {
            sum += b;
        }
        byte[] checksum = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(checksum, 0, header, 148, 8);
        return header;
    }

    private static ArchiveWriter writer(String method) throws IOException {
        return new ArchiveWriter(Codec.ZSTD, encryption(method));
    }

    private static Encryption encryption(String method) throws IOException {
        return switch (method) {
            case "keys" ->
                new Encryption.ToRecipients(
                        OpenPgpRecipient.read(PAIR.publicKey().getBytes(StandardCharsets.US_ASCII), "test key", NOW));
            case "password" -> new Encryption.WithPassword("hunter2".toCharArray());
            case "age" -> new Encryption.ToAgeRecipients(List.of(new AgeRecipient(AGE.publicKey())));
            case "passphrase" -> new Encryption.WithAgePassphrase("hunter2".toCharArray());
            default -> new Encryption.None();
        };
    }

    private static Decryption decryption(String method) throws IOException {
        return switch (method) {
            case "keys" ->
                Decryption.ofKeyFile(PAIR.privateKey().getBytes(StandardCharsets.US_ASCII), "test key", new char[0]);
            case "password" -> new Decryption.OpenPgp(OpenPgpIdentity.ofPassword("hunter2".toCharArray()));
            case "age" ->
                Decryption.ofKeyFile(AGE.privateKey().getBytes(StandardCharsets.US_ASCII), "test key", new char[0]);
            case "passphrase" -> new Decryption.Age(AgeIdentity.ofPassphrase("hunter2".toCharArray()));
            default -> new Decryption.None();
        };
    }
}
