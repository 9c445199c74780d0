package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Source;
import java.util.Optional;

/** What of a policy a backup carries out: a policy that asks for more is refused before anything is read. */
public final class CarriedOut {
    private CarriedOut() {}

    /** Why a backup of this policy would be refused, whatever it finds; empty where it would not. */
    public static Optional<String> refusal(Policy policy) {
        try {
            check(policy);
            return Optional.empty();
        } catch (RunException e) {
            return Optional.of(e.text());
        }
    }

    static void check(Policy policy) throws RunException {
        for (Source source : policy.sources()) {
            if (source instanceof Source.Dump) {
                throw new RunException(
                        Reason.SOURCE_NOT_FOUND,
                        "the source " + source.name()
                                + " is read through its target's container, which this version cannot do;"
                                + " name a volume or a directory instead");
            }
        }
    }
}
