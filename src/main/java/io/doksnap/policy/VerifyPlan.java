package io.doksnap.policy;

import io.doksnap.schedule.CronSchedule;
import java.util.List;
import java.util.Optional;

/**
 * How what is stored is proven.
 *
 * @param schedule when; empty: only by hand
 * @param command for {@link VerifyLevel#DRILL}: what must succeed on the restored data; may be empty
 * @param decryption the private key or password; empty: what the operator has
 */
public record VerifyPlan(
        Optional<CronSchedule> schedule, VerifyLevel level, List<String> command, Optional<SecretKey> decryption) {
    public VerifyPlan {
        command = List.copyOf(command);
    }
}
