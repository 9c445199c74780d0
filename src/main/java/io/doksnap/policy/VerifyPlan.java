package io.doksnap.policy;

import io.doksnap.schedule.CronSchedule;
import java.util.List;
import java.util.Optional;

/**
 * How what is stored is proven.
 *
 * @param schedule when; empty: only by hand
 * @param command for {@link Level#DRILL}: what must succeed on the restored data; may be empty
 * @param decryption the private key or password; empty: what the operator has
 */
public record VerifyPlan(
        Optional<CronSchedule> schedule, Level level, List<String> command, Optional<SecretKey> decryption) {
    public VerifyPlan {
        command = List.copyOf(command);
    }

    /** How much is proven; each level includes the ones before it. */
    public enum Level {
        /** Every object is there with its size. */
        PRESENCE,
        /** Every object has the digest that the manifest says; takes no key. */
        CHECKSUM,
        /** Every archive can be decrypted, unpacked and read to its end. */
        FULL,
        /** Every archive was restored, and the command succeeded on it. */
        DRILL
    }
}
