package io.doksnap.run;

import io.doksnap.policy.Policy;

/**
 * What tells a policy from every other of this host: two of one name may be in two namespaces.
 *
 * @param name as its user wrote it; empty where nothing tells whose a run was
 */
public record PolicyName(String namespace, String name) implements Comparable<PolicyName> {
    /** That of nobody's run. */
    static final PolicyName UNKNOWN = new PolicyName("", "");

    /** That of a policy. */
    public static PolicyName of(Policy policy) {
        return new PolicyName(policy.namespace(), policy.name());
    }

    /** Whether nothing tells whose it is. */
    public boolean isUnknown() {
        return name.isEmpty();
    }

    @Override
    public int compareTo(PolicyName other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
