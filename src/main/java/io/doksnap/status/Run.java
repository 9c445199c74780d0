package io.doksnap.status;

import io.doksnap.api.Backup;
import io.doksnap.api.Backup.BackupStatus;
import io.doksnap.api.Condition;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One run.
 *
 * @param id the name of its object
 * @param storedBytes what it stored in the first destination that it reached
 * @param reason how it ended, or why it does not go on
 */
record Run(
        String id,
        State state,
        Optional<Instant> started,
        Optional<Instant> completed,
        Optional<Long> storedBytes,
        Optional<Reason> reason,
        String message,
        List<String> warnings) {

    /** How far a run is. */
    enum State {
        QUEUED("queued"),
        RUNNING("running"),
        COMPLETED("completed"),
        FAILED("failed");

        private final String text;

        State(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    static Run of(Backup backup) {
        BackupStatus status = backup.status();
        String id = backup.metadata().name();
        if (status == null) {
            return new Run(
                    id,
                    State.QUEUED,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    "",
                    List.of());
        }
        Optional<Condition> done = isTrue(status, ConditionType.COMPLETE);
        Optional<Condition> failed = isTrue(status, ConditionType.FAILED);
        Optional<Condition> says = done.or(() -> failed).or(() -> find(status, ConditionType.PROGRESSING));
        State state = done.isPresent()
                ? State.COMPLETED
                : failed.isPresent() ? State.FAILED : status.startTime() == null ? State.QUEUED : State.RUNNING;
        return new Run(
                id,
                state,
                Optional.ofNullable(status.startTime()),
                Optional.ofNullable(status.completionTime()),
                status.stored().stream().findFirst().map(Backup.Stored::storedBytes),
                says.map(Condition::reason),
                says.map(Condition::message).orElse(""),
                status.warnings());
    }

    /** How long it took; empty while it has not ended. */
    Optional<Duration> duration() {
        return started.flatMap(from -> completed.map(to -> Duration.between(from, to)));
    }

    /** The later it began, the larger; what has not begun is the latest. */
    String order() {
        return started.map(Instant::toString).orElse("~") + id;
    }

    private static Optional<Condition> isTrue(BackupStatus status, ConditionType type) {
        return find(status, type).filter(condition -> condition.status() == Condition.Status.TRUE);
    }

    private static Optional<Condition> find(BackupStatus status, ConditionType type) {
        return status.conditions().stream()
                .filter(condition -> condition.type() == type)
                .findFirst();
    }
}
