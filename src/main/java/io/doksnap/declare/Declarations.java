package io.doksnap.declare;

import io.doksnap.api.BackupPolicy;
import io.doksnap.policy.Policy;
import java.util.List;

/** What became of reading the configuration: all of it, or everything that is wrong with it. */
public sealed interface Declarations {

    /**
     * The configuration makes sense.
     *
     * @param warnings what is worth a look all the same, from the top of the file to its end
     */
    record Declared(Settings settings, List<DeclaredPolicy> apps, List<ConfigProblem> warnings)
            implements Declarations {
        public Declared {
            apps = List.copyOf(apps);
            warnings = List.copyOf(warnings);
        }

        /** The typed policies, in the order of the file. */
        public List<Policy> policies() {
            return apps.stream().map(DeclaredPolicy::policy).toList();
        }
    }

    /**
     * The configuration is not to be used.
     *
     * @param problems all of them, from the top of the file to its end; never empty
     */
    record Rejected(List<ConfigProblem> problems) implements Declarations {
        public Rejected {
            problems = List.copyOf(problems);
        }
    }

    /** One app of the file: as a resource, and as what the resource means. */
    record DeclaredPolicy(BackupPolicy resource, Policy policy) {}
}
