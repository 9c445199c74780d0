package io.doksnap.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.failure.Failures;
import io.doksnap.apiserver.failure.StatusException;
import io.doksnap.apiserver.objects.WriteOptions.FieldValidation;
import io.doksnap.apiserver.patch.JsonPatch;
import io.doksnap.apiserver.patch.MergePatch;
import io.doksnap.apiserver.patch.PatchException;
import io.doksnap.apiserver.patch.StrategicMergePatch;

/** A patch of one of the types that say what to change, whoever owns it. */
final class Patch {
    static final String APPLY = "application/apply-patch+yaml";
    private static final String JSON = "application/json-patch+json";
    private static final String MERGE = "application/merge-patch+json";
    private static final String STRATEGIC = "application/strategic-merge-patch+json";

    /** Makes the new state out of the old one. */
    @FunctionalInterface
    private interface Application {
        JsonNode apply(JsonNode object) throws PatchException;
    }

    private final Application application;

    private Patch(Application application) {
        this.application = application;
    }

    static Patch read(Request request, Target target, FieldValidation validation) {
        String type = request.contentType();
        boolean strategic = type.equals(STRATEGIC) && !target.kept().defined();
        if (!strategic && !type.equals(JSON) && !type.equals(MERGE)) {
            throw unsupported(target);
        }
        JsonNode patch = Bodies.json(request, request.body(), validation);
        if (strategic) {
            return new Patch(object -> StrategicMergePatch.apply(
                    object, patch, target.kept().looks().schema()));
        }
        return new Patch(
                type.equals(JSON)
                        ? object -> JsonPatch.apply(object, patch)
                        : object -> MergePatch.apply(object, patch));
    }

    static StatusException unsupported(Target target) {
        String accepted = JSON + ", " + MERGE + ", " + APPLY;
        return Failures.unsupportedMediaType(target.kept().defined() ? accepted : accepted + ", " + STRATEGIC);
    }

    /** What the patch makes of an object. */
    ObjectNode of(ObjectNode object) {
        try {
            if (application.apply(object) instanceof ObjectNode patched) {
                return patched;
            }
            throw Failures.badRequest("the patch makes something of the object that is no object; a list of operations"
                    + " has to be sent as Content-Type " + JSON + ", a part of the object as " + MERGE);
        } catch (PatchException e) {
            throw switch (e.kind()) {
                case MALFORMED -> Failures.badRequest(e.getMessage());
                case UNFIT -> Failures.unprocessable(e.getMessage());
                case TOO_LARGE -> Failures.tooLarge(e.getMessage());
            };
        }
    }
}
