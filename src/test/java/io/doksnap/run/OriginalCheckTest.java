package io.doksnap.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.doksnap.api.Reason;
import io.doksnap.archive.Decryption;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.OriginalArchive;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoredObject;
import io.doksnap.testing.SettableClock;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Verification of archives of the original program, which have no manifest. */
class OriginalCheckTest {
    private static final String ENC = "backups/myapp/20240101_020005Z_myapp_20240101_020000.tar.gz.enc";
    private static final String GPG = "backups/myapp/20240102_020006Z_myapp_20240102_020000.tar.gz.gpg";
    private static final Decryption RIGHT =
            new Decryption.OriginalPassword("correct horse battery staple".toCharArray());

    private final SettableClock clock = SettableClock.at("2026-11-22T02:00:00Z");
    private final ObjectStore store = ObjectStores.memory(clock);

    @BeforeEach
    void put() throws IOException {
        store.put(ENC, resource(ENC));
        store.put(GPG, resource(GPG));
    }

    /** Whatever is found, nothing is written beside them. */
    @AfterEach
    void nothingIsWritten() throws IOException {
        List<String> keys = new ArrayList<>();
        store.list("", object -> keys.add(object.key()));
        assertThat(List.of(ENC, GPG)).containsAll(keys);
    }

    @Test
    void presenceLooksAtTheArchiveItself() throws Exception {
        assertThat(verify(ENC, VerifyLevel.PRESENCE, Optional.empty())).isInstanceOf(VerifyOutcome.Verified.class);
        CatalogueEntry listed = entry(ENC);
        store.delete(ENC);
        assertThat(verify(listed, VerifyLevel.PRESENCE, Optional.empty())).isInstanceOf(VerifyOutcome.Gone.class);
    }

    @Test
    void checksumHasNothingToCompareWithAndCallsNothingDamaged() throws Exception {
        undecided(
                verify(ENC, VerifyLevel.CHECKSUM, Optional.empty()), Reason.NOT_YET, "no checksum to compare it with");
        store.put(ENC, Arrays.copyOf(resource(ENC), 100));
        undecided(verify(ENC, VerifyLevel.CHECKSUM, Optional.empty()), Reason.NOT_YET, "--level full");
    }

    @Test
    void fullReadsTheArchiveToItsEnd() throws Exception {
        VerifyRun run = run(entry(ENC), VerifyLevel.FULL, Optional.of(RIGHT));

        assertThat(run.execute(new Cancellation()))
                .isEqualTo(new VerifyOutcome.Verified(original(ENC), VerifyLevel.FULL, Optional.empty()));
        assertThat(run.bytesRead()).isEqualTo(run.bytesInAll()).isEqualTo(resource(ENC).length);
    }

    @Test
    void withoutTheRightPasswordOrKeyNothingIsKnown() throws Exception {
        Decryption wrong = new Decryption.OriginalPassword("guess".toCharArray());
        undecided(
                verify(ENC, VerifyLevel.FULL, Optional.of(wrong)),
                Reason.KEY_UNAVAILABLE,
                "the password does not open this archive");
        undecided(verify(ENC, VerifyLevel.FULL, Optional.empty()), Reason.KEY_UNAVAILABLE, "ENCRYPTION_PASSWORD");
        undecided(verify(GPG, VerifyLevel.FULL, Optional.of(RIGHT)), Reason.KEY_UNAVAILABLE, "--identity KEYFILE");
    }

    @Test
    void cutOffAndFlippedArchivesAreDamaged() throws Exception {
        byte[] whole = resource(ENC);
        store.put(ENC, Arrays.copyOf(whole, whole.length - 100));
        damaged(verify(ENC, VerifyLevel.FULL, Optional.of(RIGHT)));
        whole[whole.length / 2] ^= 1;
        store.put(ENC, whole);
        damaged(verify(ENC, VerifyLevel.FULL, Optional.of(RIGHT)));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "DRILL")
    void emptyArchiveIsDamagedHoweverItIsLookedAt(VerifyLevel level) throws Exception {
        store.put(ENC, new byte[0]);
        damaged(verify(ENC, level, Optional.of(RIGHT)));
    }

    @Test
    void whoeverStopsItLearnsNothing() throws Exception {
        Cancellation cancelled = new Cancellation();
        cancelled.cancel(Reason.CANCELLED);
        undecided(
                run(entry(ENC), VerifyLevel.FULL, Optional.of(RIGHT)).execute(cancelled),
                Reason.CANCELLED,
                "stopped before it was done");
    }

    private static void undecided(VerifyOutcome outcome, Reason reason, String message) {
        assertThat(outcome).asInstanceOf(type(VerifyOutcome.Unknown.class)).satisfies(unknown -> {
            assertThat(unknown.reason()).isEqualTo(reason);
            assertThat(unknown.undecided())
                    .singleElement()
                    .satisfies(what -> assertThat(what.message()).contains(message));
        });
    }

    private static void damaged(VerifyOutcome outcome) {
        assertThat(outcome)
                .asInstanceOf(type(VerifyOutcome.Damaged.class))
                .satisfies(found -> assertThat(found.damages())
                        .singleElement()
                        .satisfies(damage -> assertThat(damage.key()).isEqualTo(ENC)));
    }

    private VerifyOutcome verify(String key, VerifyLevel level, Optional<Decryption> decryption) throws IOException {
        return verify(entry(key), level, decryption);
    }

    private VerifyOutcome verify(CatalogueEntry entry, VerifyLevel level, Optional<Decryption> decryption) {
        return run(entry, level, decryption).execute(new Cancellation());
    }

    private VerifyRun run(CatalogueEntry entry, VerifyLevel level, Optional<Decryption> decryption) {
        return new VerifyRun(entry, new VerifyRun.Request(level, decryption, "doksnap test"), store, clock);
    }

    private CatalogueEntry entry(String key) throws IOException {
        return new CatalogueEntry.Original(original(key));
    }

    private OriginalArchive original(String key) throws IOException {
        StoredObject object = store.find(key).orElseThrow();
        return OriginalArchive.of(object).orElseThrow();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in =
                requireNonNull(OriginalCheckTest.class.getResourceAsStream("/io/doksnap/original/" + name))) {
            return in.readAllBytes();
        }
    }
}
