package io.doksnap.declare.labels;

import io.doksnap.api.BackupPolicySpec;
import io.doksnap.declare.KubernetesName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One policy that labels declare.
 *
 * @param workload what carries the labels
 * @param name {@code default}, or what stands behind {@code doksnap.policies.}
 * @param carriers the containers or the service whose labels these are, sorted
 * @param settings the labels that it was read from, by their whole trimmed keys
 * @param enabled whether the labels want it; false: they say {@code enable=false}, and nothing else of this counts
 * @param spec what the labels say; where a value makes no sense, the target alone. Always one that a resource may have
 * @param problems what is wrong, each with the label and the remedy; with any, the policy is not to run
 * @param conflict what the carriers disagree about; where there is something, the policy is not to run
 */
public record LabelPolicy(
        String workload,
        String name,
        List<String> carriers,
        Map<String, String> settings,
        boolean enabled,
        BackupPolicySpec spec,
        List<String> problems,
        Optional<String> conflict) {

    /** The name of the policy that labels without a policy's name form. */
    public static final String DEFAULT = "default";

    public LabelPolicy {
        carriers = List.copyOf(carriers);
        settings = Map.copyOf(settings);
        problems = List.copyOf(problems);
    }

    /** The name of its resource: the workload's, followed by its own unless it is the default. */
    public String objectName() {
        return KubernetesName.of(fullName(workload, name));
    }

    /** Everything that is wrong, as one text; empty where nothing is. */
    public Optional<String> invalid() {
        return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
    }

    static String fullName(String workload, String policy) {
        return policy.equals(DEFAULT) ? workload : workload + "-" + policy;
    }

    /** Without the values of the labels, since hooks may hold passwords. */
    @Override
    public String toString() {
        return "LabelPolicy[" + fullName(workload, name) + "]";
    }
}
