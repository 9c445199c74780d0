package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.Encryption;
import io.doksnap.archive.openpgp.OpenPgpIdentity;
import io.doksnap.archive.openpgp.OpenPgpKeyPair;
import io.doksnap.archive.openpgp.OpenPgpRecipient;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.run.VerifyOutcome.Undecided;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.snapshot.Verification.Check;
import io.doksnap.store.StoreException.Kind;
import io.doksnap.testing.FaultyStore.Call;
import io.doksnap.testing.FaultyStore.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives are opened and read to their end, with the right key, a wrong one and none. */
class FullVerifyTest {
    private static final Instant NOW = Instant.parse("2026-11-22T02:00:00Z");
    private static final OpenPgpKeyPair KEYS = OpenPgpKeyPair.generate("test", NOW);
    private static final OpenPgpKeyPair OTHER_KEYS = OpenPgpKeyPair.generate("somebody else", NOW);

    @TempDir
    private Path home;

    private VerifyBench stored;
    private Bench bench;

    @BeforeEach
    void setUp() throws IOException {
        stored = new VerifyBench(home, toRecipient(KEYS));
        bench = stored.bench;
        stored.decryption = identity(KEYS);
    }

    @AfterEach
    void tearDown() {
        stored.close();
    }

    @Test
    void archiveThatOpensAndHoldsWhatTheManifestSaysIsVerified() throws IOException {
        VerifyRun run = stored.run(stored.snapshot, VerifyLevel.FULL);
        assertThat(run.execute(new Cancellation())).isInstanceOf(VerifyOutcome.Verified.class);
        assertThat(run.bytesRead()).isEqualTo(run.bytesInAll()).isPositive();
        assertThat(stored.kept().passed(List.of("files", "conf")).map(passed -> passed.level()))
                .contains(VerifyLevel.FULL);
        assertThat(threads()).noneMatch(name -> name.startsWith("doksnap-"));
    }

    @Test
    void nothingIsWrittenToDisk() throws IOException {
        List<Path> before = files();
        stored.verify(VerifyLevel.FULL);
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void everyFlippedByteIsFoundAndExactlyItsObjectNamed() throws IOException {
        Random random = new Random(49);
        List<String> keys = stored.keys();
        for (int i = 0; i < 60; i++) {
            String key = keys.get(random.nextInt(keys.size()));
            byte[] good = bench.read(key);
            byte[] flipped = good.clone();
            flipped[random.nextInt(good.length)] ^= (byte) (1 << random.nextInt(8));
            bench.store.put(key, flipped);
            assertThat(stored.damagedKeys(VerifyLevel.FULL)).containsExactly(key);
            bench.store.put(key, good);
        }
        assertThat(stored.verify(VerifyLevel.FULL)).isInstanceOf(VerifyOutcome.Verified.class);
    }

    @Test
    void severalDamagedObjectsOfOneArchiveAreAllNamed() throws IOException {
        List<String> files = stored.keys().subList(0, 3);
        stored.flip(files.get(0));
        stored.flip(files.get(2));
        bench.store.delete(files.get(1));
        assertThat(stored.damagedKeys(VerifyLevel.FULL)).containsExactlyInAnyOrderElementsOf(files);
    }

    @Test
    void withoutTheRightKeyNothingIsKnownAndNothingKept() {
        for (Optional<Decryption> key : List.of(
                Optional.<Decryption>empty(),
                identity(OTHER_KEYS),
                Optional.<Decryption>of(new Decryption.OpenPgp(OpenPgpIdentity.ofPassword("wrong".toCharArray()))))) {
            stored.decryption = key;
            VerifyOutcome outcome = stored.verify(VerifyLevel.FULL);
            assertThat(outcome).isInstanceOf(VerifyOutcome.Unknown.class);
            assertThat(outcome.reason()).isEqualTo(Reason.KEY_UNAVAILABLE);
            assertThat(((VerifyOutcome.Unknown) outcome).undecided())
                    .hasSize(2)
                    .allSatisfy(why -> assertThat(why.message()).contains(KEYS.fingerprint()));
            assertThat(bench.keys()).noneMatch(name -> name.endsWith("verified.json"));
        }
    }

    @Test
    void wrongPasswordIsAKeyThatIsNotThere() throws IOException {
        tearDown();
        stored = new VerifyBench(
                Files.createDirectory(home.resolve("second")), new Encryption.WithPassword("right".toCharArray()));
        stored.decryption = Optional.of(new Decryption.OpenPgp(OpenPgpIdentity.ofPassword("wrong".toCharArray())));
        assertThat(stored.verify(VerifyLevel.FULL).reason()).isEqualTo(Reason.KEY_UNAVAILABLE);
        stored.decryption = Optional.of(new Decryption.OpenPgp(OpenPgpIdentity.ofPassword("right".toCharArray())));
        assertThat(stored.verify(VerifyLevel.FULL).reason()).isEqualTo(Reason.VERIFIED);
    }

    @Test
    void damageInTheBeginningIsNotTakenForAWrongKey() throws IOException {
        stored.decryption = identity(OTHER_KEYS);
        String key = stored.flip(stored.keys().get(0));
        VerifyOutcome.Damaged outcome = stored.damaged(VerifyLevel.FULL);
        assertThat(outcome.damages()).extracting(Damage::key).containsExactly(key);
        assertThat(outcome.undecided()).extracting(Undecided::reason).containsExactly(Reason.KEY_UNAVAILABLE);
        assertThat(stored.kept().damagedSources()).containsExactly("files");
        assertThat(stored.kept().checks()).hasSize(1);
    }

    @Test
    void storeThatFailsInTheMiddleIsNeverDamage() throws IOException {
        for (Kind kind : List.of(Kind.UNREACHABLE, Kind.ACCESS_DENIED, Kind.REFUSED, Kind.MISMATCH)) {
            for (String key : stored.keys()) {
                bench.store.set((call, read) -> {
                    if (call == Call.READ && read.equals(key)) {
                        throw Fault.failure(kind, call, key);
                    }
                });
                VerifyOutcome outcome = stored.verify(VerifyLevel.FULL);
                assertThat(outcome).as(kind + " " + key).isInstanceOf(VerifyOutcome.Unknown.class);
                assertThat(((VerifyOutcome.Unknown) outcome).undecided()).hasSize(1);
            }
        }
        bench.store.set(Fault.NONE);
        assertThat(stored.kept().damagedSources()).isEmpty();
    }

    @Test
    void byteThatChangesOnTheWayIsNoDamage() throws IOException {
        for (String key : stored.keys()) {
            bench.store.set(stored.flippedAtTheFirstReadingOf(key));
            assertThat(stored.verify(VerifyLevel.FULL)).as(key).isInstanceOf(VerifyOutcome.Verified.class);
        }
    }

    @Test
    void connectionThatBreaksOnceIsNoDamageEither() throws IOException {
        boolean[] broken = {false};
        bench.store.set((call, key) -> {
            if (call == Call.READ && key.contains("files.tar") && !broken[0]) {
                broken[0] = true;
                throw Fault.failure(Kind.REFUSED, call, key);
            }
        });
        assertThat(stored.verify(VerifyLevel.FULL)).isInstanceOf(VerifyOutcome.Unknown.class);
        assertThat(stored.kept().checks()).extracting(Check::source).containsExactly("conf");
    }

    /** Digests say that nothing changed since it was stored; whether it can be opened is another question. */
    @Test
    void archiveThatWasStoredBrokenIsUnreadable() throws Exception {
        byte[] rubbish = "no OpenPGP message, and never was".getBytes(StandardCharsets.US_ASCII);
        CatalogueEntry.Snapshot altered = replaceFirstObjectOf("conf", rubbish);
        VerifyOutcome outcome = stored.verify(altered, VerifyLevel.FULL);
        assertThat(outcome.reason()).isEqualTo(Reason.UNREADABLE);
        assertThat(((VerifyOutcome.Damaged) outcome).damages())
                .singleElement()
                .satisfies(damage -> assertThat(damage.key()).contains("/conf.tar"));
        assertThat(stored.kept().damagedSources()).containsExactly("conf");
        // A look that is less close takes nothing of that back.
        assertThat(stored.verify(altered, VerifyLevel.CHECKSUM)).isInstanceOf(VerifyOutcome.Verified.class);
        assertThat(stored.kept().damagedSources()).containsExactly("conf");
    }

    @Test
    void objectThatWasPutBackIsGoodAgainWithoutTheKey() throws IOException {
        String key = stored.keys().get(0);
        byte[] good = bench.read(key);
        stored.flip(key);
        stored.damaged(VerifyLevel.FULL);
        assertThat(stored.kept().damagedSources()).containsExactly("files");
        bench.store.put(key, good);
        stored.verify(VerifyLevel.PRESENCE);
        assertThat(stored.kept().damagedSources()).containsExactly("files");
        stored.verify(VerifyLevel.CHECKSUM);
        assertThat(stored.kept().damagedSources()).isEmpty();
    }

    @Test
    void archiveThatHoldsSomethingElseThanTheManifestSaysIsAMismatch() throws IOException {
        CatalogueEntry.Snapshot altered = alter(
                stored.snapshot,
                source -> new SourceEntry(
                        source.name(),
                        source.objects(),
                        source.plainBytes(),
                        source.files() + 1,
                        source.directories(),
                        source.codec(),
                        source.encryption(),
                        source.warnings(),
                        source.index()));
        VerifyOutcome outcome = stored.verify(altered, VerifyLevel.FULL);
        assertThat(outcome.reason()).isEqualTo(Reason.MISMATCH);
        assertThat(((VerifyOutcome.Damaged) outcome).damages())
                .hasSize(2)
                .allSatisfy(damage -> assertThat(damage.expected()).contains("2 files and 1 directories"));
    }

    @Test
    void codecOfALaterVersionIsNoDamage() throws IOException {
        CatalogueEntry.Snapshot altered = alter(
                stored.snapshot,
                source -> new SourceEntry(
                        source.name(),
                        source.objects(),
                        source.plainBytes(),
                        source.files(),
                        source.directories(),
                        "brotli",
                        source.encryption(),
                        source.warnings(),
                        source.index()));
        VerifyOutcome outcome = stored.verify(altered, VerifyLevel.FULL);
        assertThat(outcome).isInstanceOf(VerifyOutcome.Unknown.class);
        assertThat(outcome.reason()).isEqualTo(Reason.READ_FAILED);
    }

    @Test
    void stoppedOnTheWayNothingIsDamagedAndNoThreadIsLeft() {
        Cancellation cancellation = new Cancellation();
        bench.store.set((call, key) -> {
            if (call == Call.READ && key.contains("files.tar")) {
                cancellation.cancel(Reason.CANCELLED);
            }
        });
        VerifyOutcome outcome = stored.run(stored.snapshot, VerifyLevel.FULL).execute(cancellation);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        VerifyOutcome.Unknown.class,
                        unknown -> assertThat(unknown.undecided())
                                .containsExactly(new Undecided(Reason.CANCELLED, "stopped before it was done")));
        assertThat(threads()).noneMatch(name -> name.startsWith("doksnap-"));
    }

    private CatalogueEntry.Snapshot replaceFirstObjectOf(String name, byte[] content) throws Exception {
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        return alter(stored.snapshot, source -> {
            if (!source.name().equals(name)) {
                return source;
            }
            StoredPart part = source.objects().get(0);
            bench.store.put(stored.key(part.name()), content);
            return new SourceEntry(
                    name,
                    List.of(new StoredPart(part.name(), content.length, sha256)),
                    source.plainBytes(),
                    source.files(),
                    source.directories(),
                    source.codec(),
                    source.encryption(),
                    source.warnings(),
                    source.index());
        });
    }

    private static CatalogueEntry.Snapshot alter(CatalogueEntry.Snapshot snapshot, Change change) throws IOException {
        Manifest manifest = snapshot.manifest();
        List<SourceEntry> sources = new ArrayList<>();
        for (SourceEntry source : manifest.sources()) {
            sources.add(change.of(source));
        }
        return new CatalogueEntry.Snapshot(
                snapshot.folder(),
                new Manifest(
                        manifest.formatVersion(),
                        manifest.program(),
                        manifest.identity(),
                        manifest.id(),
                        manifest.started(),
                        manifest.finished(),
                        sources));
    }

    /** What is to be different in a source. */
    @FunctionalInterface
    private interface Change {
        SourceEntry of(SourceEntry source) throws IOException;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(bench.home)) {
            return files.sorted().toList();
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
    }

    private static Encryption toRecipient(OpenPgpKeyPair keys) throws IOException {
        return new Encryption.ToRecipients(
                OpenPgpRecipient.read(keys.publicKey().getBytes(StandardCharsets.US_ASCII), "public.asc", NOW));
    }

    private static Optional<Decryption> identity(OpenPgpKeyPair keys) {
        try {
            return Optional.of(new Decryption.OpenPgp(OpenPgpIdentity.read(
                    keys.privateKey().getBytes(StandardCharsets.US_ASCII), "private.asc", new char[0])));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
