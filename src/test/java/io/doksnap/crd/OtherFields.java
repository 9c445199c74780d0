package io.doksnap.crd;

import static io.doksnap.crd.Keywords.all;
import static io.doksnap.crd.Keywords.anyOf;
import static io.doksnap.crd.Keywords.exactlyOneOf;
import static io.doksnap.crd.Keywords.namedBy;
import static io.doksnap.crd.Keywords.needs;
import static io.doksnap.crd.Keywords.oneField;
import static io.doksnap.crd.Keywords.words;

import io.doksnap.api.Condition;
import io.doksnap.declare.DestinationFields;
import io.doksnap.policy.PolicyFields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What a schema can say of the fields of the kinds beside BackupPolicy, by their paths. */
final class OtherFields {
    private OtherFields() {}

    /** What every kind has besides. */
    static Map<String, Map<String, Object>> withConditions(Map<String, Map<String, Object>> fields) {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>(fields);
        all.put("status.conditions", namedBy("type"));
        all.put("status.conditions[]", needs("type", "status"));
        all.put(
                "status.conditions[].status",
                words(Stream.of(Condition.Status.values())
                        .map(Condition.Status::toString)
                        .toList()));
        return all;
    }

    static Map<String, Map<String, Object>> backup() {
        return Map.of("spec", needs("policy"), "spec.policy", PolicyFields.resourceName());
    }

    static Map<String, Map<String, Object>> restore() {
        Map<String, Map<String, Object>> fields = new LinkedHashMap<>();
        fields.put("spec", all(needs("target"), anyOf("snapshot", "policy")));
        fields.put("spec.snapshot", PolicyFields.resourceName());
        fields.put("spec.policy", PolicyFields.resourceName());
        fields.put("spec.target", oneField());
        fields.put("spec.target.volume", PolicyFields.dockerName());
        fields.put("spec.target.service", PolicyFields.dockerName());
        fields.put("spec.target.directory", PolicyFields.directory());
        fields.putAll(PolicyFields.optionalSecret("spec.decryption"));
        return fields;
    }

    static Map<String, Map<String, Object>> destination() {
        Map<String, Map<String, Object>> fields = new LinkedHashMap<>();
        fields.put("spec", exactlyOneOf("s3", "directory"));
        fields.put("spec.directory", needs("path"));
        fields.put("spec.directory.path", Keywords.holding("^/"));
        fields.putAll(DestinationFields.s3("spec.s3"));
        fields.put("spec.s3.objectLock", PolicyFields.span());
        for (String secret : new String[] {"caFrom", "accessKeyIdFrom", "secretAccessKeyFrom"}) {
            fields.putAll(PolicyFields.secret("spec.s3." + secret));
        }
        return fields;
    }
}
