package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.policy.Compression;
import io.doksnap.policy.EncryptionChoice;
import io.doksnap.policy.HookStep;
import io.doksnap.policy.Hooks;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Quiesce;
import io.doksnap.policy.Source;
import java.util.List;
import java.util.stream.Stream;

/** What of a policy a backup carries out: a policy that asks for more is refused before anything is read. */
final class CarriedOut {
    private CarriedOut() {}

    static void check(Policy policy) throws RunException {
        checkHooks(policy.hooks());
        if (policy.quiesce().mode() != Quiesce.Mode.NONE) {
            throw new RunException(
                    Reason.QUIESCE_FAILED,
                    "this version cannot quiesce a workload, and without it the data might not be at rest; remove quiesce from"
                            + " the configuration, and stop the workload yourself around doksnap backup");
        }
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
        if (policy.compression() == Compression.GZIP) {
            throw new RunException(
                    Reason.INVALID_SPEC, "this version cannot compress with gzip; set compression to zstd or none");
        }
        if (!(policy.encryption() instanceof EncryptionChoice.OperatorDefault)) {
            throw new RunException(
                    Reason.KEY_MISSING,
                    "this version encrypts only as the operator's own configuration says; remove encryption from the policy");
        }
    }

    private static void checkHooks(Hooks hooks) throws RunException {
        if (hooks.isEmpty()) {
            return;
        }
        List<String> summaries = Stream.of(hooks.pre(), hooks.post(), hooks.failure())
                .flatMap(List::stream)
                .map(HookStep::hook)
                .map(hook -> hook.summary())
                .toList();
        throw new RunException(
                Reason.HOOK_FAILED,
                "this version cannot run hooks, and without them the data might not be at rest; remove the hooks from the"
                        + " configuration (" + String.join("; ", summaries)
                        + "), and do what they did around doksnap backup yourself");
    }
}
