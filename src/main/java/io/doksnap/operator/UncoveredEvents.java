package io.doksnap.operator;

import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.policy.Policy;
import io.doksnap.policy.PolicyReader;
import io.doksnap.policy.PolicyResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says of a policy, whenever it runs, what its workload mounts and no policy backs up: as an Event, and beside that it is ready. */
final class UncoveredEvents {
    private static final Logger LOG = LoggerFactory.getLogger(UncoveredEvents.class);

    private static final String REASON = "UncoveredMounts";

    private final Control control;
    private final Map<SourceLooks.Key, Left> found = new ConcurrentHashMap<>();

    UncoveredEvents(Control control) {
        this.control = control;
    }

    /** What a run left out, as the policy was then. */
    private record Left(long generation, String message) {}

    /** What the last run left out; empty where that was nothing, or nothing ran in this process with this policy as it is now. */
    Optional<String> of(PolicyResource resource) {
        return Optional.ofNullable(found.get(key(resource)))
                .filter(left -> left.generation() == PolicyReconciler.generation(resource.getMetadata()))
                .map(Left::message);
    }

    /** Asks the engine, so not for a thread that reconciles. Never fails: the run is what matters. */
    void tell(Policy policy) {
        if (policy.target().isEmpty()) {
            return;
        }
        try {
            List<Policy> alike = new ArrayList<>(List.of(policy));
            List<PolicyResource> named = new ArrayList<>();
            for (PolicyResource resource : control.caches().policies()) {
                look(resource, policy, alike, named);
            }
            List<String> uncovered =
                    control.site().trees().uncovered(policy.target().get(), alike);
            if (uncovered.isEmpty()) {
                named.forEach(resource -> found.remove(key(resource)));
            } else {
                String message = "no source backs up " + String.join(", ", uncovered) + " of "
                        + policy.target().get().summary() + "; add it to the sources (label doksnap.volumes or"
                        + " doksnap.directories), or give it a policy of its own";
                LOG.warn("{}: {}", policy.name(), message);
                named.forEach(resource -> {
                    long generation = PolicyReconciler.generation(resource.getMetadata());
                    found.put(key(resource), new Left(generation, message));
                    control.events().record(resource, true, REASON, message);
                });
            }
        } catch (RuntimeException e) {
            LOG.debug("nobody knows what {} leaves out", policy.name(), e);
        }
    }

    private static SourceLooks.Key key(PolicyResource resource) {
        return new SourceLooks.Key(
                resource.getMetadata().getNamespace(), resource.getMetadata().getName());
    }

    /** Sorts out one policy: whether it is this one, and whether it has the same target. */
    private void look(PolicyResource resource, Policy policy, List<Policy> alike, List<PolicyResource> named) {
        PolicyReader reader = new PolicyReader(
                control.settings().zone(),
                control.settings().allowedPaths(),
                control.site().places().localHooks(resource.toBackupPolicy()));
        if (reader.read(resource.toBackupPolicy()) instanceof PolicyResult.Valid valid
                && valid.policy().target().equals(policy.target())) {
            alike.add(valid.policy());
            if (valid.policy().name().equals(policy.name())
                    && valid.policy().namespace().equals(policy.namespace())) {
                named.add(resource);
            }
        }
    }
}
