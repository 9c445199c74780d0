package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.Encryption;
import io.doksnap.archive.openpgp.OpenPgpKeyPair;
import io.doksnap.archive.openpgp.OpenPgpRecipient;
import io.doksnap.policy.Source;
import io.doksnap.snapshot.LooseArchive;
import io.doksnap.testing.Command;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restores of archives that have no manifest. */
class RestoreLooseArchiveTest {
    private static final String KEY = "backups/shop/20240101_020005Z_shop_20240101_020000.tar.gz.gpg";
    private static final Instant NOW = Instant.parse("2026-11-22T02:00:00Z");
    private static final OpenPgpKeyPair KEYS = OpenPgpKeyPair.generate("test", NOW);
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2001-02-03T04:05:06Z"));
    private static final String WHAT_WAS_CHECKED =
            "there is no manifest to compare with: what was checked is the integrity"
                    + " protection of the encryption, the checksum of gzip and the end of the tar archive";

    @TempDir
    private Path home;

    private Bench bench;
    private Path outside;

    @BeforeEach
    void setUp() throws IOException {
        bench = new Bench(home);
        bench.sources = List.of();
        outside = Files.createDirectory(bench.home.resolve("outside"));
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void whatTheOriginalPutAroundAVolumeIsTakenOff() throws Exception {
        Path data = Files.createDirectories(outside.resolve("shop_data/_data"));
        Files.writeString(data.resolve("file"), "hello\n");
        Files.writeString(outside.resolve("shop_data/opts.json"), "{}\n");
        Files.setLastModifiedTime(data, LONG_AGO);
        Files.setAttribute(data, "unix:mode", 0751);
        storeTarOf("shop_data");
        Path volume = bench.docker.createVolume("fresh").mountpoint();

        RestoreOutcome outcome = restore(new RestoreTarget.EmptyVolume("fresh"));

        assertThat(outcome).isInstanceOfSatisfying(RestoreOutcome.Restored.class, restored -> {
            assertThat(restored.name()).isEqualTo(KEY);
            assertThat(restored.notes())
                    .containsExactly(
                            "restored without the leading shop_data/_data/, which is no part of the source itself",
                            WHAT_WAS_CHECKED);
        });
        assertThat(Bench.contents(volume)).isEqualTo(Map.of("", "/", "file", "hello\n"));
        assertThat(Files.getLastModifiedTime(volume)).isEqualTo(LONG_AGO);
        assertThat((Integer) Files.getAttribute(volume, "unix:mode") & 07777).isEqualTo(0751);
    }

    @Test
    void ofADirectoryOnlyItsOwnNameIsTakenOff() throws Exception {
        Files.createDirectories(outside.resolve("shop/_data"));
        Files.writeString(outside.resolve("shop/_data/file"), "hello\n");
        storeTarOf("shop");
        // As the configuration says: without it, this would look like a volume.
        bench.sources = List.of(new Source.Directory("shop", bench.tree, List.of()));

        assertThat(restore(new RestoreTarget.InPlace())).isInstanceOf(RestoreOutcome.Restored.class);

        assertThat(Bench.contents(bench.tree)).isEqualTo(Map.of("", "/", "_data", "/", "_data/file", "hello\n"));
    }

    @Test
    void whatLooksLikeNoVolumeKeepsItsData() throws Exception {
        Files.createDirectories(outside.resolve("shop/_data"));
        Files.writeString(outside.resolve("shop/more"), "hello\n");
        storeTarOf("shop");
        Path target = bench.home.resolve("new");

        assertThat(restore(new RestoreTarget.EmptyDirectory(target))).isInstanceOf(RestoreOutcome.Restored.class);

        assertThat(Bench.contents(target)).isEqualTo(Map.of("", "/", "_data", "/", "more", "hello\n"));
    }

    @Test
    void archiveThatIsNoneOfTheOriginalIsRestoredAsItIs() throws Exception {
        Files.createDirectories(outside.resolve("only"));
        Files.writeString(outside.resolve("only/file"), "hello\n");
        byte[] archive = tarOf("only");
        // In three objects, of which the second is empty.
        bench.store.put("copies/shop.tar.gz.gpg", Arrays.copyOf(archive, 100));
        bench.store.put("copies/shop.tar.gz.gpg.001", new byte[0]);
        bench.store.put("copies/shop.tar.gz.gpg.002", Arrays.copyOfRange(archive, 100, archive.length));
        Path target = bench.home.resolve("new");

        RestoreOutcome outcome = restore("copies/shop.tar.gz.gpg", new RestoreTarget.EmptyDirectory(target));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        RestoreOutcome.Restored.class,
                        restored -> assertThat(restored.notes()).containsExactly(WHAT_WAS_CHECKED));
        assertThat(Bench.contents(target)).isEqualTo(Map.of("", "/", "only", "/", "only/file", "hello\n"));
    }

    @Test
    void everyFlippedOrMissingByteIsFoundAndTheTargetIsAsItWas() throws Exception {
        Files.createDirectories(outside.resolve("shop"));
        Files.writeString(outside.resolve("shop/file"), "hello\n");
        byte[] archive = tarOf("shop");
        bench.sources = List.of(new Source.Directory("shop", bench.tree, List.of()));
        bench.file("mine", "mine\n");
        Map<String, String> before = Bench.contents(bench.tree);

        for (int i = 0; i < archive.length; i += 7) {
            byte[] flipped = archive.clone();
            flipped[i] ^= 0x10;
            bench.store.put(KEY, i % 2 == 0 ? flipped : Arrays.copyOf(archive, i));
            assertThat(restore(new RestoreTarget.InPlace()))
                    .as("byte %d of %d", i, archive.length)
                    .isInstanceOfSatisfying(
                            RestoreOutcome.Failed.class,
                            failed -> assertThat(failed.message()).startsWith(KEY + " in memory: "));
            assertThat(Bench.contents(bench.tree)).isEqualTo(before);
        }
    }

    @Test
    void inPlaceOfWhatIsNotConfiguredIsRefused() throws Exception {
        Files.createDirectories(outside.resolve("shop"));
        Files.writeString(outside.resolve("shop/file"), "hello\n");
        storeTarOf("shop");

        assertThat(restore(new RestoreTarget.InPlace())).isInstanceOfSatisfying(RestoreOutcome.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(Reason.SOURCE_NOT_FOUND);
            assertThat(failed.message()).contains("no longer has a source shop");
        });
    }

    private void storeTarOf(String directory) throws IOException {
        bench.store.put(KEY, tarOf(directory));
    }

    /** As the original made them: by tar, of one name in the directory above. */
    private byte[] tarOf(String directory) throws IOException {
        byte[] tar = Command.of("tar", "-cz", directory).in(outside).output();
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (OutputStream out = new Encryption.ToRecipients(
                        OpenPgpRecipient.read(KEYS.publicKey().getBytes(StandardCharsets.US_ASCII), "public", NOW))
                .encrypt(stored)) {
            out.write(tar);
        }
        return stored.toByteArray();
    }

    private RestoreOutcome restore(RestoreTarget target) throws IOException {
        return restore(KEY, target);
    }

    private RestoreOutcome restore(String key, RestoreTarget target) throws IOException {
        LooseArchive archive = LooseArchive.find(bench.store, key).orElseThrow();
        Decryption opens =
                Decryption.ofKeyFile(KEYS.privateKey().getBytes(StandardCharsets.US_ASCII), "private", new char[0]);
        RestoreRun.Request request =
                new RestoreRun.Request(target, Optional.empty(), Optional.of(opens), false, "00000001");
        return new RestoreRun(bench.sources, archive, request, bench.store, bench.trees()).execute(new Cancellation());
    }
}
