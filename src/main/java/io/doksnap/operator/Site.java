package io.doksnap.operator;

import io.doksnap.policy.AllowedPaths;
import io.doksnap.policy.Policy;
import io.doksnap.run.BackupRun;
import io.doksnap.run.MemoryBudget;
import io.doksnap.run.SecretKeys;
import io.doksnap.run.SourceTrees;
import io.doksnap.run.Workloads;
import io.doksnap.snapshot.Identity;
import io.doksnap.store.ObjectStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** This host as runs need it. */
record Site(
        String host,
        Places places,
        SecretKeys keys,
        DestinationStores stores,
        SourceTrees trees,
        Workloads workloads,
        Revivals revivals,
        AllowedPaths allowedPaths,
        MemoryBudget memoryOfARun,
        Clock clock) {

    Identity identity(Policy policy) {
        return new Identity(host, policy.namespace(), policy.name());
    }

    BackupRun.Surroundings surroundings() {
        return new BackupRun.Surroundings(trees, workloads, places.data(), clock, memoryOfARun, places.spool());
    }

    /** A destination for a look or a read; the caller closes it. */
    ObjectStore open(String namespace, String destination) {
        return stores.open(namespace, destination, memoryOfARun.uploadBytes());
    }

    /** All destinations of a policy, to store in; the caller closes them. */
    OpenTargets openTargets(Policy policy) {
        long each = memoryOfARun.uploadBytes() / policy.destinations().size();
        List<BackupRun.Target> targets = new ArrayList<>();
        for (String name : policy.destinations()) {
            targets.add(new BackupRun.Target(name, places.limited(stores.open(policy.namespace(), name, each))));
        }
        return new OpenTargets(targets);
    }

    /** Destinations that are open. */
    record OpenTargets(List<BackupRun.Target> targets) implements AutoCloseable {
        OpenTargets {
            targets = List.copyOf(targets);
        }

        @Override
        public void close() {
            targets.forEach(target -> target.store().close());
        }
    }
}
