package io.doksnap.operator;

import io.doksnap.api.Reason;
import io.doksnap.operator.resource.DoksnapNames;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.policy.PolicyResult;
import io.doksnap.policy.Problem;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is wrong with an object although its spec, as it was read, makes sense: with the labels that declare a policy, or with fields that have another shape than this version
 * knows. It stands in annotations.
 */
final class LabelTrouble {
    private LabelTrouble() {}

    /** Why a policy does not run although its spec makes sense; empty: nothing is wrong. */
    static Optional<PolicyFacts.Trouble> of(ObjectMeta metadata) {
        Map<String, String> annotations = Objects.requireNonNullElse(metadata.getAnnotations(), Map.of());
        return said(annotations, DoksnapNames.LABEL_CONFLICT, Reason.LABEL_CONFLICT)
                .or(() -> said(annotations, DoksnapNames.INVALID, Reason.INVALID_SPEC));
    }

    private static Optional<PolicyFacts.Trouble> said(Map<String, String> annotations, String key, Reason reason) {
        return Optional.ofNullable(annotations.get(key))
                .filter(text -> !text.isBlank())
                .map(text -> new PolicyFacts.Trouble(reason, text));
    }

    /** Whether a change of a policy is one that has to be looked at: of its spec, of its labels, or its end. */
    static boolean isNews(PolicyResource now, PolicyResource before) {
        ObjectMeta is = now.getMetadata();
        ObjectMeta was = before.getMetadata();
        return !Objects.equals(is.getGeneration(), was.getGeneration())
                || !Objects.equals(is.getDeletionTimestamp(), was.getDeletionTimestamp())
                || !of(is).equals(of(was));
    }

    /** A policy that is not to run reads as one that makes no sense. */
    static PolicyResult unreadable(PolicyFacts.Trouble trouble) {
        return new PolicyResult.Invalid(List.of(new Problem("labels", trouble.message())));
    }
}
