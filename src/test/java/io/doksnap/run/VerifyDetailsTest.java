package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.Manifest.StoredPart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies beside the archives is opened and compared, too: the lists of the files, and the details with their digests. */
class VerifyDetailsTest {
    @TempDir
    private Path home;

    private VerifyBench stored;
    private Bench bench;

    @BeforeEach
    void setUp() throws IOException {
        stored = new VerifyBench(home);
        bench = stored.bench;
    }

    @AfterEach
    void tearDown() {
        stored.close();
    }

    @Test
    void archiveWithOtherContentOfTheSameSizeIsAMismatchThatNamesIt() throws IOException {
        Files.writeString(bench.home.resolve("conf").resolve("a.conf"), "b = 2\n");
        bench.backupThatSucceeds();
        CatalogueEntry.Snapshot second = (CatalogueEntry.Snapshot) stored.newest();
        // The details of the one beside the archives of the other.
        for (StoredPart part : second.manifest().details()) {
            bench.store.put(stored.key(part.name()), bench.read(second.folder().key(part.name())));
        }
        Manifest first = stored.snapshot.manifest();
        CatalogueEntry.Snapshot mixed = with(first.sources(), second.manifest().details());
        VerifyOutcome.Damaged outcome = (VerifyOutcome.Damaged) stored.verify(mixed, VerifyLevel.FULL);
        assertThat(outcome.damages()).singleElement().satisfies(damage -> {
            assertThat(damage.source()).isEqualTo("conf");
            assertThat(damage.reason()).isEqualTo(Reason.MISMATCH);
            assertThat(damage.expected()).startsWith("content of SHA-256 ");
        });
        assertThat(stored.kept().damagedSources()).containsExactly("conf");
        assertThat(stored.verify(mixed, VerifyLevel.CHECKSUM)).isInstanceOf(VerifyOutcome.Verified.class);
    }

    @Test
    void damagedDetailsAreNamedAndMakeNoSourceBad() throws IOException {
        String details = stored.key(stored.snapshot.manifest().details().get(0).name());
        byte[] good = bench.read(details);
        for (VerifyLevel level : List.of(VerifyLevel.CHECKSUM, VerifyLevel.FULL)) {
            stored.flip(details);
            assertThat(stored.damagedKeys(level)).containsExactly(details);
            assertThat(stored.kept().damagedSources()).isEmpty();
            bench.store.put(details, good);
        }
        bench.store.delete(details);
        assertThat(stored.damagedKeys(VerifyLevel.PRESENCE)).containsExactly(details);
    }

    @Test
    void damagedListIsNamed() throws IOException {
        SourceEntry files = stored.snapshot.manifest().sources().get(0);
        String index = stored.flip(stored.key(files.index().get(0).name()));
        assertThat(stored.damagedKeys(VerifyLevel.FULL)).containsExactly(index);
    }

    @Test
    void listThatWasStoredBrokenIsUnreadable() throws Exception {
        byte[] rubbish = "no list, and never was".getBytes(StandardCharsets.US_ASCII);
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(rubbish));
        SourceEntry source = stored.snapshot.manifest().sources().get(0);
        String name = source.index().get(0).name();
        bench.store.put(stored.key(name), rubbish);
        SourceEntry altered = new SourceEntry(
                source.name(),
                source.objects(),
                source.plainBytes(),
                source.files(),
                source.directories(),
                source.codec(),
                source.encryption(),
                source.warnings(),
                List.of(new StoredPart(name, rubbish.length, sha256)));
        CatalogueEntry.Snapshot broken =
                with(List.of(altered), stored.snapshot.manifest().details());
        VerifyOutcome.Damaged outcome = (VerifyOutcome.Damaged) stored.verify(broken, VerifyLevel.FULL);
        assertThat(outcome.reason()).isEqualTo(Reason.UNREADABLE);
        assertThat(outcome.damages())
                .singleElement()
                .satisfies(damage -> assertThat(damage.expected()).isEqualTo("a list of files that opens"));
    }

    @Test
    void snapshotOfAnOlderVersionHasNoDetailsAndIsVerifiedAllTheSame() {
        CatalogueEntry.Snapshot older = with(stored.snapshot.manifest().sources(), List.of());
        for (VerifyLevel level : List.of(VerifyLevel.PRESENCE, VerifyLevel.CHECKSUM, VerifyLevel.FULL)) {
            assertThat(stored.verify(older, level)).isInstanceOf(VerifyOutcome.Verified.class);
        }
    }

    private CatalogueEntry.Snapshot with(List<SourceEntry> sources, List<StoredPart> details) {
        Manifest manifest = stored.snapshot.manifest();
        return new CatalogueEntry.Snapshot(
                stored.snapshot.folder(),
                new Manifest(
                        manifest.formatVersion(),
                        manifest.program(),
                        manifest.identity(),
                        manifest.id(),
                        manifest.started(),
                        manifest.finished(),
                        sources,
                        details));
    }
}
