package io.doksnap.operator;

import io.doksnap.api.BackupPolicy.BackupPolicyStatus;
import io.doksnap.api.Reason;
import io.doksnap.operator.Ownership.Whose;
import io.doksnap.operator.PolicyFacts.Trouble;
import io.doksnap.operator.resource.PolicyResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells policies apart whose snapshots nothing would tell apart: one is known by its host, its namespace and the name of its policy, so two of one name would prune each other's. Whoever
 * stores under a name keeps it, and nobody else gets it.
 */
record Namesakes(Named named, Ownership ownership) {

    /** Who is called so. */
    @FunctionalInterface
    interface Named {
        Stream<PolicyResource> in(String namespace, String name);
    }

    /** The name under which a policy stores. */
    static String name(PolicyResource policy) {
        String written = policy.toBackupPolicy().spec().displayName();
        return written == null || written.isEmpty() ? policy.getMetadata().getName() : written;
    }

    /**
     * Why a policy of this host is not carried out under the name that it has; empty where it is.
     *
     * @param known what was said of it last
     */
    Optional<Trouble> troubleOf(PolicyResource policy, Optional<BackupPolicyStatus> known) {
        ObjectMeta metadata = policy.getMetadata();
        String name = name(policy);
        Optional<String> before = known.map(BackupPolicyStatus::storedAs);
        if (before.isPresent() && !before.get().equals(name)) {
            return trouble("its name was changed from " + before.get() + " to " + name
                    + ", and its snapshots are stored under " + before.get() + ": set spec.displayName to that again,"
                    + " or, to begin anew as " + name + ", kubectl delete bp " + metadata.getName() + " -n "
                    + metadata.getNamespace() + " and declare it again; snapshots stay");
        }
        return named.in(metadata.getNamespace(), name)
                .filter(other -> !other.getMetadata().getUid().equals(metadata.getUid()))
                .filter(other -> other.getMetadata().getDeletionTimestamp() == null)
                .filter(other -> ownership.asKnown(other.toBackupPolicy().spec().host()) == Whose.OURS)
                .filter(other -> mayHave(name, other.getStatus()))
                .min(first(name))
                .filter(other -> first(name).compare(other, policy) < 0)
                .flatMap(other -> trouble("is called " + name + ", and so is the BackupPolicy "
                        + other.getMetadata().getNamespace() + "/"
                        + other.getMetadata().getName()
                        + ", which was first: each would prune the other's snapshots; give it another name"
                        + " (spec.displayName, or metadata.name where that is empty), or delete one of them"));
    }

    private static boolean mayHave(String name, @Nullable BackupPolicyStatus status) {
        return status == null || status.storedAs() == null || status.storedAs().equals(name);
    }

    private static Comparator<PolicyResource> first(String name) {
        return Comparator.comparing((PolicyResource policy) -> policy.getStatus() == null
                        || !name.equals(policy.getStatus().storedAs()))
                .thenComparing(policy -> PolicyReconciler.created(policy.getMetadata()))
                .thenComparing(policy -> policy.getMetadata().getName());
    }

    private static Optional<Trouble> trouble(String message) {
        return Optional.of(new Trouble(Reason.INVALID_SPEC, message));
    }
}
