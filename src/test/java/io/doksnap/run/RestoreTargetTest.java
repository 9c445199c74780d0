package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.policy.Compression;
import io.doksnap.policy.Source;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.snapshot.SnapshotJson;
import io.doksnap.testing.FaultyStore.Call;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Where a restore may go, and that nothing goes anywhere else. */
class RestoreTargetTest {
    private static final RestoreTarget.InPlace IN_PLACE = new RestoreTarget.InPlace();

    @TempDir
    private Path home;

    private Bench bench;

    @BeforeEach
    void setUp() throws IOException {
        bench = new Bench(home);
        bench.file("a.txt", "hello\n");
        bench.backupThatSucceeds();
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void fileIsNoTarget() throws IOException {
        Path file = Files.createFile(bench.home.resolve("file"));
        assertThat(bench.restore(new RestoreTarget.EmptyDirectory(file)))
                .isEqualTo(new RestoreOutcome.Failed(
                        Reason.TARGET_UNUSABLE, file + " is a file; name a directory that is new or empty"));
        assertThat(bench.restore(new RestoreTarget.EmptyDirectory(file.resolve("below"))))
                .isInstanceOfSatisfying(
                        RestoreOutcome.Failed.class,
                        failed -> assertThat(failed.message()).containsIgnoringCase("not a directory"));
    }

    @Test
    void linkToAnEmptyDirectoryIsFollowed() throws IOException {
        Path real = Files.createDirectory(bench.home.resolve("real"));
        Path link = Files.createSymbolicLink(bench.home.resolve("link"), real);
        assertThat(bench.restore(new RestoreTarget.EmptyDirectory(link))).isInstanceOf(RestoreOutcome.Restored.class);
        assertThat(real.resolve("a.txt")).hasContent("hello");
    }

    @Test
    void rootThatNobodyMayWriteToComesBackAsItWas() throws IOException {
        Files.setAttribute(bench.tree, "unix:mode", 0555);
        bench.backupThatSucceeds();
        Path target = bench.home.resolve("read-only");
        assertThat(bench.restore(new RestoreTarget.EmptyDirectory(target))).isInstanceOf(RestoreOutcome.Restored.class);
        assertThat(Files.getAttribute(target, "unix:mode")).isEqualTo(0040555);
        assertThat(Files.getLastModifiedTime(target)).isEqualTo(Files.getLastModifiedTime(bench.tree));
        assertThat(target.resolve("a.txt")).hasContent("hello");
    }

    @Test
    void sourceThatLeavesFilesOutIsNotReplacedInPlace() throws IOException {
        bench.file("cache/kept-here-only", "not in the backup\n");
        bench.sources = List.of(new Source.Directory("files", bench.tree, List.of("cache")));
        bench.backupThatSucceeds();
        assertThat(bench.restore(IN_PLACE))
                .isInstanceOfSatisfying(
                        RestoreOutcome.Failed.class,
                        failed -> assertThat(failed.message()).contains("--to-directory"));
        assertThat(bench.tree.resolve("cache/kept-here-only")).hasContent("not in the backup");
    }

    @Test
    void volumeThatIsNotEmptyIsRefused() throws Exception {
        Path volume = bench.docker.createVolume("db").mountpoint();
        Files.createFile(volume.resolve("mine"));
        assertThat(bench.restore(new RestoreTarget.EmptyVolume("db")))
                .isInstanceOfSatisfying(
                        RestoreOutcome.Failed.class,
                        failed -> assertThat(failed.message()).contains(volume + " is not empty"));
        assertThat(Bench.contents(volume)).isEqualTo(Map.of("", "/", "mine", ""));
    }

    @Test
    void sourceThatIsDeclaredNoMoreHasNoPlace() {
        bench.sources = List.of(new Source.Directory("other", bench.tree, List.of()));
        assertThat(bench.restore(IN_PLACE))
                .isEqualTo(new RestoreOutcome.Failed(
                        Reason.SOURCE_NOT_FOUND,
                        "the configuration no longer has a source files, so there is no place to restore it to; use"
                                + " --to-volume or --to-directory"));
    }

    @Test
    void cancelledRestoreLeavesTheTargetAsItWas() throws IOException {
        bench.file("a.txt", "changed\n");
        Map<String, String> before = Bench.contents(bench.tree);
        Cancellation cancellation = new Cancellation();
        bench.store.set((call, key) -> {
            if (call == Call.READ && key.endsWith(".zst")) {
                cancellation.cancel(Reason.CANCELLED);
            }
        });
        RestoreRun run = new RestoreRun(
                bench.sources,
                bench.snapshots().get(0),
                new RestoreRun.Request(IN_PLACE, Optional.empty(), Optional.empty(), false, "1"),
                bench.store,
                bench.trees());
        assertThat(run.execute(cancellation))
                .isEqualTo(new RestoreOutcome.Failed(
                        Reason.CANCELLED, "stopped before it was done; the target is as it was before"));
        assertThat(Bench.contents(bench.tree)).isEqualTo(before);
    }

    @Test
    void unknownSourceAndChoiceBetweenSeveralNameThem() {
        bench.sources = List.of(
                new Source.Directory("one", bench.tree, List.of()), new Source.Directory("two", bench.tree, List.of()));
        bench.clock.advance(Duration.ofHours(1));
        bench.backupThatSucceeds();
        assertThat(bench.restore(IN_PLACE))
                .isEqualTo(new RestoreOutcome.Failed(
                        Reason.SOURCE_NOT_FOUND,
                        "the snapshot holds several sources; choose one with --source: one, two"));
    }

    @TestFactory
    Stream<DynamicTest> hostileArchiveIsRefusedAndNothingOutsideChanges() {
        return Stream.of(
                        List.of(file("../evil")),
                        List.of(file("/evil")),
                        List.of(file("a/../../evil")),
                        List.of(link("l", "..", TarConstants.LF_SYMLINK), file("l/evil")),
                        List.of(link("l", "/tmp", TarConstants.LF_SYMLINK), file("l/doksnap-evil")),
                        List.of(link("h", "../a.txt", TarConstants.LF_LINK)),
                        List.of(link("h", "/etc/hostname", TarConstants.LF_LINK)))
                .map(entries -> DynamicTest.dynamicTest(
                        entries.stream().map(TarArchiveEntry::getName).toList().toString(), () -> {
                            bench.clock.advance(Duration.ofHours(1));
                            store(entries);
                            Map<String, String> before = Bench.contents(bench.home);
                            RestoreOutcome outcome = bench.restore(IN_PLACE);
                            assertThat(outcome).isInstanceOfSatisfying(RestoreOutcome.Failed.class, failed -> {
                                assertThat(failed.reason()).isEqualTo(Reason.UNSAFE_ARCHIVE);
                                assertThat(failed.message())
                                        .startsWith("refused")
                                        .doesNotContain("\n");
                            });
                            assertThat(Bench.contents(bench.home)).isEqualTo(before);
                            assertThat(Path.of("/tmp/doksnap-evil")).doesNotExist();
                        }));
    }

    /** Puts a snapshot into the store whose only archive holds these entries, with sizes and digests that are right. */
    private void store(List<TarArchiveEntry> entries) throws Exception {
        bench.compression = Compression.NONE;
        BackupOutcome.Succeeded made = bench.backupThatSucceeds();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (TarArchiveEntry entry : entries) {
                tar.putArchiveEntry(entry);
                tar.write(new byte[(int) entry.getSize()]);
                tar.closeArchiveEntry();
            }
        }
        byte[] archive = bytes.toByteArray();
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
        bench.store.put(made.folder().key("files.tar"), archive);
        Manifest old = made.manifest();
        SourceEntry source = new SourceEntry(
                "files",
                List.of(new StoredPart("files.tar", archive.length, digest)),
                archive.length,
                entries.size(),
                0,
                "none",
                new EncryptionEntry("none", List.of()),
                List.of(),
                List.of());
        Manifest hostile = new Manifest(
                1, old.program(), old.identity(), old.id(), old.started(), old.finished(), List.of(source));
        bench.store.put(made.folder().manifestKey(), SnapshotJson.write(hostile));
    }

    private static TarArchiveEntry file(String name) {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(3);
        return entry;
    }

    private static TarArchiveEntry link(String name, String target, byte type) {
        TarArchiveEntry entry = new TarArchiveEntry(name, type);
        entry.setLinkName(target);
        return entry;
    }
}
