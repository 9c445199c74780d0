package io.doksnap.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.credentials.Access;
import io.doksnap.apiserver.credentials.User;
import io.doksnap.apiserver.failure.Failures;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.objects.WriteOptions.FieldValidation;
import java.util.List;

/** Answers questions of users about themselves: who they are and what they may do. */
final class Reviews {
    private static final String ACCESS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    private static final String RULES = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
    private static final String IDENTITY = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    private static final List<String> ANY = List.of("*");

    boolean handles(String path) {
        return path.equals(ACCESS) || path.equals(RULES) || path.equals(IDENTITY);
    }

    void answer(Request request, User user) {
        if (!request.method().equals("POST")) {
            throw Failures.methodNotAllowed();
        }
        ObjectNode review = Bodies.object(request, FieldValidation.IGNORE);
        Json.child(review, "metadata");
        switch (request.path()) {
            case ACCESS -> access(review, user);
            case RULES -> rules(review, user);
            default -> identity(review, user);
        }
        Answers.send(request, 201, Accepted.of(request.header("Accept")).format(), review);
    }

    private static void access(ObjectNode review, User user) {
        review.put("kind", "SelfSubjectAccessReview").put("apiVersion", "authorization.k8s.io/v1");
        JsonNode attributes = review.at("/spec/resourceAttributes");
        boolean allowed = attributes.isObject()
                ? Authorization.may(
                        user,
                        attributes.path("verb").asText(""),
                        attributes.path("group").asText(""),
                        attributes.path("resource").asText(""))
                : user.access() == Access.ADMIN
                        || review.at("/spec/nonResourceAttributes/verb")
                                .asText("")
                                .equals("get");
        ObjectNode status = review.putObject("status").put("allowed", allowed);
        if (!allowed) {
            status.put("reason", "the " + user.name() + " token may only read, and no secrets");
        }
    }

    private static void rules(ObjectNode review, User user) {
        review.put("kind", "SelfSubjectRulesReview").put("apiVersion", "authorization.k8s.io/v1");
        ObjectNode status = review.putObject("status").put("incomplete", false);
        var resources = status.putArray("resourceRules");
        var others = status.putArray("nonResourceRules");
        if (user.access() == Access.ADMIN) {
            rule(resources.addObject(), ANY, ANY, ANY);
            rule(others.addObject(), ANY);
        } else {
            List<String> reads = List.of("get", "list", "watch");
            rule(resources.addObject(), reads, List.of(""), List.of("namespaces", "configmaps", "events"));
            rule(resources.addObject(), reads, ANY, ANY);
            rule(others.addObject(), List.of("get"));
        }
    }

    private static void rule(ObjectNode into, List<String> verbs, List<String> groups, List<String> resources) {
        into.set("verbs", Json.texts(verbs));
        into.set("apiGroups", Json.texts(groups));
        into.set("resources", Json.texts(resources));
    }

    private static void rule(ObjectNode into, List<String> verbs) {
        into.set("verbs", Json.texts(verbs));
        into.set("nonResourceURLs", Json.texts(ANY));
    }

    private static void identity(ObjectNode review, User user) {
        review.put("kind", "SelfSubjectReview").put("apiVersion", "authentication.k8s.io/v1");
        ObjectNode info = review.putObject("status").putObject("userInfo").put("username", user.name());
        info.set("groups", Json.texts(user.groups()));
    }
}
