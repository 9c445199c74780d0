package io.doksnap.operator;

import io.doksnap.api.BackupPolicy;
import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.BackupPolicySpec.ScheduleSpec;
import io.doksnap.policy.Policy;
import io.doksnap.policy.PolicyReader;
import io.doksnap.policy.PolicyResult;
import io.doksnap.policy.Target;
import java.util.List;
import java.util.Optional;

/**
 * What can be told of a policy whatever else is wrong with it.
 *
 * @param target as far as that makes sense
 * @param schedule as it is written
 */
record Outline(Optional<String> target, Optional<String> schedule) {

    /** That of a declaration. */
    static Outline of(BackupPolicy declared, PolicyReader reader) {
        BackupPolicySpec spec = declared.spec();
        BackupPolicySpec bare = new BackupPolicySpec(
                null,
                spec.target(),
                null,
                List.of(),
                null,
                false,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                null,
                null,
                false,
                null);
        Optional<String> target =
                reader.read(new BackupPolicy(declared.metadata(), bare, null)) instanceof PolicyResult.Valid valid
                        ? Optional.of(valid.policy()).flatMap(Policy::target).map(Target::summary)
                        : Optional.empty();
        return new Outline(
                target,
                Optional.ofNullable(spec.schedule()).map(ScheduleSpec::cron).filter(cron -> !cron.isBlank()));
    }
}
