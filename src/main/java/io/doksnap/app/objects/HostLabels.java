package io.doksnap.app.objects;

import io.doksnap.declare.labels.LabelPolicy;
import java.util.ArrayList;
import java.util.List;

/** Policies whose labels name a host: only the one on which the labels are can carry them out, since the data is there. */
final class HostLabels {
    private HostLabels() {}

    /** The same policy, which says so where it names another host: it would be nobody's, and nobody would ever say anything about it. */
    static LabelPolicy checked(LabelPolicy policy, String host) {
        String named = policy.spec().host();
        if (named == null || named.isEmpty() || named.equals(host)) {
            return policy;
        }
        List<String> problems = new ArrayList<>(policy.problems());
        problems.add("doksnap.host: is '" + named + "', and this host is '" + host
                + "', on which the data is; remove the label, or write this host's name");
        return new LabelPolicy(
                policy.workload(),
                policy.name(),
                policy.carriers(),
                policy.settings(),
                policy.enabled(),
                policy.spec().onHost(host),
                problems,
                policy.conflict());
    }
}
