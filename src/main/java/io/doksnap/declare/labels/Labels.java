package io.doksnap.declare.labels;

import io.doksnap.api.BackupPolicy;
import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.BackupPolicySpec.TargetSpec;
import io.doksnap.api.ObjectMeta;
import io.doksnap.declare.KubernetesName;
import io.doksnap.policy.AllowedPaths;
import io.doksnap.policy.LocalHooks;
import io.doksnap.policy.PolicyReader;
import io.doksnap.policy.PolicyResult;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads labels into policies. The same labels always give the same policies. */
public final class Labels {
    private static final String NAMESPACE = "default";

    /** What a name may be that a policy shows and uses in keys; others are shown by their resource's name. */
    private static final Pattern SHOWN = Pattern.compile("[A-Za-z0-9_-]{1,63}");

    private final PolicyReader policies;
    private final boolean everything;

    /**
     * Creates a reader.
     *
     * @param defaultZone the zone of policies that name none
     * @param allowedPaths which directories of the host may be sources
     * @param everything whether a carrier without any label of ours has a default policy, too ({@code docker.labels: opt-out});
     *     the caller asks only for those that have data
     */
    public Labels(ZoneId defaultZone, AllowedPaths allowedPaths, boolean everything) {
        this.policies = new PolicyReader(defaultZone, allowedPaths, LocalHooks.REFUSED);
        this.everything = everything;
    }

    /**
     * The policies of one carrier: none where it has no label of ours or nearly ours; the default first, the others by name.
     */
    public List<LabelPolicy> read(Carrier carrier) {
        CarriedLabels labels = CarriedLabels.of(carrier);
        Map<String, LabelValues> values = new LinkedHashMap<>();
        labels.byPolicy().forEach((name, settings) -> values.put(name, values(labels, name, settings)));
        LabelValues unnamed = values.getOrDefault(LabelPolicy.DEFAULT, values(labels, LabelPolicy.DEFAULT, Map.of()));
        unnamed.checkIs(LabelKey.IMAGE_LABELS, "accept");
        boolean wanted = unnamed.flag(LabelKey.ENABLE, true);
        if (!labels.problems().isEmpty() || (everything && values.isEmpty())) {
            values.putIfAbsent(LabelPolicy.DEFAULT, unnamed);
        }
        List<LabelPolicy> read = new ArrayList<>();
        values.forEach((name, mine) -> {
            boolean enabled = wanted && mine.flag(LabelKey.ENABLE, true);
            read.add(policy(carrier, labels, name, enabled, mine));
        });
        read.sort(LabelPolicies.DEFAULT_FIRST);
        return read;
    }

    private static LabelValues values(CarriedLabels labels, String name, Map<String, String> settings) {
        LabelProblems problems = name.equals(LabelPolicy.DEFAULT) ? labels.problems() : new LabelProblems();
        labels.tellStrangers(name, problems);
        return new LabelValues(CarriedLabels.prefix(name), settings, problems);
    }

    private LabelPolicy policy(
            Carrier carrier, CarriedLabels labels, String name, boolean enabled, LabelValues values) {
        BackupPolicySpec spec = spec(carrier, name, values);
        return new LabelPolicy(
                carrier.workload(),
                name,
                List.of(carrier.name()),
                labels.settings(name),
                enabled,
                spec,
                values.problems().all(),
                labels.conflict(name));
    }

    /** What the labels say, read like any other resource; where that makes no sense, the workload alone. */
    private BackupPolicySpec spec(Carrier carrier, String name, LabelValues values) {
        String full = LabelPolicy.fullName(carrier.workload(), name);
        BackupPolicy resource = resource(full, values, carrier.target());
        if (policies.read(resource) instanceof PolicyResult.Invalid invalid) {
            invalid.problems()
                    .forEach(problem -> values.tell(
                            problem.path(), problem.message(), CarriedLabels.prefix(name) + LabelKey.ENABLE.key()));
            LabelValues nothing = new LabelValues("", Map.of(), new LabelProblems());
            BackupPolicy bare = resource(full, nothing, carrier.target());
            return policies.read(bare) instanceof PolicyResult.Valid
                    ? bare.spec()
                    : resource(full, nothing, null).spec();
        }
        return resource.spec();
    }

    private static BackupPolicy resource(String full, LabelValues values, @Nullable TargetSpec target) {
        String name = KubernetesName.of(full);
        boolean shown = !full.equals(name) && SHOWN.matcher(full).matches();
        values.foreignPlace("spec.target.compose.project", "com.docker.compose.project");
        values.foreignPlace("spec.target.compose.service", "com.docker.compose.service");
        return new BackupPolicy(
                new ObjectMeta(name, NAMESPACE), new SpecReader(values).read(shown ? full : null, target));
    }

    /**
     * Makes one of the policies that several carriers of one workload declare alike, such as the containers of a Compose
     * service. Where they disagree, the one that is left says so.
     */
    public static List<LabelPolicy> merge(List<LabelPolicy> policies) {
        return LabelPolicies.merge(policies);
    }
}
