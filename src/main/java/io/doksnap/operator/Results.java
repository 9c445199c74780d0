package io.doksnap.operator;

import io.doksnap.api.Reason;

/** What the results of runs have in common. */
final class Results {
    private Results() {}

    static boolean isSuccess(Reason reason) {
        return reason == Reason.SUCCEEDED || reason == Reason.SUCCEEDED_WITH_WARNINGS;
    }

    /** Whether nothing gets better before a person has changed something. */
    static boolean needsAPerson(Reason reason) {
        return switch (reason) {
            case INVALID_SPEC,
                    HOST_UNKNOWN,
                    LABEL_CONFLICT,
                    KEY_MISSING,
                    SOURCE_NOT_FOUND,
                    NO_MATCHING_TARGETS,
                    ACCESS_DENIED,
                    BUCKET_NOT_FOUND -> true;
            default -> false;
        };
    }

    /** Whether a run failed for something that says of its policy that it cannot be used as it stands. */
    static boolean isOfThePolicy(Reason reason) {
        return reason == Reason.SOURCE_NOT_FOUND
                || reason == Reason.NO_MATCHING_TARGETS
                || reason == Reason.DOCKER_UNAVAILABLE;
    }
}
