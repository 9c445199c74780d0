package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.policy.EncryptionChoice;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Source;

/** What of a policy a backup carries out: a policy that asks for more is refused before anything is read. */
final class CarriedOut {
    private CarriedOut() {}

    static void check(Policy policy) throws RunException {
        if (policy.sources().isEmpty()) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND,
                    "this version cannot look up which volumes the target has; list them as sources");
        }
        for (Source source : policy.sources()) {
            if (source instanceof Source.Dump || source instanceof Source.Mount) {
                throw new RunException(
                        Reason.SOURCE_NOT_FOUND,
                        "the source " + source.name()
                                + " is read through its target's container, which this version cannot do;"
                                + " name a volume or a directory instead");
            }
        }
        if (policy.encryption() instanceof EncryptionChoice.Own) {
            throw new RunException(
                    Reason.KEY_MISSING,
                    "this version encrypts only as the operator's own configuration says; choose one of its encryptions by"
                            + " name");
        }
    }
}
