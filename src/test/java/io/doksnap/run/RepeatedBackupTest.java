package io.doksnap.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.snapshot.SnapshotFolder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RepeatedBackupTest {
    private static final Duration BACKOFF = Duration.ofMinutes(10);
    private static final BackupOutcome.Failed UNREACHABLE =
            new BackupOutcome.Failed(Reason.DESTINATION_UNREACHABLE, "no answer");
    private static final BackupOutcome.Succeeded SUCCEEDED =
            new BackupOutcome.Succeeded(new SnapshotFolder("a", "b", "c"), List.of(), List.of(), List.of());

    private final List<Duration> pauses = new ArrayList<>();
    private final List<Integer> failures = new ArrayList<>();

    @Test
    void failureThatMayPassIsTriedAgainUntilItSucceeds() {
        RepeatedBackup.Ended ended = run(5, UNREACHABLE, UNREACHABLE, SUCCEEDED);
        assertThat(ended).isEqualTo(new RepeatedBackup.Ended(SUCCEEDED, 3));
        assertThat(failures).containsExactly(1, 2);
        assertThat(pauses)
                .hasSize(2)
                .allSatisfy(pause -> assertThat(pause).isBetween(Duration.ofMinutes(8), Duration.ofMinutes(12)));
        assertThat(pauses.get(0)).isNotEqualTo(pauses.get(1));
    }

    @Test
    void lastAttemptsFailureIsTheRuns() {
        assertThat(run(2, UNREACHABLE, UNREACHABLE)).isEqualTo(new RepeatedBackup.Ended(UNREACHABLE, 2));
        assertThat(pauses).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"KEY_MISSING", "ACCESS_DENIED", "EMPTY_SOURCE", "INVALID_SPEC", "TIMED_OUT", "CANCELLED"})
    void failureThatSomebodyHasToRemedyIsNotTriedAgain(Reason reason) {
        BackupOutcome.Failed failed = new BackupOutcome.Failed(reason, "so");
        assertThat(run(5, failed)).isEqualTo(new RepeatedBackup.Ended(failed, 1));
        assertThat(pauses).isEmpty();
    }

    @Test
    void whoeverCancelsThePauseEndsIt() {
        Cancellation cancellation = new Cancellation();
        RepeatedBackup backup = new RepeatedBackup(5, BACKOFF, cancellation::awaits, new Random(1));
        RepeatedBackup.Ended ended =
                backup.run(() -> UNREACHABLE, (failure, attempt, pause) -> cancellation.cancel(Reason.CANCELLED));
        assertThat(ended)
                .isEqualTo(new RepeatedBackup.Ended(
                        new BackupOutcome.Failed(
                                Reason.CANCELLED,
                                "stopped before the next attempt; the last one failed (DestinationUnreachable): no answer"),
                        1));
    }

    private RepeatedBackup.Ended run(int attempts, BackupOutcome... outcomes) {
        Deque<BackupOutcome> next = new ArrayDeque<>(List.of(outcomes));
        return new RepeatedBackup(
                        attempts,
                        BACKOFF,
                        pause -> {
                            pauses.add(pause);
                            return false;
                        },
                        new Random(1))
                .run(next::remove, (failure, attempt, pause) -> failures.add(attempt));
    }
}
