package io.doksnap.apiserver.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A kind that OpenAPI describes.
 *
 * @param group empty for the core group
 * @param names kind and plural
 * @param verbs what can be done with it
 * @param status whether its status has an address of its own
 * @param schema as a CRD gives it; empty for core kinds, whose definitions are built in
 */
public record ServedKind(
        String group,
        String version,
        Names names,
        boolean namespaced,
        Verbs verbs,
        boolean status,
        Optional<ObjectNode> schema) {

    /** What it is called. */
    public record Names(String kind, String plural) {}

    /** What can be done with a kind. */
    public enum Verbs {
        /** Everything. */
        ALL,
        /** Only asked, by creating one: a review. */
        CREATE
    }

    /** Kinds that are no resources: what a user may ask about himself. */
    public static List<ServedKind> reviews() {
        return List.of(
                review("authorization.k8s.io", "SelfSubjectAccessReview", "selfsubjectaccessreviews"),
                review("authorization.k8s.io", "SelfSubjectRulesReview", "selfsubjectrulesreviews"),
                review("authentication.k8s.io", "SelfSubjectReview", "selfsubjectreviews"));
    }

    private static ServedKind review(String group, String kind, String plural) {
        return new ServedKind(group, "v1", new Names(kind, plural), false, Verbs.CREATE, false, Optional.empty());
    }

    /** Of its group and version, without a slash in front: {@code api/v1} or {@code apis/doksnap.io/v1}. */
    String documentPath() {
        return group.isEmpty() ? "api/" + version : "apis/" + group + "/" + version;
    }

    /** The name of its schema: built in, or the group backwards. */
    String definition() {
        String prefix = switch (group) {
            case "" -> "io.k8s.api.core";
            case "coordination.k8s.io" -> "io.k8s.api.coordination";
            case "authorization.k8s.io" -> "io.k8s.api.authorization";
            case "authentication.k8s.io" -> "io.k8s.api.authentication";
            case "apiextensions.k8s.io" -> "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions";
            default -> reversed();
        };
        return prefix + "." + version + "." + names.kind();
    }

    private String reversed() {
        List<String> parts = new ArrayList<>(List.of(group.split("\\.", -1)));
        Collections.reverse(parts);
        return String.join(".", parts);
    }
}
