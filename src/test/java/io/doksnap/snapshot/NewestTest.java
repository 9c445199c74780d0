package io.doksnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class NewestTest {
    private static final SnapshotPlace OLD = at("20261120_020000");
    private static final SnapshotPlace NEW = at("20261121_020000");
    private static final SnapshotPlace AHEAD = at("20280301_020000");

    private final Newest newest = new Newest(Instant.parse("2026-11-21T12:00:00Z"));

    @Test
    void ofNoneThereIsNone() {
        assertThat(newest.found()).isEmpty();
        assertThat(newest.doubt()).isEmpty();
    }

    @Test
    void lastInTimeIsTheNewestWhateverTheOrder() {
        newest.see(NEW);
        newest.see(OLD);
        assertThat(newest.found()).contains(NEW);
        assertThat(newest.doubt()).isEmpty();
    }

    @Test
    void oneFromTheFutureIsPassedOverAndNamed() {
        newest.see(OLD);
        newest.see(AHEAD);
        newest.see(NEW);
        assertThat(newest.found()).contains(NEW);
        assertThat(newest.doubt().orElse("")).startsWith("20280301_020000_0000aaaa is dated in the future");
    }

    @Test
    void oneFromTheFutureIsTakenWhereThereIsNoOther() {
        newest.see(AHEAD);
        assertThat(newest.found()).contains(AHEAD);
        assertThat(newest.doubt()).isEmpty();
    }

    @Test
    void clocksOfSeveralHostsMayDiffer() {
        SnapshotPlace tomorrow = at("20261122_020000");
        newest.see(NEW);
        newest.see(tomorrow);
        assertThat(newest.found()).contains(tomorrow);
    }

    private static SnapshotPlace at(String time) {
        return new SnapshotFolder("shop", "host1", time + "_0000aaaa");
    }
}
