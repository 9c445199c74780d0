package io.doksnap.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.api.Reason;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.Encryption;
import io.doksnap.archive.index.FileIndexReader;
import io.doksnap.archive.openpgp.OpenPgpIdentity;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.run.SpoolFile.SpoolException;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreException;
import io.doksnap.testing.FaultyStore.Call;
import io.doksnap.testing.FaultyStore.Fault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of an archive's files, from the reading of the tree into every destination. */
class IndexSpoolTest {
    private static final String SECRET_NAME = "a-name-that-nobody-should-read";

    @TempDir
    private Path home;

    private Bench bench;

    @BeforeEach
    void setUp() throws IOException {
        bench = new Bench(home);
        bench.file("directory/" + SECRET_NAME, "hello\n");
        bench.encryption = new Encryption.WithPassword("right".toCharArray());
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void listIsStoredInEveryDestinationAndNamedInItsManifest() throws IOException {
        bench.further.put("second", ObjectStores.memory(bench.clock, 100));
        BackupOutcome.Succeeded succeeded = bench.backupThatSucceeds();
        assertThat(succeeded.reached()).hasSize(2).allSatisfy(reached -> {
            SourceEntry source = reached.manifest().sources().get(0);
            assertThat(source.index()).first().extracting(StoredPart::name).isEqualTo("files.index.zst.gpg");
            assertThat(source.storedBytes()).isGreaterThan(source.archiveBytes());
        });
        assertThat(succeeded.reached().get(1).manifest().sources().get(0).index())
                .hasSizeGreaterThan(1);
        byte[] stored = bench.read(succeeded.folder().key("files.index.zst.gpg"));
        Decryption opens = new Decryption.OpenPgp(OpenPgpIdentity.ofPassword("right".toCharArray()));
        List<String> listed = new ArrayList<>();
        FileIndexReader.read(
                opens.decrypt(new ByteArrayInputStream(stored)),
                file -> listed.add(file.type() + " " + file.path() + " " + file.size()));
        assertThat(listed)
                .containsExactly("DIRECTORY . 0", "DIRECTORY directory 0", "FILE directory/" + SECRET_NAME + " 6");
        assertThat(spools()).isEmpty();
    }

    @Test
    void onDiskTheListIsEncryptedAndOnlyThisUsers() throws IOException {
        List<String> seen = new ArrayList<>();
        bench.store.set((call, key) -> {
            if (call == Call.UPLOAD && key.contains(".index.")) {
                seen.addAll(modesOfEncryptedSpools());
            }
        });
        bench.backupThatSucceeds();
        assertThat(seen).containsExactly("rw-------");
    }

    @Test
    void noSpoolIsLeftWhenTheBackupFails() throws IOException {
        bench.store.set(Fault.on(Call.COMMIT, "files.tar", StoreException.Kind.ACCESS_DENIED));
        bench.backupThatFails();
        assertThat(spools()).isEmpty();
        bench.store.set(Fault.on(Call.COMMIT, "files.index", StoreException.Kind.ACCESS_DENIED));
        bench.backupThatFails();
        assertThat(spools()).isEmpty();
        assertThat(bench.keys()).isEmpty();
    }

    @Test
    void spoolOfAKilledProcessIsRemovedAtTheNextStart() throws IOException {
        SpoolFile left = SpoolFile.create(bench.data.path());
        left.write(new byte[10]);
        left.close();
        assertThat(spools()).hasSize(1);
        bench.data.close();
        try (DataDirectory next = DataDirectory.open(bench.data.path())) {
            assertThat(next.path()).exists();
            assertThat(spools()).isEmpty();
        }
    }

    @Test
    void spoolThatCannotBeCreatedFailsTheBackup() throws IOException {
        Path elsewhere = bench.home.resolve("elsewhere");
        assertThatThrownBy(() -> SpoolFile.create(elsewhere))
                .isInstanceOf(SpoolException.class)
                .hasMessage("cannot create a spool in " + elsewhere
                        + ": no such file or directory; correct its owner, or set data_dir to another directory");
    }

    @Test
    void fullSpoolIsADiskThatIsFullAndIsNamed() throws IOException {
        // On a file system that has no room at all.
        Path path = Path.of("/proc/version");
        SpoolFile spool = new SpoolFile(path, new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("made to fail");
            }
        });
        spool.write(7);
        assertThatThrownBy(spool::close).isInstanceOfSatisfying(SpoolException.class, failure -> {
            RunException outcome = Failures.of(failure, Reason.READ_FAILED);
            assertThat(outcome.reason()).isEqualTo(Reason.DISK_FULL);
            assertThat(outcome.text())
                    .startsWith("cannot write the spool /proc/version: the disk is full; free some space there");
        });
    }

    @Test
    void damagedListIsFoundByVerification() throws IOException {
        bench.backupThatSucceeds();
        String key = bench.snapshots().get(0).folder().key("files.index.zst.gpg");
        byte[] content = bench.read(key);
        content[content.length / 2] ^= 1;
        bench.store.put(key, content);
        assertThat(damaged(VerifyLevel.PRESENCE)).isEmpty();
        assertThat(damaged(VerifyLevel.CHECKSUM)).containsExactly(key);
        bench.store.delete(key);
        assertThat(damaged(VerifyLevel.PRESENCE)).containsExactly(key);
    }

    private List<String> damaged(VerifyLevel level) {
        VerifyRun.Request request = new VerifyRun.Request(level, Optional.empty(), "doksnap test");
        VerifyOutcome outcome =
                new VerifyRun(bench.snapshots().get(0), request, bench.store, bench.clock).execute(new Cancellation());
        return outcome instanceof VerifyOutcome.Damaged damaged
                ? damaged.damages().stream().map(Damage::key).toList()
                : List.of();
    }

    private List<String> modesOfEncryptedSpools() {
        try {
            List<String> modes = new ArrayList<>();
            for (Path spool : spools()) {
                modes.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(spool)));
                assertThat(new String(Files.readAllBytes(spool), UTF_8)).doesNotContain(SECRET_NAME);
            }
            return modes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Path> spools() throws IOException {
        try (Stream<Path> files = Files.list(bench.data.path())) {
            return files.filter(file -> file.toString().endsWith(DataDirectory.SPOOL))
                    .toList();
        }
    }
}
