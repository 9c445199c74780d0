package io.doksnap.policy;

import java.util.List;

/** What became of reading a declaration: a policy, or everything that is wrong with it. */
public sealed interface PolicyResult {

    /** The declaration makes sense. */
    record Valid(Policy policy) implements PolicyResult {}

    /**
     * The declaration makes no sense.
     *
     * @param problems all of them, in the order of the fields; never empty
     */
    record Invalid(List<Problem> problems) implements PolicyResult {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
