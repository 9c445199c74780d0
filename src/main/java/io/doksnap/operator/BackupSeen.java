package io.doksnap.operator;

import io.doksnap.api.Backup;
import io.doksnap.api.Backup.BackupStatus;
import io.doksnap.api.Condition;
import io.doksnap.api.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A Backup as its policy sees it.
 *
 * @param created when the object was
 * @param scheduled whether the operator made it, at a time that the schedule names
 * @param elsewhere whether another host has taken it up
 * @param kept whether somebody declared it in a file: such a file may be applied again, which must find the object there
 */
record BackupSeen(Backup backup, Instant created, boolean scheduled, boolean elsewhere, boolean kept) {

    String name() {
        return backup.metadata().name();
    }

    /** When it was due. */
    Instant nominal() {
        Instant named = backup.spec().nominalTime();
        return named == null ? created : named;
    }

    Optional<BackupStatus> status() {
        return Optional.ofNullable(backup.status());
    }

    /** How it ended; empty while it has not. */
    Optional<Reason> result() {
        return status().flatMap(status -> Optional.ofNullable(status.result()));
    }

    boolean succeeded() {
        return result().filter(Results::isSuccess).isPresent();
    }

    /** Whether it is one that never runs. */
    boolean imported() {
        return result().filter(reason -> reason == Reason.IMPORTED).isPresent();
    }

    boolean started() {
        return status().map(BackupStatus::startTime).isPresent();
    }

    /** When it ended, or was made where that is not known. */
    Instant ended() {
        return status().map(BackupStatus::completionTime).orElse(created);
    }

    List<Condition> conditions() {
        return status().map(BackupStatus::conditions).orElse(List.of());
    }
}
