package io.doksnap.apiserver.objects;

import com.fasterxml.jackson.databind.JsonNode;
import io.doksnap.apiserver.failure.Failures;

/**
 * How an object is to be deleted.
 *
 * @param uid it must have; empty where any will do
 * @param version it must be at; likewise
 */
public record DeleteOptions(Propagation propagation, String uid, String version, boolean dryRun) {
    /** What becomes of the objects that it owns. */
    public enum Propagation {
        /** They go after it. */
        BACKGROUND,
        /** They go before it. */
        FOREGROUND,
        /** They stay. */
        ORPHAN
    }

    static final DeleteOptions PLAIN = new DeleteOptions(Propagation.BACKGROUND, "", "", false);

    /**
     * Reads a request's options.
     *
     * @param body the DeleteOptions that were sent; a missing node where there were none
     * @param policy of the request's parameters; empty where it names none
     */
    public static DeleteOptions of(JsonNode body, String policy, boolean dryRun) {
        String asked = body.path("propagationPolicy").asText(policy);
        boolean orphan = body.path("orphanDependents").asBoolean(false);
        Propagation propagation = switch (asked) {
            case "" -> orphan ? Propagation.ORPHAN : Propagation.BACKGROUND;
            case "Background" -> Propagation.BACKGROUND;
            case "Foreground" -> Propagation.FOREGROUND;
            case "Orphan" -> Propagation.ORPHAN;
            default ->
                throw Failures.badRequest("invalid propagationPolicy \"" + asked
                        + "\": supported values: Background, Foreground, Orphan");
        };
        JsonNode conditions = body.path("preconditions");
        boolean dry = dryRun;
        for (JsonNode one : body.path("dryRun")) {
            dry |= one.asText().equals("All");
        }
        return new DeleteOptions(
                propagation,
                conditions.path("uid").asText(""),
                conditions.path("resourceVersion").asText(""),
                dry);
    }
}
