package io.doksnap.declare.labels;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Makes one policy of those that several carriers of one workload declare. */
final class LabelPolicies {
    static final Comparator<LabelPolicy> DEFAULT_FIRST = Comparator.comparing(
                    (LabelPolicy policy) -> !policy.name().equals(LabelPolicy.DEFAULT))
            .thenComparing(LabelPolicy::name);
    private static final Comparator<LabelPolicy> IN_ORDER = Comparator.comparing(LabelPolicy::workload)
            .thenComparing(DEFAULT_FIRST)
            .thenComparing(policy -> String.join(",", policy.carriers()));

    private LabelPolicies() {}

    static List<LabelPolicy> merge(List<LabelPolicy> policies) {
        Map<Object, List<LabelPolicy>> same = new LinkedHashMap<>();
        policies.stream()
                .sorted(IN_ORDER)
                .forEach(policy -> same.computeIfAbsent(
                                List.of(
                                        policy.workload(),
                                        policy.name(),
                                        String.valueOf(policy.spec().target())),
                                key -> new ArrayList<>())
                        .add(policy));
        return same.values().stream().map(LabelPolicies::one).toList();
    }

    /** One that says what all of them say, or what they disagree about. */
    private static LabelPolicy one(List<LabelPolicy> policies) {
        LabelPolicy first = policies.get(0);
        Optional<String> conflict = policies.stream()
                .map(policy -> policy.conflict().or(() -> disagreement(first, policy)))
                .flatMap(Optional::stream)
                .findFirst();
        return new LabelPolicy(
                first.workload(),
                first.name(),
                policies.stream()
                        .flatMap(policy -> policy.carriers().stream())
                        .distinct()
                        .sorted()
                        .toList(),
                first.settings(),
                policies.stream().anyMatch(LabelPolicy::enabled),
                first.spec(),
                first.problems(),
                conflict);
    }

    private static Optional<String> disagreement(LabelPolicy left, LabelPolicy right) {
        TreeSet<String> keys = new TreeSet<>(left.settings().keySet());
        keys.addAll(right.settings().keySet());
        return keys.stream()
                .filter(key -> !said(left, key).equals(said(right, key)))
                .findFirst()
                .map(key -> LabelProblems.clean(key, 150) + ": is " + said(left, key) + " on "
                        + left.carriers().get(0)
                        + " and " + said(right, key) + " on "
                        + right.carriers().get(0)
                        + "; let them agree, and create the containers anew");
    }

    private static String said(LabelPolicy policy, String key) {
        String value = policy.settings().get(key);
        return value == null ? "missing" : CarriedLabels.quoted(key, value);
    }
}
