package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.policy.Source;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.SnapshotJson;
import io.doksnap.store.StoreException;
import io.doksnap.testing.FaultyStore.Call;
import io.doksnap.testing.FaultyStore.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class BackupRunTest {
    private static final String FOLDER = "backups/shop/host1/20261122_020000_00000001/";

    @TempDir
    private Path home;

    private Bench bench;

    @BeforeEach
    void setUp() throws IOException {
        bench = new Bench(home);
        bench.file("a.txt", "hello\n");
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    @Test
    void runRecordComesFirstAndTheManifestLastAfterEveryObjectWasFound() {
        bench.sources = List.of(
                new Source.Directory("one", bench.tree, List.of()), new Source.Directory("two", bench.tree, List.of()));
        bench.backupThatSucceeds();
        assertThat(bench.store.calls())
                .containsExactly(
                        "PUT " + FOLDER + "run.json",
                        "UPLOAD " + FOLDER + "one.tar.zst",
                        "COMMIT " + FOLDER + "one.tar.zst",
                        "UPLOAD " + FOLDER + "two.tar.zst",
                        "COMMIT " + FOLDER + "two.tar.zst",
                        "UPLOAD " + FOLDER + "one.index.zst",
                        "COMMIT " + FOLDER + "one.index.zst",
                        "UPLOAD " + FOLDER + "two.index.zst",
                        "COMMIT " + FOLDER + "two.index.zst",
                        "UPLOAD " + FOLDER + "details.json",
                        "COMMIT " + FOLDER + "details.json",
                        "FIND " + FOLDER + "details.json",
                        "FIND " + FOLDER + "one.index.zst",
                        "FIND " + FOLDER + "one.tar.zst",
                        "FIND " + FOLDER + "two.index.zst",
                        "FIND " + FOLDER + "two.tar.zst",
                        "PUT " + FOLDER + "manifest.json");
    }

    @Test
    void manifestSaysWhatWasStored() throws IOException {
        Manifest manifest = bench.backupThatSucceeds().manifest();
        assertThat(SnapshotJson.readManifest(bench.read(FOLDER + "manifest.json")))
                .isEqualTo(manifest);
        Manifest.SourceEntry source = manifest.sources().get(0);
        assertThat(source.files()).isEqualTo(1);
        assertThat(source.directories()).isEqualTo(1);
        assertThat(source.objects())
                .singleElement()
                .satisfies(part -> assertThat(part.size()).isEqualTo(bench.read(FOLDER + part.name()).length));
        assertThat(bench.openRuns()).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> whateverCallFailsNothingIsLeftAndTheReasonIsNamed() {
        return Stream.of(
                        Fault.on(Call.PUT, "run.json", StoreException.Kind.ACCESS_DENIED),
                        Fault.on(Call.UPLOAD, "files", StoreException.Kind.ACCESS_DENIED),
                        Fault.on(Call.WRITE, "files", StoreException.Kind.ACCESS_DENIED),
                        Fault.on(Call.COMMIT, "files", StoreException.Kind.ACCESS_DENIED),
                        Fault.on(Call.FIND, "files", StoreException.Kind.ACCESS_DENIED),
                        Fault.on(Call.COMMIT, "files.index", StoreException.Kind.ACCESS_DENIED),
                        Fault.on(Call.PUT, "manifest.json", StoreException.Kind.ACCESS_DENIED),
                        Fault.loseAnswer(Call.COMMIT, "files"))
                .map(fault -> DynamicTest.dynamicTest("" + fault, () -> {
                    bench.store.set(fault);
                    BackupOutcome.Failed failed = bench.backupThatFails();
                    assertThat(failed.reason()).isIn(Reason.ACCESS_DENIED, Reason.DESTINATION_UNREACHABLE);
                    assertThat(failed.message()).startsWith("made to fail");
                    assertThat(bench.keys()).isEmpty();
                    assertThat(bench.openRuns()).isEmpty();
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyKindOfStoreFailureHasItsReason() {
        return Stream.of(StoreException.Kind.values())
                .map(kind -> DynamicTest.dynamicTest(kind.name(), () -> {
                    bench.store.set(Fault.on(Call.COMMIT, "files", kind));
                    assertThat(bench.backupThatFails().reason())
                            .isEqualTo(
                                    switch (kind) {
                                        case NOT_FOUND, MISMATCH -> Reason.MISMATCH;
                                        case BUCKET_NOT_FOUND -> Reason.BUCKET_NOT_FOUND;
                                        case ACCESS_DENIED -> Reason.ACCESS_DENIED;
                                        case UNREACHABLE -> Reason.DESTINATION_UNREACHABLE;
                                        case DISK_FULL -> Reason.DISK_FULL;
                                        case LOCKED, REFUSED -> Reason.UPLOAD_FAILED;
                                    });
                }));
    }

    @Test
    void objectThatIsSmallerThanAcknowledgedIsNotCommitted() throws IOException {
        bench.store.set((call, key) -> {
            if (call == Call.FIND && key.contains(".tar")) {
                bench.store.set(Fault.NONE);
                bench.store.put(key, new byte[3]);
            }
        });
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.reason()).isEqualTo(Reason.MISMATCH);
        assertThat(failed.message()).contains(FOLDER + "files.tar.zst").contains("has 3 bytes instead of");
        assertThat(bench.keys()).isEmpty();
    }

    @Test
    void objectThatIsNotThereAlthoughAcknowledgedIsNotCommitted() throws IOException {
        bench.store.set((call, key) -> {
            if (call == Call.FIND) {
                bench.store.set(Fault.NONE);
                bench.store.delete(key);
            }
        });
        assertThat(bench.backupThatFails().message()).contains("is not there");
        assertThat(bench.keys()).isEmpty();
    }

    @Test
    void sourceWithoutAFileFailsUnlessThatIsAllowed() throws IOException {
        Files.delete(bench.tree.resolve("a.txt"));
        Files.createDirectory(bench.tree.resolve("only-directories"));
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.reason()).isEqualTo(Reason.EMPTY_SOURCE);
        assertThat(failed.message()).contains(bench.tree.toString()).contains("allow_empty: true");
        assertThat(bench.keys()).isEmpty();

        bench.allowEmpty = true;
        assertThat(bench.backupThatSucceeds().manifest().sources().get(0).files())
                .isZero();
    }

    @Test
    void failureOfTheSecondSourceTakesTheFirstWithIt() throws IOException {
        Path empty = Files.createDirectory(bench.home.resolve("empty"));
        bench.sources = List.of(
                new Source.Directory("one", bench.tree, List.of()), new Source.Directory("two", empty, List.of()));
        assertThat(bench.backupThatFails().reason()).isEqualTo(Reason.EMPTY_SOURCE);
        assertThat(bench.keys()).isEmpty();
        assertThat(bench.openRuns()).isEmpty();
    }

    @Test
    void sourceThatShrinksWhileItIsReadFails() throws IOException {
        byte[] noise = new byte[40 << 20];
        new Random(1).nextBytes(noise);
        Path big = Files.write(bench.tree.resolve("big"), noise);
        bench.store.set((call, key) -> {
            if (call == Call.WRITE) {
                truncate(big);
            }
        });
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.reason()).isEqualTo(Reason.READ_FAILED);
        assertThat(failed.message()).contains(big.toString()).contains("shrank");
        assertThat(bench.keys()).isEmpty();
    }

    @Test
    void missingDirectoryAndMissingVolumeAreNamed() {
        bench.sources = List.of(new Source.Directory("files", bench.home.resolve("gone"), List.of()));
        assertThat(bench.backupThatFails())
                .isEqualTo(new BackupOutcome.Failed(
                        Reason.SOURCE_NOT_FOUND,
                        "the directory " + bench.home.resolve("gone")
                                + " does not exist; correct the source, or create it"));
        bench.sources = List.of(new Source.Volume("db", "shop_db", List.of()));
        assertThat(bench.backupThatFails())
                .isEqualTo(new BackupOutcome.Failed(
                        Reason.SOURCE_NOT_FOUND, "there is no Docker volume shop_db; `docker volume ls` lists them"));
        bench.docker.setAvailable(false);
        assertThat(bench.backupThatFails().reason()).isEqualTo(Reason.DOCKER_UNAVAILABLE);
        assertThat(bench.store.calls()).isEmpty();
    }

    @Test
    void linkThatLeadsOutOfTheAllowedPathsIsRefused() throws IOException {
        Path link = Files.createSymbolicLink(bench.home.resolve("link"), Path.of("/etc"));
        bench.sources = List.of(new Source.Directory("files", link, List.of()));
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.reason()).isEqualTo(Reason.INVALID_SPEC);
        // Before JUnit warns of it.
        Files.delete(link);
        assertThat(failed.message()).startsWith(link + " is a link: '/etc' lies in /etc, which is never backed up");
    }

    @Test
    void dumpWithoutATargetIsRefusedBeforeAnythingIsTouched() {
        bench.sources = List.of(new Source.Dump("db", Source.DumpKind.POSTGRES, List.of(), Optional.empty()));
        assertThat(bench.backupThatFails().message()).contains("no container to run in; name a target");
        assertThat(bench.store.calls()).isEmpty();
    }

    @Test
    void cancelledBeforeItBeganTouchesNothing() {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel(Reason.CANCELLED);
        assertThat(bench.backupRun().execute(cancellation).reason()).isEqualTo(Reason.CANCELLED);
        assertThat(bench.store.calls()).isEmpty();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @TestFactory
    Stream<DynamicTest> cancelledAtAnyCallLeavesNothing() {
        return Stream.of("PUT run.json", "UPLOAD files", "WRITE files", "COMMIT files", "FIND files")
                .map(moment -> DynamicTest.dynamicTest(moment, () -> {
                    Cancellation cancellation = new Cancellation();
                    bench.store.set((call, key) -> {
                        if (moment.startsWith(call.name()) && key.contains(moment.split(" ", -1)[1])) {
                            cancellation.cancel(Reason.CANCELLED);
                            bench.store.set(Fault.NONE);
                        }
                    });
                    BackupOutcome outcome = bench.backupRun().execute(cancellation);
                    assertThat(outcome)
                            .isEqualTo(new BackupOutcome.Failed(
                                    Reason.CANCELLED, "stopped before it was done; nothing was committed"));
                    assertThat(bench.keys()).isEmpty();
                    assertThat(bench.openRuns()).isEmpty();
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                }));
    }

    @Test
    void cancelledWhileTheManifestIsWrittenIsASuccess() {
        Cancellation cancellation = new Cancellation();
        bench.store.set((call, key) -> {
            if (key.endsWith("manifest.json")) {
                cancellation.cancel(Reason.CANCELLED);
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
            }
        });
        assertThat(bench.backupRun().execute(cancellation)).isInstanceOf(BackupOutcome.Succeeded.class);
        assertThat(bench.snapshots()).hasSize(1);
    }

    @Test
    void runThatPassesItsTimeoutIsStopped() {
        bench.timeout = Duration.ofMillis(1);
        bench.store.set((call, key) -> {
            while (call == Call.WRITE && !Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
        });
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.reason()).isEqualTo(Reason.TIMED_OUT);
        assertThat(failed.message()).isEqualTo("stopped after its timeout of 0.001s; nothing was committed");
        assertThat(bench.keys()).isEmpty();
    }

    @Test
    void dataDirectoryThatCannotBeWrittenToIsNamedAndNothingIsStored() throws IOException {
        Files.createDirectories(bench.data.path().resolve("open-run-20261122_020000_00000001/x"));
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.reason()).isEqualTo(Reason.STATE_UNUSABLE);
        assertThat(failed.message()).contains(bench.data.path().toString());
        assertThat(bench.keys()).isEmpty();
    }

    @Test
    void unexpectedFailureIsAFailedRunThatLeavesNothing() throws IOException {
        bench.store.set((call, key) -> {
            if (call == Call.COMMIT) {
                throw new IllegalStateException("a mistake in this program");
            }
        });
        assertThat(bench.backupThatFails().message()).contains("a mistake in this program");
        assertThat(bench.keys()).isEmpty();
        assertThat(bench.openRuns()).isEmpty();
    }

    @Test
    void progressCountsEverySource() throws IOException {
        bench.file("b.txt", "12345");
        bench.sources = List.of(
                new Source.Directory("one", bench.tree, List.of()), new Source.Directory("two", bench.tree, List.of()));
        BackupRun run = bench.backupRun();
        run.execute(new Cancellation());
        assertThat(run.progress().filesRead()).isEqualTo(4);
        assertThat(run.progress().bytesRead()).isEqualTo(22);
        assertThat(run.progress().source()).isEqualTo("two");
        assertThat(run.progress().bytesStored())
                .isEqualTo(bench.snapshots().get(0).manifest().storedBytes());
    }

    @Test
    void sourceInWhichARestoreWasCutOffHalfWayIsNotBackedUp() throws IOException {
        Files.createFile(bench.tree.resolve(Promotion.JOURNAL_PREFIX + "12345678"));
        BackupOutcome.Failed failed = bench.backupThatFails();
        assertThat(failed.reason()).isEqualTo(Reason.READ_FAILED);
        assertThat(failed.message()).contains("run the restore again before the next backup");
    }

    private static void truncate(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
