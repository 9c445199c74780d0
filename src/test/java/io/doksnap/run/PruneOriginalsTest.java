package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.doksnap.api.Reason;
import io.doksnap.policy.Retention;
import io.doksnap.snapshot.Identity;
import io.doksnap.snapshot.RetentionRules;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.ObjectStores;
import io.doksnap.store.StoreException.Kind;
import io.doksnap.store.StoreSettings;
import io.doksnap.testing.StubbornStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a prune does about archives of the original program. */
class PruneOriginalsTest {
    private static final Identity SHOP = new Identity("host1", "default", "shop");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T12:00:00Z"), ZoneOffset.UTC);
    private static final OptionalInt UNSET = OptionalInt.empty();

    @TempDir
    private Path directory;

    private final StubbornStore store = new StubbornStore(ObjectStores.memory(CLOCK));
    private final StoredRuns runs = new StoredRuns(store);
    private DataDirectory data;

    @BeforeEach
    void open() throws Exception {
        data = DataDirectory.open(directory.resolve("data"));
    }

    @AfterEach
    void close() {
        data.close();
    }

    @Test
    void unconfirmedTheyStayAndOursGoAsIfTheyWereAlone() throws Exception {
        List<String> theirs = originals("20261101", "20261102", "20261120");
        SnapshotFolder old = runs.snapshot(SHOP, "2026-11-17T02:00:00Z");
        runs.snapshot(SHOP, "2026-11-18T02:00:00Z");
        runs.snapshot(SHOP, "2026-11-19T02:00:00Z");

        PruneOutcome outcome = execute(prune(2));

        assertThat(outcome.reason()).isEqualTo(Reason.REFUSED);
        assertThat(outcome).asInstanceOf(type(PruneOutcome.Refused.class)).satisfies(refused -> {
            assertThat(refused.work().removed()).containsExactly(old);
            assertThat(refused.message())
                    .isEqualTo(
                            "2 archives of the original program are due and stay until a person has confirmed that such"
                                    + " archives may go: `doksnap prune shop --dry-run` shows them, `doksnap prune shop --confirm`"
                                    + " removes them");
        });
        assertThat(runs.keys()).containsAll(theirs);
        assertThat(runs.folders()).hasSize(2);
    }

    @Test
    void confirmedExactlyTheKeysOfThePlanGo() throws Exception {
        List<String> theirs = originals("20261101", "20261102", "20261120");
        String beside = "backups/shop/20261101_020005Z_shop_20261101_020000.tar.gz.enc.bak";
        store.put(beside, new byte[1]);
        originalsOf("shop2", "20261101", "20261102", "20261103");
        runs.snapshot(SHOP, "2026-11-19T02:00:00Z");

        PruneOutcome outcome = execute(prune(2).confirmed());

        assertThat(outcome.reason()).isEqualTo(Reason.PRUNED);
        assertThat(store.deleted()).containsExactlyElementsOf(theirs.subList(0, 2));
        assertThat(runs.keys()).contains(beside, theirs.get(2)).hasSize(1 + 1 + 3 + 4);
    }

    @Test
    void confirmationHoldsForLaterPrunesOfThisPolicyAndDestination() throws Exception {
        originals("20261101", "20261102");
        runs.snapshot(SHOP, "2026-11-18T02:00:00Z");
        assertThat(execute(prune(2).confirmed()).reason()).isEqualTo(Reason.PRUNED);
        originals("20261103");

        assertThat(execute(prune(2)).reason()).isEqualTo(Reason.PRUNED);

        originals("20261104", "20261105");
        Identity other = new Identity("host1", "other", "shop");
        assertThat(execute(new PruneRun(other, rules(1), store, CLOCK)).reason())
                .isEqualTo(Reason.REFUSED);
        StubbornStore elsewhere =
                new StubbornStore(ObjectStores.open(new StoreSettings.Directory(directory.resolve("elsewhere"))));
        for (String key : runs.keys()) {
            elsewhere.put(key, new byte[10]);
        }
        assertThat(execute(new PruneRun(SHOP, rules(1), elsewhere, CLOCK)).reason())
                .isEqualTo(Reason.REFUSED);
        assertThat(elsewhere.deleted()).isEmpty();
    }

    @Test
    void withoutTheDataDirectoryThePersonIsAskedAgain() throws Exception {
        originals("20261101", "20261102", "20261103");
        execute(prune(2).confirmed());
        originals("20261104", "20261105");
        try (var notes = Files.newDirectoryStream(data.path(), "original-confirmed-*")) {
            for (Path note : notes) {
                Files.delete(note);
            }
        }

        assertThat(execute(prune(2)).reason()).isEqualTo(Reason.REFUSED);
    }

    @Test
    void snapshotsOfAFurtherHostTakeTheConfirmationBack() throws Exception {
        originals("20261101", "20261102", "20261103");
        runs.snapshot(new Identity("host2", "default", "shop"), "2026-11-18T02:00:00Z");
        execute(prune(2).confirmed());
        originals("20261104", "20261105");
        assertThat(execute(prune(2)).reason()).isEqualTo(Reason.PRUNED);
        originals("20261106");

        runs.snapshot(new Identity("host3", "default", "shop"), "2026-11-18T02:00:00Z");
        PruneOutcome outcome = execute(prune(2));

        assertThat(outcome.reason()).isEqualTo(Reason.REFUSED);
        assertThat(((PruneOutcome.Refused) outcome).message())
                .startsWith("1 archive of the original program is due and stays until")
                .endsWith(
                        "; host2, host3 keep snapshots of this name here, too, so confirm only on the host whose archives"
                                + " they are");
    }

    @Test
    void previewAsksForNothingAndKeepsNothing() throws Exception {
        originals("20261101", "20261102", "20261103");

        PruneOutcome unconfirmed = prune(2).preview(data.path());
        PruneOutcome confirmed = prune(2).confirmed().preview(data.path());

        assertThat(plan(unconfirmed).retention().removed()).isEmpty();
        assertThat(plan(unconfirmed).refusal()).isPresent();
        assertThat(plan(confirmed).retention().removed()).hasSize(1);
        assertThat(plan(confirmed).refusal()).isEmpty();
        assertThat(execute(prune(2)).reason()).isEqualTo(Reason.REFUSED);
    }

    @Test
    void withNothingDueThereIsNothingToConfirm() throws Exception {
        originals("20261101", "20261102");

        assertThat(execute(prune(2)).reason()).isEqualTo(Reason.NOTHING_TO_PRUNE);
        assertThat(execute(new PruneRun(SHOP, new RetentionRules(Retention.KEEP_ALL, ZoneOffset.UTC), store, CLOCK))
                        .reason())
                .isEqualTo(Reason.NOTHING_TO_PRUNE);
    }

    @Test
    void withNoneOfThemThereConfirmingIsKeptNowhere() throws Exception {
        runs.snapshot(SHOP, "2026-11-19T02:00:00Z");
        execute(prune(2).confirmed());
        originals("20261101", "20261102", "20261103");

        assertThat(execute(prune(2)).reason()).isEqualTo(Reason.REFUSED);
    }

    @Test
    void objectLockOnOneDoesNotKeepTheOthers() throws Exception {
        List<String> theirs = originals("20261101", "20261102", "20261103", "20261104");
        store.refuseToDelete(theirs.get(0), Kind.LOCKED);

        PruneOutcome outcome = execute(prune(2).confirmed());

        assertThat(outcome.reason()).isEqualTo(Reason.OBJECT_LOCKED);
        assertThat(runs.keys()).containsExactly(theirs.get(0), theirs.get(2), theirs.get(3));
    }

    @Test
    void listingThatFailsOnALaterPageRemovesNothing() throws Exception {
        List<String> theirs = originals("20261101", "20261102", "20261103", "20261104");
        store.failListingsAfter(3);

        assertThat(execute(prune(2).confirmed()).reason()).isEqualTo(Reason.DESTINATION_UNREACHABLE);

        assertThat(store.deleted()).isEmpty();
        assertThat(theirs).hasSize(4);
    }

    @Test
    void lastArchiveOfTheOriginalStaysUntilOneOfOursIsThere() throws Exception {
        List<String> theirs = originals("20261101", "20261102");
        execute(prune(1).confirmed());
        assertThat(runs.keys()).containsExactly(theirs.get(1));

        // The source of this one is called data, and not as the app.
        runs.snapshot(SHOP, "2026-11-19T02:00:00Z");
        execute(prune(1));

        assertThat(runs.keys()).contains(theirs.get(1));
    }

    private List<String> originals(String... days) throws Exception {
        return originalsOf("shop", days);
    }

    private List<String> originalsOf(String app, String... days) throws Exception {
        List<String> keys = new ArrayList<>();
        for (String day : days) {
            String key = "backups/" + app + "/" + day + "_020005Z_" + app + "_" + day + "_020000.tar.gz.enc";
            store.put(key, new byte[10]);
            keys.add(key);
        }
        return keys;
    }

    private PruneRun prune(int keepLast) {
        return new PruneRun(SHOP, rules(keepLast), store, CLOCK);
    }

    private static RetentionRules rules(int keepLast) {
        return new RetentionRules(new Retention(OptionalInt.of(keepLast), UNSET, UNSET, UNSET, UNSET), ZoneOffset.UTC);
    }

    private PruneOutcome execute(PruneRun run) {
        return run.execute(data, new Cancellation());
    }

    private static PrunePlan plan(PruneOutcome outcome) {
        return ((PruneOutcome.Planned) outcome).plan();
    }
}
