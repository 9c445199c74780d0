package io.doksnap.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.failure.Failures;
import io.doksnap.apiserver.failure.StatusException;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.objects.DeleteOptions;
import io.doksnap.apiserver.objects.Objects;
import io.doksnap.apiserver.objects.Objects.Applying;
import io.doksnap.apiserver.objects.Part;
import io.doksnap.apiserver.objects.WriteOptions;
import io.doksnap.apiserver.objects.WriteOptions.FieldValidation;
import io.doksnap.apiserver.objects.Written;
import io.doksnap.apiserver.resource.ResourceType;
import io.doksnap.apiserver.storage.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Creates, changes and deletes objects. */
record Writing(Objects objects, Reading reading) {
    private static final int LONGEST_MANAGER = 128;

    void create(Request request, Target target, RequestPath path) {
        WriteOptions options = options(request);
        ObjectNode sent = target.inward(Bodies.object(request, options.validation()));
        answer(request, target, objects.create(target.kept(), path.namespace(), sent, options));
    }

    void update(Request request, Target target, RequestPath path) {
        WriteOptions options = options(request);
        ObjectNode sent = target.inward(Bodies.object(request, options.validation()));
        answer(
                request,
                target,
                objects.update(target.kept(), path.namespace(), path.name(), part(path), sent, options));
    }

    void patch(Request request, Target target, RequestPath path) {
        WriteOptions options = options(request);
        if (request.contentType().equals(Patch.APPLY) && !target.isView()) {
            apply(request, target, path, options);
            return;
        }
        if (!request.parameter("force").isEmpty()) {
            throw invalidOptions("FieldValueForbidden", "Forbidden: may not be specified for non-apply patch", "force");
        }
        Patch patch = Patch.read(request, target, options.validation());
        answer(
                request,
                target,
                objects.edit(
                        target.kept(),
                        path.namespace(),
                        path.name(),
                        part(path),
                        current -> target.inward(patch.of(target.outward(current))),
                        options));
    }

    private void apply(Request request, Target target, RequestPath path, WriteOptions options) {
        if (request.parameter("fieldManager").isEmpty()) {
            throw invalidOptions("FieldValueRequired", "Required value: is required for apply patch", "fieldManager");
        }
        ObjectNode sent = Bodies.applied(request, options.validation());
        Applying applying = new Applying(request.isSet("force"), options);
        answer(
                request,
                target,
                objects.apply(target.kept(), path.namespace(), path.name(), part(path), sent, applying));
    }

    private static StatusException invalidOptions(String reason, String message, String field) {
        return Failures.invalid(
                new Failures.Subject("meta.k8s.io", "patchoptions", "PatchOptions"),
                "",
                List.of(new StatusException.Cause(reason, message, field)));
    }

    static Part part(RequestPath path) {
        return switch (path.subresource()) {
            case "" -> Part.MAIN;
            case "status" -> Part.STATUS;
            default -> throw Failures.noSuchPath();
        };
    }

    private void answer(Request request, Target target, Written written) {
        Accepted accepted = Accepted.of(request.header("Accept"));
        Answers.send(
                request,
                written.created() ? 201 : 200,
                accepted.format(),
                reading.representation(request, target, accepted.as()).one(written.object()));
    }

    void delete(Request request, Target target, RequestPath path) {
        if (!path.subresource().isEmpty()) {
            throw Failures.methodNotAllowed();
        }
        DeleteOptions options = deleteOptions(request);
        Stored there = objects.get(target.kept(), path.namespace(), path.name());
        Optional<ObjectNode> left = objects.delete(target.kept(), path.namespace(), path.name(), options);
        Accepted accepted = Accepted.of(request.header("Accept"));
        Answers.send(
                request,
                200,
                accepted.format(),
                left.map(object -> reading.representation(request, target, accepted.as())
                                .one(object))
                        .orElseGet(() -> success(target.shown(), there.object())));
    }

    private static ObjectNode success(ResourceType type, ObjectNode deleted) {
        ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        ObjectNode details = status.put("status", "Success")
                .putObject("details")
                .put("name", deleted.at("/metadata/name").asText());
        if (!type.group().isEmpty()) {
            details.put("group", type.group());
        }
        details.put("kind", type.plural())
                .put("uid", deleted.at("/metadata/uid").asText());
        return status;
    }

    /** Deletes what is selected, one by one; what others delete meanwhile is no failure. */
    void deleteCollection(Request request, Target target, RequestPath path) {
        DeleteOptions options = deleteOptions(request);
        Predicate<ObjectNode> selector = Reading.selector(request, target);
        List<ObjectNode> deleted = new ArrayList<>();
        for (Stored stored : objects.list(target.kept(), path.namespace()).objects()) {
            ObjectNode object = stored.object();
            if (selector.test(object)) {
                try {
                    objects.delete(
                            target.kept(),
                            stored.key().namespace(),
                            stored.key().name(),
                            options);
                    deleted.add(object);
                } catch (StatusException e) {
                    if (e.code() != 404) {
                        throw e;
                    }
                }
            }
        }
        Accepted accepted = Accepted.of(request.header("Accept"));
        ObjectNode metadata = Json.object().put("resourceVersion", Long.toString(objects.version()));
        Answers.send(
                request,
                200,
                accepted.format(),
                reading.representation(request, target, accepted.as()).list(deleted, metadata));
    }

    private static DeleteOptions deleteOptions(Request request) {
        byte[] body = request.body();
        JsonNode options = body.length == 0 ? Json.object() : Bodies.options(request, body);
        return DeleteOptions.of(options, request.parameter("propagationPolicy"), isDryRun(request));
    }

    private static WriteOptions options(Request request) {
        String manager = request.parameter("fieldManager");
        if (manager.length() > LONGEST_MANAGER) {
            throw Failures.badRequest("invalid fieldManager: may not be longer than " + LONGEST_MANAGER);
        }
        return new WriteOptions(
                manager.isEmpty() ? byAgent(request) : manager, isDryRun(request), validation(request), request::warn);
    }

    /** Whoever does not name himself is called by the first word of his program. */
    private static String byAgent(Request request) {
        String program = request.header("User-Agent").split("/", 2)[0].strip();
        return program.length() > LONGEST_MANAGER ? program.substring(0, LONGEST_MANAGER) : program;
    }

    private static boolean isDryRun(Request request) {
        return switch (request.parameter("dryRun")) {
            case "" -> false;
            case "All" -> true;
            default ->
                throw Failures.badRequest(
                        "invalid dryRun \"" + request.parameter("dryRun") + "\": supported values: \"All\"");
        };
    }

    private static FieldValidation validation(Request request) {
        return switch (request.parameter("fieldValidation")) {
            case "", "Warn" -> FieldValidation.WARN;
            case "Strict" -> FieldValidation.STRICT;
            case "Ignore" -> FieldValidation.IGNORE;
            default ->
                throw Failures.badRequest("invalid fieldValidation \"" + request.parameter("fieldValidation")
                        + "\": supported values: \"Ignore\", \"Strict\", \"Warn\"");
        };
    }
}
