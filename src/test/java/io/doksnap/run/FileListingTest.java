package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.api.Reason;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.Encryption;
import io.doksnap.archive.openpgp.OpenPgpIdentity;
import io.doksnap.policy.Source;
import io.doksnap.run.FileListing.ListingException;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.Manifest.SourceEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileListingTest {
    @TempDir
    private Path home;

    private Bench bench;
    private Optional<Decryption> decryption = Optional.empty();

    @BeforeEach
    void setUp() throws IOException {
        bench = new Bench(home);
        bench.encryption = new Encryption.WithPassword("right".toCharArray());
        decryption = opens("right");
        Files.createLink(bench.tree.resolve("other-name"), bench.file("file", "hello\n"));
        bench.backupThatSucceeds();
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void listAndArchiveShowTheSame() throws Exception {
        CatalogueEntry.Snapshot snapshot = bench.snapshots().get(0);
        CatalogueEntry.Snapshot older = without(snapshot);
        FileListing listing = FileListing.of(older, Optional.of("files"), decryption, bench.store);
        assertThat(listing.readsTheArchive()).isTrue();
        assertThat(shown(older)).hasSize(3).isEqualTo(shown(snapshot));
        assertThat(FileListing.of(snapshot, Optional.empty(), decryption, bench.store)
                        .readsTheArchive())
                .isFalse();
    }

    @Test
    void wrongAndMissingKeysAreSaid() {
        CatalogueEntry.Snapshot snapshot = bench.snapshots().get(0);
        decryption = opens("wrong");
        assertThatThrownBy(() -> shown(snapshot))
                .isInstanceOfSatisfying(
                        ListingException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.KEY_MISSING));
        decryption = Optional.empty();
        assertThatThrownBy(() -> shown(snapshot))
                .isInstanceOf(ListingException.class)
                .hasMessage("the archive of files needs a password; set ENCRYPTION_PASSWORD");
    }

    @Test
    void damagedListIsNamed() throws IOException {
        CatalogueEntry.Snapshot snapshot = bench.snapshots().get(0);
        String key = snapshot.folder().key("files.index.zst.gpg");
        byte[] content = bench.read(key);
        content[content.length - 1] ^= 1;
        bench.store.put(key, content);
        assertThatThrownBy(() -> shown(snapshot))
                .isInstanceOfSatisfying(
                        ListingException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.MISMATCH))
                .hasMessageContaining(key);
    }

    @Test
    void severalSourcesNeedAChoice() throws Exception {
        bench.sources = List.of(
                new Source.Directory("one", bench.tree, List.of()), new Source.Directory("two", bench.tree, List.of()));
        bench.backupThatSucceeds();
        CatalogueEntry.Snapshot two = bench.snapshots().get(1);
        assertThatThrownBy(() -> shown(two))
                .isInstanceOf(ListingException.class)
                .hasMessage("the snapshot holds several sources; choose one with --source: one, two");
    }

    private List<String> shown(CatalogueEntry.Snapshot snapshot) throws ListingException {
        List<String> shown = new ArrayList<>();
        FileListing.of(snapshot, Optional.empty(), decryption, bench.store).visit(file -> shown.add("" + file));
        return shown;
    }

    private static Optional<Decryption> opens(String password) {
        return Optional.of(new Decryption.OpenPgp(OpenPgpIdentity.ofPassword(password.toCharArray())));
    }

    private static CatalogueEntry.Snapshot without(CatalogueEntry.Snapshot snapshot) {
        Manifest old = snapshot.manifest();
        List<SourceEntry> sources = old.sources().stream()
                .map(source -> new SourceEntry(
                        source.name(),
                        source.objects(),
                        source.plainBytes(),
                        source.files(),
                        source.directories(),
                        source.codec(),
                        source.encryption(),
                        source.warnings(),
                        List.of()))
                .toList();
        return new CatalogueEntry.Snapshot(
                snapshot.folder(),
                new Manifest(1, old.program(), old.identity(), old.id(), old.started(), old.finished(), sources),
                snapshot.verified());
    }
}
