package io.doksnap.snapshot;

import static io.doksnap.policy.VerifyLevel.CHECKSUM;
import static io.doksnap.policy.VerifyLevel.FULL;
import static io.doksnap.policy.VerifyLevel.PRESENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.snapshot.Verification.Check;
import io.doksnap.snapshot.Verification.Finding;
import io.doksnap.snapshot.Verification.Passed;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What stays known of a snapshot when it is verified again and again. */
class VerificationTest {
    private static final Instant DAY_1 = Instant.parse("2026-11-21T02:00:00Z");
    private static final Instant DAY_2 = Instant.parse("2026-11-22T02:00:00Z");
    private static final Instant DAY_3 = Instant.parse("2026-11-23T02:00:00Z");
    private static final Verification NEVER =
            Verification.none(new SnapshotFolder("shop", "host1", "20261120_020000_0a1b2c3d"));

    @Test
    void whatWasNeverVerifiedIsNeitherGoodNorDamaged() {
        assertThat(NEVER.passed(List.of("data"))).isEmpty();
        assertThat(NEVER.damagedSources()).isEmpty();
    }

    @Test
    void lowerLevelDoesNotHideAHigherOne() {
        Verification verification =
                NEVER.with(List.of(passed("data", FULL, DAY_1))).with(List.of(passed("data", PRESENCE, DAY_2)));
        assertThat(verification.passed(List.of("data"))).contains(new Passed(FULL, DAY_1));
    }

    @Test
    void damageStaysUntilACheckAsStrictHasPassed() {
        Verification damaged = NEVER.with(List.of(failed("data", CHECKSUM, DAY_1)));
        assertThat(damaged.with(List.of(passed("data", PRESENCE, DAY_2))).damagedSources())
                .containsExactly("data");
        assertThat(damaged.with(List.of(passed("data", CHECKSUM, DAY_2))).damagedSources())
                .isEmpty();
        assertThat(damaged.with(List.of(passed("data", FULL, DAY_2))).damagedSources())
                .isEmpty();
        assertThat(damaged.with(List.of(passed("conf", FULL, DAY_2))).damagedSources())
                .containsExactly("data");
    }

    /** A clock that is behind must not keep damage alive, and one that is ahead must not hide it. */
    @Test
    void orderIsThatOfTheChecksAndNotOfTheirClocks() {
        Verification damaged = NEVER.with(List.of(failed("data", CHECKSUM, DAY_3)));
        assertThat(damaged.with(List.of(passed("data", FULL, DAY_1))).damagedSources())
                .isEmpty();
        Verification passed = NEVER.with(List.of(passed("data", FULL, DAY_3)));
        assertThat(passed.with(List.of(failed("data", CHECKSUM, DAY_1))).damagedSources())
                .containsExactly("data");
    }

    @Test
    void newResultTakesThePlaceOfTheOldOfItsSourceAndLevel() {
        Verification verification = NEVER.with(
                        List.of(failed("data", CHECKSUM, DAY_1), passed("conf", CHECKSUM, DAY_1)))
                .with(List.of(passed("data", PRESENCE, DAY_2), passed("data", CHECKSUM, DAY_3)));
        assertThat(verification.checks())
                .containsExactly(
                        passed("conf", CHECKSUM, DAY_1),
                        passed("data", PRESENCE, DAY_2),
                        passed("data", CHECKSUM, DAY_3));
    }

    @Test
    void snapshotHasPassedWhatAllItsSourcesHave() {
        Verification verification = NEVER.with(
                List.of(passed("data", FULL, DAY_2), passed("conf", CHECKSUM, DAY_1), passed("conf", PRESENCE, DAY_3)));
        assertThat(verification.passed(List.of("data", "conf"))).contains(new Passed(CHECKSUM, DAY_1));
        assertThat(verification.passed(List.of("data"))).contains(new Passed(FULL, DAY_2));
        assertThat(verification.passed(List.of("data", "other"))).isEmpty();
    }

    private static Check passed(String source, VerifyLevel level, Instant at) {
        return new Check(source, level, at, "test", Reason.VERIFIED, List.of());
    }

    private static Check failed(String source, VerifyLevel level, Instant at) {
        return new Check(
                source, level, at, "test", Reason.MISMATCH, List.of(new Finding("data.tar", "2 bytes", "1 byte")));
    }
}
