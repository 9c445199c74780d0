package io.doksnap.operator;

import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.policy.Policy;
import io.doksnap.policy.PolicyReader;
import io.doksnap.policy.PolicyResult;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says as an Event of a policy, whenever it runs, what its workload mounts and no policy backs up. */
final class UncoveredEvents {
    private static final Logger LOG = LoggerFactory.getLogger(UncoveredEvents.class);

    private static final String REASON = "UncoveredMounts";

    private final Control control;

    UncoveredEvents(Control control) {
        this.control = control;
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
            if (!uncovered.isEmpty()) {
                String message = "no source backs up " + String.join(", ", uncovered) + " of "
                        + policy.target().get().summary() + "; add it to the sources (label doksnap.volumes or"
                        + " doksnap.directories), or give it a policy of its own";
                LOG.warn("{}: {}", policy.name(), message);
                named.forEach(resource -> control.events().record(resource, true, REASON, message));
            }
        } catch (RuntimeException e) {
            LOG.debug("nobody knows what {} leaves out", policy.name(), e);
        }
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
