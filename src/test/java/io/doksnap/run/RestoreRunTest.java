package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.Encryption;
import io.doksnap.archive.age.AgeIdentity;
import io.doksnap.archive.age.AgeKeyPair;
import io.doksnap.archive.age.AgeRecipient;
import io.doksnap.archive.openpgp.OpenPgpException;
import io.doksnap.archive.openpgp.OpenPgpIdentity;
import io.doksnap.archive.openpgp.OpenPgpKeyPair;
import io.doksnap.archive.openpgp.OpenPgpRecipient;
import io.doksnap.policy.Compression;
import io.doksnap.policy.Source;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.testing.FaultyStore.Call;
import io.doksnap.testing.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreRunTest {
    private static final Instant NOW = Instant.parse("2026-11-22T02:00:00Z");
    private static final OpenPgpKeyPair KEYS = OpenPgpKeyPair.generate("test", NOW);
    private static final OpenPgpKeyPair OTHER_KEYS = OpenPgpKeyPair.generate("somebody else", NOW);
    private static final RestoreTarget.InPlace IN_PLACE = new RestoreTarget.InPlace();

    @TempDir
    private Path home;

    private Bench bench;

    @BeforeEach
    void setUp() throws IOException {
        bench = new Bench(home);
        bench.file("a.txt", "hello\n");
        bench.file("b/c.txt", "noise " + new Random(5).nextLong() + "\n");
        Files.createSymbolicLink(bench.tree.resolve("link"), Path.of("a.txt"));
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void restoredIntoANewDirectoryTheTreeIsTheSame() throws IOException {
        bench.backupThatSucceeds();
        Path target = bench.home.resolve("new/er");
        RestoreOutcome outcome = bench.restore(new RestoreTarget.EmptyDirectory(target));
        assertThat(outcome).isInstanceOf(RestoreOutcome.Restored.class);
        assertThat(Bench.contents(target)).isEqualTo(Bench.contents(bench.tree));
    }

    @Test
    void restoredInPlaceTheTreeIsExactlyWhatItWas() throws IOException {
        Map<String, String> before = Bench.contents(bench.tree);
        bench.backupThatSucceeds();
        bench.file("a.txt", "changed\n");
        bench.file("new/deep/file", "added\n");
        Trees.delete(bench.tree.resolve("b"));
        assertThat(bench.restore(IN_PLACE)).isInstanceOf(RestoreOutcome.Restored.class);
        assertThat(Bench.contents(bench.tree)).isEqualTo(before);
    }

    @Test
    void rootOfTheTreeGetsItsModeAndTimeBackToTheNanosecond() throws IOException {
        Instant odd = Instant.parse("2001-02-03T04:05:06.123456789Z");
        Files.setAttribute(bench.tree, "unix:mode", 01751);
        Files.setLastModifiedTime(bench.tree, FileTime.from(odd));
        bench.backupThatSucceeds();
        Files.setAttribute(bench.tree, "unix:mode", 0700);
        bench.restore(IN_PLACE);
        assertThat(Files.getLastModifiedTime(bench.tree).toInstant()).isEqualTo(odd);
        assertThat((Integer) Files.getAttribute(bench.tree, "unix:mode") & 07777)
                .isEqualTo(01751);
        Path target = bench.home.resolve("new");
        bench.restore(new RestoreTarget.EmptyDirectory(target));
        assertThat(Files.getLastModifiedTime(target).toInstant()).isEqualTo(odd);
        assertThat((Integer) Files.getAttribute(target, "unix:mode") & 07777).isEqualTo(01751);
    }

    @Test
    void rootOfAVolumeGetsItsOwnerAndModeBack() throws Exception {
        Needs.root();
        Path volume = bench.docker.createVolume("db").mountpoint();
        bench.sources = List.of(new Source.Volume("db", "db", List.of()));
        bench.setOwners = true;
        Files.writeString(volume.resolve("PG_VERSION"), "16\n");
        Files.setAttribute(volume, "unix:uid", 999);
        Files.setAttribute(volume, "unix:gid", 998);
        Files.setAttribute(volume, "unix:mode", 0700);
        bench.backupThatSucceeds();
        bench.docker.removeVolume("db");
        Path fresh = bench.docker.createVolume("db").mountpoint();
        assertThat(bench.restore(new RestoreTarget.EmptyVolume("db"))).isInstanceOf(RestoreOutcome.Restored.class);
        assertThat(Files.getAttribute(fresh, "unix:uid")).isEqualTo(999);
        assertThat(Files.getAttribute(fresh, "unix:gid")).isEqualTo(998);
        assertThat((Integer) Files.getAttribute(fresh, "unix:mode") & 07777).isEqualTo(0700);
    }

    @Test
    void everyFlippedByteIsFoundAndItsObjectNamed() throws IOException {
        bench.encryption = toRecipient(KEYS);
        String key = objectKey(bench.backupThatSucceeds());
        byte[] good = bench.read(key);
        for (int at = 0; at < good.length; at += 1 + good.length / 60) {
            byte[] flipped = good.clone();
            flipped[at] ^= 0x20;
            bench.store.put(key, flipped);
            mustBeNamedAsDamaged(key, identity(KEYS));
        }
    }

    @Test
    void flippedBytesOfAPlainArchiveAreFoundToo() throws IOException {
        bench.compression = Compression.NONE;
        String key = objectKey(bench.backupThatSucceeds());
        byte[] good = bench.read(key);
        for (int at = 0; at < good.length; at += 1 + good.length / 60) {
            byte[] flipped = good.clone();
            flipped[at] ^= 0x01;
            bench.store.put(key, flipped);
            mustBeNamedAsDamaged(key, Optional.empty());
        }
    }

    @Test
    void truncatedAndMissingObjectsAreNamedBeforeAnythingIsUnpacked() throws IOException {
        bench.encryption = toRecipient(KEYS);
        String key = objectKey(bench.backupThatSucceeds());
        byte[] good = bench.read(key);
        bench.store.put(key, Arrays.copyOf(good, good.length - 1));
        mustBeNamedAsDamaged(key, identity(KEYS));
        bench.store.delete(key);
        mustBeNamedAsDamaged(key, identity(KEYS));
        // Once, by this test.
        assertThat(bench.store.calls()).containsOnlyOnce("READ " + key);
    }

    @Test
    void objectThatIsCutOffOnlyWhileItIsReadIsFoundToo() throws IOException {
        String key = objectKey(bench.backupThatSucceeds());
        byte[] good = bench.read(key);
        bench.store.set((call, asked) -> {
            if (call == Call.READ && asked.equals(key)) {
                bench.store.set((c, k) -> {});
                bench.store.put(key, Arrays.copyOf(good, good.length / 2));
            }
        });
        mustBeNamedAsDamaged(key, Optional.empty());
    }

    @Test
    void archiveThatOutgrowsOneObjectGoesOnAndComesBackWhole() throws IOException {
        manyObjects();
        List<StoredPart> parts =
                bench.backupThatSucceeds().manifest().sources().get(0).objects();
        assertThat(parts).hasSize(4);
        assertThat(parts.stream().map(StoredPart::name))
                .containsExactly("files.tar", "files.tar.001", "files.tar.002", "files.tar.003");
        bench.restore(new RestoreTarget.EmptyDirectory(bench.home.resolve("new")));
        assertThat(Bench.contents(bench.home.resolve("new"))).isEqualTo(Bench.contents(bench.tree));
    }

    @Test
    void swappedPartsAreFoundAndNamed() throws IOException {
        manyObjects();
        BackupOutcome.Succeeded backup = bench.backupThatSucceeds();
        String first = backup.folder().key("files.tar.001");
        String second = backup.folder().key("files.tar.002");
        byte[] content = bench.read(first);
        bench.store.put(first, bench.read(second));
        bench.store.put(second, content);
        mustBeNamedAsDamaged(first, Optional.empty());
    }

    @Test
    void flippedByteOfALaterPartIsNamed() throws IOException {
        manyObjects();
        BackupOutcome.Succeeded backup = bench.backupThatSucceeds();
        String last = backup.folder().key("files.tar.003");
        byte[] content = bench.read(last);
        content[content.length - 1] ^= 1;
        bench.store.put(last, content);
        mustBeNamedAsDamaged(last, Optional.empty());
    }

    @Test
    void withoutTheRightKeyNothingIsTouched() throws IOException {
        bench.encryption = toRecipient(KEYS);
        bench.backupThatSucceeds();
        bench.file("a.txt", "changed\n");
        String fingerprint = KEYS.fingerprint();
        assertThat(failureThatTouchesNothing(Optional.empty()))
                .isEqualTo(new RestoreOutcome.Failed(
                        Reason.KEY_MISSING,
                        "the archive of files needs a private key; give it with --identity KEYFILE (fingerprint "
                                + fingerprint + ")"));
        RestoreOutcome.Failed wrong = failureThatTouchesNothing(identity(OTHER_KEYS));
        assertThat(wrong.reason()).isEqualTo(Reason.KEY_MISSING);
        assertThat(wrong.message()).isNotBlank().doesNotContain("\n");
        RestoreOutcome.Failed password = failureThatTouchesNothing(password("guess"));
        assertThat(password.reason()).isEqualTo(Reason.KEY_MISSING);
    }

    @Test
    void withoutTheRightPasswordNothingIsTouched() throws IOException {
        bench.encryption = new Encryption.WithPassword("correct horse".toCharArray());
        bench.backupThatSucceeds();
        bench.file("a.txt", "changed\n");
        RestoreOutcome.Failed none = failureThatTouchesNothing(Optional.empty());
        assertThat(none.message()).contains("ENCRYPTION_PASSWORD");
        RestoreOutcome.Failed wrong = failureThatTouchesNothing(password("battery staple"));
        assertThat(wrong.reason()).isEqualTo(Reason.KEY_MISSING);
        assertThat(wrong.message()).doesNotContain("battery").doesNotContain("\n");
        Optional<Decryption> right = password("correct horse");
        assertThat(bench.restore(IN_PLACE, right)).isInstanceOf(RestoreOutcome.Restored.class);
    }

    @Test
    void withoutTheRightIdentityOfAgeNothingIsTouched() throws IOException {
        AgeKeyPair keys = AgeKeyPair.generate();
        bench.encryption = new Encryption.ToAgeRecipients(List.of(new AgeRecipient(keys.publicKey())));
        bench.compression = Compression.GZIP;
        BackupOutcome.Succeeded backup = bench.backupThatSucceeds();
        assertThat(objectKey(backup)).endsWith("/files.tar.gz.age");
        bench.file("a.txt", "changed\n");
        assertThat(failureThatTouchesNothing(Optional.empty()))
                .isEqualTo(new RestoreOutcome.Failed(
                        Reason.KEY_MISSING,
                        "the archive of files needs an identity of age; give it with --identity KEYFILE (of "
                                + keys.publicKey() + ")"));
        RestoreOutcome.Failed wrong = failureThatTouchesNothing(age(AgeKeyPair.generate()));
        assertThat(wrong.reason()).isEqualTo(Reason.KEY_MISSING);
        assertThat(wrong.message())
                .contains("does not open this archive")
                .endsWith("(" + "fingerprint " + keys.publicKey() + ")");
        RestoreOutcome.Failed other = failureThatTouchesNothing(identity(KEYS));
        assertThat(other)
                .isEqualTo(new RestoreOutcome.Failed(
                        Reason.KEY_MISSING,
                        "the private key in test key does not open the archive of files, which needs an identity of age;"
                                + " give it with --identity KEYFILE (of " + keys.publicKey() + ")"));
        assertThat(bench.restore(IN_PLACE, age(keys))).isInstanceOf(RestoreOutcome.Restored.class);
    }

    @Test
    void withoutTheRightPassphraseOfAgeNothingIsTouched() throws IOException {
        bench.encryption = new Encryption.WithAgePassphrase("correct horse".toCharArray());
        bench.backupThatSucceeds();
        bench.file("a.txt", "changed\n");
        assertThat(failureThatTouchesNothing(Optional.empty()).message()).contains("AGE_PASSPHRASE");
        RestoreOutcome.Failed wrong = failureThatTouchesNothing(passphrase("battery staple"));
        assertThat(wrong.reason()).isEqualTo(Reason.KEY_MISSING);
        assertThat(wrong.message()).doesNotContain("battery").doesNotContain("\n");
        assertThat(bench.restore(IN_PLACE, passphrase("correct horse"))).isInstanceOf(RestoreOutcome.Restored.class);
    }

    @Test
    void everyFlippedByteOfAnArchiveOfAgeIsFoundAndItsObjectNamed() throws IOException {
        AgeKeyPair keys = AgeKeyPair.generate();
        bench.encryption = new Encryption.ToAgeRecipients(List.of(new AgeRecipient(keys.publicKey())));
        bench.compression = Compression.GZIP;
        String key = objectKey(bench.backupThatSucceeds());
        byte[] good = bench.read(key);
        for (int at = 0; at < good.length; at += 1 + good.length / 30) {
            byte[] flipped = good.clone();
            flipped[at] ^= 0x20;
            bench.store.put(key, flipped);
            mustBeNamedAsDamaged(key, age(keys));
        }
    }

    @Test
    void codecThatIsNotKnownIsNamed() throws IOException {
        BackupOutcome.Succeeded backup = bench.backupThatSucceeds();
        String manifest = new String(bench.read(backup.folder().manifestKey()), StandardCharsets.UTF_8);
        bench.store.put(
                backup.folder().manifestKey(),
                manifest.replace("\"zstd\"", "\"brotli\"").getBytes(StandardCharsets.UTF_8));
        assertThat(failureThatTouchesNothing(Optional.empty()).message())
                .isEqualTo("the archive of files is compressed with brotli, which this version cannot read; upgrade");
    }

    @Test
    void archiveThatHoldsLessThanItsManifestSaysIsRefused() throws IOException {
        BackupOutcome.Succeeded backup = bench.backupThatSucceeds();
        String manifest = new String(bench.read(backup.folder().manifestKey()), StandardCharsets.UTF_8);
        bench.store.put(
                backup.folder().manifestKey(),
                manifest.replace("\"files\" : 3", "\"files\" : 4").getBytes(StandardCharsets.UTF_8));
        bench.file("a.txt", "changed\n");
        RestoreOutcome.Failed failed = failureThatTouchesNothing(Optional.empty());
        assertThat(failed.reason()).isEqualTo(Reason.MISMATCH);
        assertThat(failed.message()).contains("holds 3 files").contains("its manifest says 4 and 2");
    }

    private void manyObjects() throws IOException {
        bench.compression = Compression.NONE;
        bench.limitObjects(3000);
    }

    /** Into a new directory, which must be gone again, and in place, where nothing may change. */
    private void mustBeNamedAsDamaged(String key, Optional<Decryption> identity) throws IOException {
        Path target = bench.home.resolve("not-made");
        RestoreOutcome outcome = bench.restore(new RestoreTarget.EmptyDirectory(target), identity);
        assertThat(outcome).isInstanceOfSatisfying(RestoreOutcome.Failed.class, failed -> {
            assertThat(failed.reason()).as(failed.message()).isEqualTo(Reason.MISMATCH);
            assertThat(failed.message()).contains(key);
        });
        assertThat(target).doesNotExist();
        assertThat(failureThatTouchesNothing(identity).message()).contains(key);
    }

    private RestoreOutcome.Failed failureThatTouchesNothing(Optional<Decryption> identity) throws IOException {
        Map<String, String> before = Bench.contents(bench.tree);
        FileTime time = Files.getLastModifiedTime(bench.tree);
        RestoreOutcome outcome = bench.restore(IN_PLACE, identity);
        assertThat(outcome).isInstanceOf(RestoreOutcome.Failed.class);
        assertThat(Bench.contents(bench.tree)).isEqualTo(before);
        assertThat(Files.getLastModifiedTime(bench.tree)).isEqualTo(time);
        return (RestoreOutcome.Failed) outcome;
    }

    private static String objectKey(BackupOutcome.Succeeded backup) {
        return backup.folder()
                .key(backup.manifest().sources().get(0).objects().get(0).name());
    }

    private static Encryption toRecipient(OpenPgpKeyPair keys) throws OpenPgpException {
        return new Encryption.ToRecipients(
                OpenPgpRecipient.read(keys.publicKey().getBytes(StandardCharsets.US_ASCII), "test key", NOW));
    }

    private static Optional<Decryption> identity(OpenPgpKeyPair keys) throws IOException {
        return Optional.of(
                Decryption.ofKeyFile(keys.privateKey().getBytes(StandardCharsets.US_ASCII), "test key", new char[0]));
    }

    private static Optional<Decryption> password(String password) {
        return Optional.of(new Decryption.OpenPgp(OpenPgpIdentity.ofPassword(password.toCharArray())));
    }

    private static Optional<Decryption> passphrase(String passphrase) {
        return Optional.of(new Decryption.Age(AgeIdentity.ofPassphrase(passphrase.toCharArray())));
    }

    private static Optional<Decryption> age(AgeKeyPair keys) throws IOException {
        return Optional.of(
                Decryption.ofKeyFile(keys.privateKey().getBytes(StandardCharsets.US_ASCII), "test key", new char[0]));
    }
}
