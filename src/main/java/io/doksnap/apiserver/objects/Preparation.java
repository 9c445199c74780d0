package io.doksnap.apiserver.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.apply.Applier;
import io.doksnap.apiserver.apply.ApplyConflict;
import io.doksnap.apiserver.apply.ApplyException;
import io.doksnap.apiserver.apply.Ownership;
import io.doksnap.apiserver.apply.ServerSideApply;
import io.doksnap.apiserver.failure.Failures;
import io.doksnap.apiserver.failure.StatusException;
import io.doksnap.apiserver.failure.StatusException.Cause;
import io.doksnap.apiserver.json.Json;
import io.doksnap.apiserver.objects.Objects.Applying;
import io.doksnap.apiserver.objects.WriteOptions.FieldValidation;
import io.doksnap.apiserver.resource.CoreTypes;
import io.doksnap.apiserver.resource.ResourceType;
import io.doksnap.apiserver.schema.SchemaProblem;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes of what somebody sent the object that is to be kept, or says what is wrong with it. */
final class Preparation {
    private static final String STATUS = "status";
    private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final int SUFFIX_LENGTH = 5;
    private static final int LONGEST_PREFIX = 58;
    private static final Set<String> NOT_SPEC = Set.of("apiVersion", "kind", "metadata", STATUS);

    /** What etcd takes. */
    private static final int LARGEST = 1_572_864;

    private final Clock clock;
    private final Random random;

    Preparation(Clock clock, Random random) {
        this.clock = clock;
        this.random = random;
    }

    /** Who is noted as the manager of which field. */
    enum Managers {
        /** Whoever writes, of the fields that he changes. */
        BY_COMPARISON,
        /** Those that the object names: an apply has worked them out. */
        AS_SENT
    }

    /** A new object; what was sent is not touched. */
    ObjectNode create(ResourceType type, String namespace, ObjectNode sent, WriteOptions options, Managers managers) {
        ObjectNode object = sent.deepCopy();
        requireKind(type, object);
        Metadata metadata = Metadata.of(object);
        if (!metadata.version().isEmpty()) {
            throw Failures.badRequest("resourceVersion should not be set on objects to be created");
        }
        place(type, namespace, metadata);
        if (metadata.name().isEmpty() && !metadata.text("generateName").isEmpty()) {
            metadata.node().put("name", generated(metadata.text("generateName")));
        }
        metadata.forget("selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "generation");
        metadata.node().put("uid", UUID.randomUUID().toString());
        metadata.node().put("creationTimestamp", now());
        if (type.status()) {
            object.remove(STATUS);
        }
        if (countsGenerations(type)) {
            metadata.node().put("generation", 1);
        }
        KindRules.complete(type, null, object);
        checkFields(type, object, options);
        refuseWhereInvalid(type, metadata.name(), null, object);
        return kept(managers == Managers.AS_SENT ? object : managed(type, Part.MAIN, null, object, options));
    }

    /** The next state of an object; neither what was sent nor the old state is touched. */
    ObjectNode update(
            ResourceType type, Part part, ObjectNode old, ObjectNode sent, WriteOptions options, Managers managers) {
        ObjectNode object = part == Part.MAIN ? sent.deepCopy() : old.deepCopy();
        requireKind(type, sent);
        Metadata before = Metadata.of(old.deepCopy());
        requireSame(type, before, Metadata.of(sent.deepCopy()));
        if (part == Part.MAIN) {
            Metadata metadata = Metadata.of(object);
            metadata.keepFrom(before);
            metadata.setOrRemove("name", before.node().get("name"));
            metadata.setOrRemove("namespace", before.node().get("namespace"));
            metadata.setOrRemove("generateName", before.node().get("generateName"));
            metadata.forget("selfLink");
            if (type.status()) {
                setOrRemove(object, STATUS, old.get(STATUS));
            }
            KindRules.complete(type, old, object);
        } else {
            setOrRemove(object, STATUS, sent.get(STATUS));
            Metadata.of(object)
                    .setOrRemove("managedFields", sent.path("metadata").get("managedFields"));
        }
        Metadata.of(object).node().put("resourceVersion", before.version());
        checkFields(type, object, options);
        if (countsGenerations(type) && specChanged(type, old, object)) {
            Metadata.of(object).node().put("generation", before.generation() + 1);
        }
        refuseNewFinalizers(type, before, Metadata.of(object));
        refuseWhereInvalid(type, before.name(), old, object);
        return kept(managers == Managers.AS_SENT ? object : managed(type, part, old, object, options));
    }

    /** Patches can let an object grow far beyond what any request may carry. */
    private static ObjectNode kept(ObjectNode object) {
        int size = Json.bytes(object).length;
        if (size > LARGEST) {
            throw Failures.tooLarge("the object would take " + size + " bytes: at most " + LARGEST + " are kept");
        }
        return object;
    }

    private ObjectNode managed(
            ResourceType type, Part part, @Nullable ObjectNode old, ObjectNode object, WriteOptions options) {
        Applier writer = new Applier(options.manager(), part.subresource(), false, clock.instant());
        return Ownership.afterUpdate(old, object, writer, type.looks().schema());
    }

    /** What an apply makes of an object, not yet checked; what was sent is not touched. */
    ObjectNode applied(ResourceType type, Part part, @Nullable ObjectNode live, ObjectNode sent, Applying applying) {
        ObjectNode wanted = sent.deepCopy();
        requireKind(type, wanted);
        if (part == Part.MAIN && type.status()) {
            wanted.remove(STATUS);
        }
        refuseUnknownFields(type, wanted, applying.options());
        Applier applier =
                new Applier(applying.options().manager(), part.subresource(), applying.force(), clock.instant());
        try {
            return ServerSideApply.apply(live, wanted, applier, type.looks().schema());
        } catch (ApplyConflict e) {
            throw Failures.applyConflict(
                    e.getMessage(),
                    e.conflicts().stream()
                            .map(conflict -> new Cause("FieldManagerConflict", conflict.message(), conflict.field()))
                            .toList());
        } catch (ApplyException e) {
            throw Failures.badRequest(e.getMessage());
        }
    }

    private static void setOrRemove(ObjectNode object, String field, @Nullable JsonNode value) {
        if (value == null) {
            object.remove(field);
        } else {
            object.set(field, value.deepCopy());
        }
    }

    private static void requireKind(ResourceType type, ObjectNode object) {
        String apiVersion = object.path("apiVersion").asText("");
        String kind = object.path("kind").asText("");
        if (apiVersion.isEmpty()) {
            object.put("apiVersion", type.apiVersion());
        } else if (!apiVersion.equals(type.apiVersion())) {
            throw Failures.badRequest("the API version in the data (" + apiVersion
                    + ") does not match the expected API version (" + type.apiVersion() + ")");
        }
        if (kind.isEmpty()) {
            object.put("kind", type.kind());
        } else if (!kind.equals(type.kind())) {
            throw Failures.badRequest(
                    type.kind() + " in version \"" + type.version() + "\" cannot be handled as a " + kind);
        }
    }

    private static void place(ResourceType type, String namespace, Metadata metadata) {
        if (!type.namespaced()) {
            metadata.forget("namespace");
        } else if (metadata.namespace().isEmpty()) {
            metadata.node().put("namespace", namespace);
        } else if (!metadata.namespace().equals(namespace)) {
            throw Failures.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    private static void requireSame(ResourceType type, Metadata before, Metadata sent) {
        if (!sent.name().isEmpty() && !sent.name().equals(before.name())) {
            throw Failures.badRequest("the name of the object (" + sent.name()
                    + ") does not match the name on the URL (" + before.name() + ")");
        }
        if (type.namespaced()
                && !sent.namespace().isEmpty()
                && !sent.namespace().equals(before.namespace())) {
            throw Failures.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        if (!sent.uid().isEmpty() && !sent.uid().equals(before.uid())) {
            throw Failures.conflict(
                    type.subject(),
                    before.name(),
                    "Precondition failed: UID in precondition: " + sent.uid() + ", UID in object meta: "
                            + before.uid());
        }
    }

    private static void checkFields(ResourceType type, ObjectNode object, WriteOptions options) {
        refuseUnknownFields(type, object, options);
        type.looks().schema().applyDefaults(object);
    }

    private static void refuseUnknownFields(ResourceType type, ObjectNode object, WriteOptions options) {
        List<String> unknown = type.looks().schema().prune(object).stream()
                .map(path -> "unknown field \"" + path + "\"")
                .toList();
        if (!unknown.isEmpty() && options.validation() == FieldValidation.STRICT) {
            throw Failures.badRequest(type.kind() + " in version \"" + type.version() + "\" cannot be handled as a "
                    + type.kind() + ": strict decoding error: " + String.join(", ", unknown));
        }
        if (options.validation() == FieldValidation.WARN) {
            unknown.forEach(options.warnings());
        }
    }

    private static void refuseWhereInvalid(
            ResourceType type, String name, @Nullable ObjectNode old, ObjectNode object) {
        List<Cause> causes = new ArrayList<>(MetadataRules.check(Metadata.of(object), type.isCore("namespaces")));
        List<SchemaProblem> problems = old == null
                ? type.looks().schema().validate(object)
                : type.looks().schema().validateUpdate(object, old);
        problems.forEach(problem -> causes.add(new Cause(problem.kind().reason(), problem.message(), problem.path())));
        causes.addAll(KindRules.check(type, old, object));
        if (!causes.isEmpty()) {
            throw Failures.invalid(type.subject(), name, causes);
        }
    }

    /** Whoever deletes decides who still has something to do; nobody may join afterwards. */
    private static void refuseNewFinalizers(ResourceType type, Metadata before, Metadata now) {
        if (!before.beingDeleted()) {
            return;
        }
        Set<String> added = new HashSet<>(now.finalizers());
        before.finalizers().forEach(added::remove);
        if (!added.isEmpty()) {
            StatusException refusal = Failures.invalid(
                    type.subject(),
                    before.name(),
                    List.of(new Cause(
                            "FieldValueForbidden",
                            "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers "
                                    + added.stream()
                                            .sorted()
                                            .collect(Collectors.joining("\", \"", "[]string{\"", "\"}")),
                            "metadata.finalizers")));
            throw refusal;
        }
    }

    private static boolean countsGenerations(ResourceType type) {
        return type.defined() || type.equals(CoreTypes.DEFINITIONS);
    }

    private static boolean specChanged(ResourceType type, ObjectNode old, ObjectNode object) {
        return !spec(type, old).equals(spec(type, object));
    }

    private static ObjectNode spec(ResourceType type, ObjectNode object) {
        Set<String> left = new HashSet<>(NOT_SPEC);
        if (!type.status()) {
            left.remove(STATUS);
        }
        return object.deepCopy().remove(left);
    }

    private String generated(String prefix) {
        StringBuilder name =
                new StringBuilder(prefix.length() > LONGEST_PREFIX ? prefix.substring(0, LONGEST_PREFIX) : prefix);
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            name.append(SUFFIX_LETTERS.charAt(random.nextInt(SUFFIX_LETTERS.length())));
        }
        return name.toString();
    }

    /** As timestamps are written: whole seconds. */
    String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
