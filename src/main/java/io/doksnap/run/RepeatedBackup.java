package io.doksnap.run;

import io.doksnap.api.Reason;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * A backup that is tried again when it failed for a reason that may pass by itself. Each attempt is a run of its own, in a folder of its
 * own; one that reached a destination is a success, and is not repeated.
 */
public final class RepeatedBackup {
    /** A pause is longer or shorter by up to this part of it, so that many hosts do not come back all at once. */
    private static final double JITTER = 0.2;

    private final int attempts;
    private final Duration backoff;
    private final Pause pause;
    private final RandomGenerator random;

    /** Creates it; {@code attempts} is how many there may be in all. */
    public RepeatedBackup(int attempts, Duration backoff, Pause pause, RandomGenerator random) {
        this.attempts = attempts;
        this.backoff = backoff;
        this.pause = pause;
        this.random = random;
    }

    /** Waits. */
    @FunctionalInterface
    public interface Pause {
        /** Waits for so long, or until the backup is to end; true in that case. */
        boolean endedWithin(Duration time);
    }

    /** Is told of each failure that is followed by another attempt, before the pause. */
    @FunctionalInterface
    public interface Listener {
        /** An attempt, counted from 1, has failed, and the next one begins after the pause. */
        void failed(BackupOutcome.Failed failure, int attempt, Duration pause);
    }

    /**
     * How it ended.
     *
     * @param attempts how many there were
     */
    public record Ended(BackupOutcome outcome, int attempts) {}

    /** Tries until it succeeds, or until another attempt makes no sense. */
    public Ended run(Supplier<BackupOutcome> attempt, Listener listener) {
        for (int number = 1; ; number++) {
            BackupOutcome outcome = attempt.get();
            if (number >= attempts || !(outcome instanceof BackupOutcome.Failed failed) || !mayPass(failed)) {
                return new Ended(outcome, number);
            }
            Duration wait = jittered();
            listener.failed(failed, number, wait);
            if (pause.endedWithin(wait)) {
                return new Ended(
                        new BackupOutcome.Failed(
                                Reason.CANCELLED,
                                "stopped before the next attempt; the last one failed (" + failed.reason() + "): "
                                        + failed.message()),
                        number);
            }
        }
    }

    /** Whether what stood in the way of a backup may be gone a while later, so that another attempt makes sense. */
    public static boolean mayPass(BackupOutcome outcome) {
        return outcome instanceof BackupOutcome.Failed failed && Retries.mayPass(failed.reason());
    }

    private Duration jittered() {
        return jittered(backoff, random);
    }

    /** A pause of about so long, so that many hosts do not come back all at once. */
    public static Duration jittered(Duration backoff, RandomGenerator random) {
        double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
        return Duration.ofMillis(Math.round(backoff.toMillis() * factor));
    }
}
