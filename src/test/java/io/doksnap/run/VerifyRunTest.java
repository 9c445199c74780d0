package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.run.VerifyOutcome.Undecided;
import io.doksnap.snapshot.Verification;
import io.doksnap.snapshot.Verification.Check;
import io.doksnap.store.StoreException.Kind;
import io.doksnap.testing.FaultyStore.Call;
import io.doksnap.testing.FaultyStore.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Presence and checksum: what a store has, against what a manifest says. */
class VerifyRunTest {
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

    @ParameterizedTest
    @EnumSource(names = {"PRESENCE", "CHECKSUM"})
    void wholeSnapshotIsVerifiedAndTheResultKept(VerifyLevel level) throws IOException {
        List<String> before = bench.keys();
        VerifyOutcome outcome = stored.verify(level);
        assertThat(outcome).isInstanceOf(VerifyOutcome.Verified.class);
        assertThat(outcome.reason()).isEqualTo(Reason.VERIFIED);
        assertThat(outcome.notKept()).isEmpty();
        assertThat(stored.kept().passed(List.of("files", "conf")))
                .contains(new Verification.Passed(level, bench.clock.instant()));
        assertThat(bench.keys()).hasSize(before.size() + 1).containsAll(before);
    }

    @Test
    void presenceReadsNoArchive() {
        bench.store.set(Fault.on(Call.READ, ".tar", Kind.UNREACHABLE));
        assertThat(stored.verify(VerifyLevel.PRESENCE)).isInstanceOf(VerifyOutcome.Verified.class);
    }

    @Test
    void everyFlippedByteIsFoundAndExactlyItsObjectNamed() throws IOException {
        Random random = new Random(2026);
        List<String> keys = stored.keys();
        for (int i = 0; i < 200; i++) {
            String key = keys.get(random.nextInt(keys.size()));
            byte[] good = bench.read(key);
            byte[] flipped = good.clone();
            flipped[random.nextInt(good.length)] ^= (byte) (1 << random.nextInt(8));
            bench.store.put(key, flipped);
            assertThat(stored.damagedKeys(VerifyLevel.CHECKSUM)).containsExactly(key);
            bench.store.put(key, good);
        }
        assertThat(stored.verify(VerifyLevel.CHECKSUM)).isInstanceOf(VerifyOutcome.Verified.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"PRESENCE", "CHECKSUM"})
    void truncatedLongerAndMissingObjectsAreAllNamed(VerifyLevel level) throws IOException {
        List<String> keys = stored.keys();
        byte[] first = bench.read(keys.get(0));
        bench.store.put(keys.get(0), Arrays.copyOf(first, first.length - 1));
        bench.store.delete(keys.get(1));
        byte[] last = bench.read(keys.get(keys.size() - 1));
        bench.store.put(keys.get(keys.size() - 1), Arrays.copyOf(last, last.length + 1));
        assertThat(stored.damaged(level).damages())
                .containsExactlyInAnyOrder(
                        stored.damage(keys.get(0), first.length + " bytes", (first.length - 1) + " bytes"),
                        stored.damage(keys.get(1), "2000 bytes", "no object"),
                        stored.damage(keys.get(keys.size() - 1), last.length + " bytes", (last.length + 1) + " bytes"));
    }

    @Test
    void swappedPartsAreBothNamedAndPresenceDoesNotSeeThem() throws IOException {
        String one = stored.key("files.tar.zst");
        String two = stored.key("files.tar.zst.001");
        byte[] content = bench.read(one);
        bench.store.put(one, bench.read(two));
        bench.store.put(two, content);
        assertThat(stored.verify(VerifyLevel.PRESENCE)).isInstanceOf(VerifyOutcome.Verified.class);
        assertThat(stored.damagedKeys(VerifyLevel.CHECKSUM)).containsExactly(one, two);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"NOT_FOUND"},
            mode = EnumSource.Mode.EXCLUDE)
    void storeThatFailsIsNeverDamage(Kind kind) throws IOException {
        for (Call call : List.of(Call.LIST, Call.READ)) {
            bench.store.set(Fault.on(call, call == Call.READ ? ".tar" : "backups/", kind));
            VerifyOutcome outcome = stored.verify(VerifyLevel.CHECKSUM);
            assertThat(outcome).as(call + " " + kind).isInstanceOf(VerifyOutcome.Unknown.class);
            assertThat(outcome.reason())
                    .isIn(
                            Reason.UPLOAD_FAILED,
                            Reason.DESTINATION_UNREACHABLE,
                            Reason.ACCESS_DENIED,
                            Reason.BUCKET_NOT_FOUND,
                            Reason.DISK_FULL);
            assertThat(bench.keys()).noneMatch(key -> key.endsWith("verified.json"));
            bench.store.set(Fault.NONE);
        }
    }

    @Test
    void storeThatFallsSilentInTheMiddleLeavesWhatWasFoundBefore() throws IOException {
        stored.flip(stored.key("files.tar.zst"));
        bench.store.set(Fault.on(Call.READ, "files.tar.zst.001", Kind.UNREACHABLE));
        VerifyOutcome.Damaged outcome = stored.damaged(VerifyLevel.CHECKSUM);
        assertThat(outcome.damages()).extracting(Damage::key).containsExactly(stored.key("files.tar.zst"));
        assertThat(outcome.undecided()).extracting(Undecided::reason).containsExactly(Reason.DESTINATION_UNREACHABLE);
        assertThat(stored.kept().checks()).extracting(Check::source).containsExactly("files");
        // The rest was not asked for in vain.
        assertThat(bench.store.calls()).noneMatch(call -> call.startsWith("READ") && call.contains("conf.tar"));
    }

    @Test
    void oneObjectThatIsRefusedDoesNotHideTheOthers() throws IOException {
        stored.flip(stored.key("conf.tar.zst"));
        bench.store.set(Fault.on(Call.READ, "files.tar.zst.001", Kind.ACCESS_DENIED));
        VerifyOutcome.Damaged outcome = stored.damaged(VerifyLevel.CHECKSUM);
        assertThat(outcome.damages()).extracting(Damage::key).containsExactly(stored.key("conf.tar.zst"));
        assertThat(outcome.undecided()).extracting(Undecided::reason).containsExactly(Reason.ACCESS_DENIED);
        assertThat(stored.kept().passed(List.of("files"))).isEmpty();
    }

    @Test
    void byteThatChangesOnTheWayIsNoDamage() throws IOException {
        for (String key : stored.keys()) {
            bench.store.set(stored.flippedAtTheFirstReadingOf(key));
            assertThat(stored.verify(VerifyLevel.CHECKSUM)).as(key).isInstanceOf(VerifyOutcome.Verified.class);
        }
    }

    @Test
    void objectThatComesOutDifferentEachTimeIsNoDamageEither() throws IOException {
        Random random = new Random(7);
        String key = stored.keys().get(0);
        byte[] noise = bench.read(key);
        bench.store.set((call, read) -> {
            if (call == Call.READ && read.equals(key)) {
                random.nextBytes(noise);
                bench.store.put(key, noise);
            }
        });
        VerifyOutcome outcome = stored.verify(VerifyLevel.CHECKSUM);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        VerifyOutcome.Unknown.class,
                        unknown -> assertThat(unknown.undecided())
                                .singleElement()
                                .satisfies(why ->
                                        assertThat(why.message()).contains(key, "every reading gives other bytes")));
    }

    @Test
    void listingThatLagsBehindIsNotBelieved() throws IOException {
        String key = stored.key("files.tar.zst");
        bench.store.set(hidden(key, bench.read(key)));
        assertThat(stored.verify(VerifyLevel.PRESENCE)).isInstanceOf(VerifyOutcome.Verified.class);
    }

    /** An object that a listing does not show yet. */
    private Fault hidden(String hidden, byte[] content) {
        return (call, key) -> {
            bench.store.set(Fault.NONE);
            if (call == Call.LIST) {
                bench.store.delete(hidden);
            } else if (call == Call.FIND && key.equals(hidden)) {
                bench.store.put(hidden, content);
            }
            bench.store.set(hidden(hidden, content));
        };
    }

    @Test
    void snapshotThatIsRemovedMeanwhileIsGoneAndNotDamagedAndItsFolderStaysEmpty() throws IOException {
        FolderRemoval.remove(stored.snapshot.folder(), bench.store);
        assertThat(stored.verify(VerifyLevel.CHECKSUM)).isEqualTo(new VerifyOutcome.Gone(stored.snapshot.folder()));
        assertThat(bench.keys()).isEmpty();
    }

    @Test
    void manifestThatCannotBeReadIsDamageUnlessItIsOnlyNewerOrGone() throws IOException {
        String key = stored.snapshot.folder().manifestKey();
        byte[] good = bench.read(key);
        bench.store.put(key, Arrays.copyOf(good, good.length / 2));
        VerifyOutcome.Damaged outcome = (VerifyOutcome.Damaged) stored.verify(stored.newest(), VerifyLevel.PRESENCE);
        assertThat(outcome.reason()).isEqualTo(Reason.UNREADABLE);
        assertThat(outcome.damages()).extracting(Damage::key).containsExactly(key);

        bench.store.put(key, "{\"formatVersion\": 9}".getBytes(StandardCharsets.UTF_8));
        VerifyOutcome newer = stored.verify(stored.newest(), VerifyLevel.PRESENCE);
        assertThat(newer).isInstanceOf(VerifyOutcome.Unknown.class);
        assertThat(newer.reason()).isEqualTo(Reason.READ_FAILED);

        bench.store.set(Fault.on(Call.READ, "manifest.json", Kind.NOT_FOUND));
        assertThat(stored.verify(stored.newest(), VerifyLevel.PRESENCE)).isInstanceOf(VerifyOutcome.Gone.class);
        assertThat(bench.keys()).noneMatch(name -> name.endsWith("verified.json"));
    }

    @Test
    void stoppedOnTheWayItKeepsWhatItKnows() throws IOException {
        Cancellation cancellation = new Cancellation();
        bench.store.set((call, key) -> {
            if (call == Call.READ && key.contains("conf.tar")) {
                cancellation.cancel(Reason.CANCELLED);
            }
        });
        VerifyOutcome outcome =
                stored.run(stored.snapshot, VerifyLevel.CHECKSUM).execute(cancellation);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        VerifyOutcome.Unknown.class,
                        unknown -> assertThat(unknown.undecided())
                                .containsExactly(new Undecided(Reason.CANCELLED, "stopped before it was done")));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(stored.kept().checks()).extracting(Check::source).containsExactly("files");
    }

    @Test
    void progressCountsEveryStoredByteOnce() {
        VerifyRun run = stored.run(stored.snapshot, VerifyLevel.CHECKSUM);
        assertThat(run.bytesInAll()).isEqualTo(stored.snapshot.manifest().storedBytes());
        run.execute(new Cancellation());
        assertThat(run.bytesRead()).isEqualTo(run.bytesInAll());
        assertThat(stored.run(stored.snapshot, VerifyLevel.PRESENCE).bytesInAll())
                .isZero();
    }
}
