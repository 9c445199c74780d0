package io.doksnap.apiserver.protobuf;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which field has which number: the {@code generated.proto} files of Kubernetes, for the few kinds that kubectl sends. After
 * a type, {@code ?} means that its zero is a value, and {@code []} that there can be several. A
 * kind whose name means another message in another group has that group before it.
 */
final class MessageTable {
    private static final String TEXT = """
            TypeMeta: 1 apiVersion string, 2 kind string
            ObjectMeta: 1 name string, 2 generateName string, 3 namespace string, 4 selfLink string, 5 uid string, 6 resourceVersion string
            ObjectMeta: 7 generation int, 8 creationTimestamp Time, 9 deletionTimestamp Time, 10 deletionGracePeriodSeconds int?
            ObjectMeta: 11 labels map, 12 annotations map, 13 ownerReferences OwnerReference[], 14 finalizers string[]
            ObjectMeta: 17 managedFields ManagedFieldsEntry[]
            OwnerReference: 1 kind string, 3 name string, 4 uid string, 5 apiVersion string, 6 controller bool?, 7 blockOwnerDeletion bool?
            ManagedFieldsEntry: 1 manager string, 2 operation string, 3 apiVersion string, 4 time Time, 6 fieldsType string, 7 fieldsV1 FieldsV1
            ManagedFieldsEntry: 8 subresource string
            Namespace: 1 metadata ObjectMeta, 2 spec NamespaceSpec, 3 status NamespaceStatus
            NamespaceSpec: 1 finalizers string[]
            NamespaceStatus: 1 phase string, 2 conditions NamespaceCondition[]
            NamespaceCondition: 1 type string, 2 status string, 4 lastTransitionTime Time, 5 reason string, 6 message string
            Secret: 1 metadata ObjectMeta, 2 data bytesmap, 3 type string, 4 stringData map, 5 immutable bool?
            ConfigMap: 1 metadata ObjectMeta, 2 data map, 3 binaryData bytesmap, 4 immutable bool?
            Event: 1 metadata ObjectMeta, 2 involvedObject ObjectReference, 3 reason string, 4 message string, 5 source EventSource
            Event: 6 firstTimestamp Time, 7 lastTimestamp Time, 8 count int, 9 type string, 10 eventTime MicroTime, 11 series EventSeries
            Event: 12 action string, 13 related ObjectReference, 14 reportingComponent string, 15 reportingInstance string
            events.k8s.io/v1 Event: 1 metadata ObjectMeta, 2 eventTime MicroTime, 3 series EventSeries, 4 reportingController string
            events.k8s.io/v1 Event: 5 reportingInstance string, 6 action string, 7 reason string, 8 regarding ObjectReference
            events.k8s.io/v1 Event: 9 related ObjectReference, 10 note string, 11 type string, 12 deprecatedSource EventSource
            events.k8s.io/v1 Event: 13 deprecatedFirstTimestamp Time, 14 deprecatedLastTimestamp Time, 15 deprecatedCount int
            ObjectReference: 1 kind string, 2 namespace string, 3 name string, 4 uid string, 5 apiVersion string, 6 resourceVersion string
            ObjectReference: 7 fieldPath string
            EventSource: 1 component string, 2 host string
            EventSeries: 1 count int, 2 lastObservedTime MicroTime
            Lease: 1 metadata ObjectMeta, 2 spec LeaseSpec
            LeaseSpec: 1 holderIdentity string?, 2 leaseDurationSeconds int?, 3 acquireTime MicroTime, 4 renewTime MicroTime
            LeaseSpec: 5 leaseTransitions int?, 6 strategy string?, 7 preferredHolder string?
            SelfSubjectAccessReview: 1 metadata ObjectMeta, 2 spec SelfSubjectAccessReviewSpec
            SelfSubjectAccessReviewSpec: 1 resourceAttributes ResourceAttributes, 2 nonResourceAttributes NonResourceAttributes
            ResourceAttributes: 1 namespace string, 2 verb string, 3 group string, 4 version string, 5 resource string, 6 subresource string
            ResourceAttributes: 7 name string
            NonResourceAttributes: 1 path string, 2 verb string
            SelfSubjectRulesReview: 1 metadata ObjectMeta, 2 spec SelfSubjectRulesReviewSpec
            SelfSubjectRulesReviewSpec: 1 namespace string
            SelfSubjectReview: 1 metadata ObjectMeta
            DeleteOptions: 1 gracePeriodSeconds int?, 2 preconditions Preconditions, 3 orphanDependents bool?, 4 propagationPolicy string?
            DeleteOptions: 5 dryRun string[]
            Preconditions: 1 uid string?, 2 resourceVersion string?
            PatchOptions: 1 dryRun string[], 2 force bool?, 3 fieldManager string, 4 fieldValidation string
            """;

    private static final Map<String, Map<Long, Field>> MESSAGES = parse();

    private MessageTable() {}

    /**
     * One field.
     *
     * @param type one of string, int, bool, map, bytesmap, Time, MicroTime, FieldsV1, or a message's name
     */
    record Field(String name, String type, boolean keepsZero, boolean repeated) {}

    /** The fields of a message by their number. */
    static Optional<Map<Long, Field>> message(String name) {
        return Optional.ofNullable(MESSAGES.get(name));
    }

    private static Map<String, Map<Long, Field>> parse() {
        Map<String, Map<Long, Field>> messages = new HashMap<>();
        for (String line : TEXT.lines().toList()) {
            int colon = line.indexOf(':');
            Map<Long, Field> fields = messages.computeIfAbsent(line.substring(0, colon), any -> new HashMap<>());
            for (String field : line.substring(colon + 1).split(",", -1)) {
                String[] words = field.strip().split(" ", -1);
                boolean keepsZero = words[2].endsWith("?");
                boolean repeated = words[2].endsWith("[]");
                String type = words[2].replaceAll("\\?|\\[]", "");
                fields.put(Long.valueOf(words[0]), new Field(words[1], type, keepsZero, repeated));
            }
        }
        return Map.copyOf(messages);
    }
}
