package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Quiesce;
import io.doksnap.policy.Source;
import io.doksnap.policy.VerifyLevel;
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

    /** What a policy asks for that nothing does yet, and what is done in its place; empty where there is nothing of that. */
    public static Optional<String> shortfall(Policy policy) {
        return policy.verify()
                .filter(plan -> plan.level() == VerifyLevel.DRILL)
                .map(plan -> "there is no verify.level drill yet: until there is, full is what is done"
                        + (plan.command().isEmpty() ? "" : ", and verify.command does not run"));
    }

    static void check(Policy policy) throws RunException {
        for (Source source : policy.sources()) {
            if (source instanceof Source.Dump && policy.target().isEmpty()) {
                throw new RunException(
                        Reason.INVALID_SPEC,
                        "the source " + source.name() + " is a dump, which has no container to run in; name a target");
            }
            if (source instanceof Source.Dump && policy.quiesce().mode() != Quiesce.Mode.NONE) {
                throw new RunException(
                        Reason.INVALID_SPEC,
                        "the source " + source.name()
                                + " is a dump, which only a running database can make, and quiesce.mode keeps its target still;"
                                + " set quiesce.mode: none, or back up its volume in a policy of its own");
            }
        }
    }
}
