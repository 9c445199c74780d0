package io.doksnap.app.objects;

import io.doksnap.api.BackupPolicySpec;
import io.doksnap.declare.labels.LabelPolicy;
import io.doksnap.operator.resource.DoksnapNames;
import io.doksnap.operator.resource.PolicyResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Map;
import java.util.TreeMap;

/** Policies of labels as objects of the API. */
final class LabelledObjects {
    private static final int LONGEST_TEXT = 4000;

    private LabelledObjects() {}

    /**
     * The object of a policy. What is wrong with its labels stands in annotations, as a spec has no place for it.
     *
     * @param owner whose it is
     */
    static PolicyResource of(LabelPolicy policy, Owner owner) {
        Map<String, String> annotations = new TreeMap<>();
        policy.invalid().ifPresent(text -> annotations.put(DoksnapNames.INVALID, cut(text)));
        policy.conflict().ifPresent(text -> annotations.put(DoksnapNames.LABEL_CONFLICT, cut(text)));
        PolicyResource resource = new PolicyResource();
        resource.setMetadata(new ObjectMetaBuilder()
                .withName(owner.objectName(policy.objectName()))
                .withNamespace(ConfiguredObjects.NAMESPACE)
                .withLabels(Map.of(DoksnapNames.ORIGIN, Origin.LABEL.toString()))
                .withAnnotations(annotations.isEmpty() ? null : annotations)
                .build());
        BackupPolicySpec spec = owner.claim(policy.spec(), policy.objectName());
        resource.setSpec(policy.enabled() ? spec : spec.suspended());
        return resource;
    }

    /** An object that this host has made under another name, as it would make it now. */
    static PolicyResource moved(PolicyResource object, Owner owner) {
        String name = object.getMetadata().getName();
        PolicyResource moved = new PolicyResource();
        moved.setMetadata(new ObjectMetaBuilder()
                .withName(owner.nameNow(name))
                .withNamespace(object.getMetadata().getNamespace())
                .withLabels(Map.of(DoksnapNames.ORIGIN, Origin.LABEL.toString()))
                .build());
        moved.setSpec(owner.claim(object.toBackupPolicy().spec(), Owner.declaredName(name)));
        return moved;
    }

    /** Labels may be long, and whoever reads this wants the beginning. */
    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT - 1) + "…";
    }
}
