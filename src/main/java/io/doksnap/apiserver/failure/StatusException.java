package io.doksnap.apiserver.failure;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request is not carried out, and the client is told why with a {@code Status} object. */
public final class StatusException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * One of several things that are wrong.
     *
     * @param reason such as {@code FieldValueInvalid}
     * @param field its path; empty where it is about none
     */
    public record Cause(String reason, String message, String field) {}

    /**
     * What the request was about.
     *
     * @param kind plural of the resource, or the kind where an object was not valid
     */
    public record Details(
            String group, String kind, String name, String uid, List<Cause> causes, int retryAfterSeconds) {
        static final Details NONE = new Details("", "", "", "", List.of(), 0);

        public Details {
            causes = List.copyOf(causes);
        }

        /** With just the object's names. */
        static Details of(String group, String kind, String name) {
            return new Details(group, kind, name, "", List.of(), 0);
        }

        Details with(List<Cause> more) {
            return new Details(group, kind, name, uid, more, retryAfterSeconds);
        }
    }

    private final int code;
    private final String reason;
    private final transient Details details;

    StatusException(int code, String reason, @Nullable String message, Details details) {
        super(message);
        this.code = code;
        this.reason = reason;
        this.details = details;
    }

    /** The HTTP status. */
    public int code() {
        return code;
    }

    public String reason() {
        return reason;
    }

    /** How long the client should wait before it tries again; 0 where that would not help. */
    public int retryAfterSeconds() {
        return details.retryAfterSeconds();
    }

    /** The object that the client gets. */
    public ObjectNode status() {
        ObjectNode status = Json.object();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure").put("message", getMessage()).put("reason", reason);
        if (!details.equals(Details.NONE)) {
            putDetails(status.putObject("details"));
        }
        return status.put("code", code);
    }

    private void putDetails(ObjectNode into) {
        putUnlessEmpty(into, "name", details.name());
        putUnlessEmpty(into, "group", details.group());
        putUnlessEmpty(into, "kind", details.kind());
        putUnlessEmpty(into, "uid", details.uid());
        if (!details.causes().isEmpty()) {
            ArrayNode causes = into.putArray("causes");
            for (Cause cause : details.causes()) {
                ObjectNode one =
                        causes.addObject().put("reason", cause.reason()).put("message", cause.message());
                putUnlessEmpty(one, "field", cause.field());
            }
        }
        if (details.retryAfterSeconds() > 0) {
            into.put("retryAfterSeconds", details.retryAfterSeconds());
        }
    }

    private static void putUnlessEmpty(ObjectNode into, String field, String value) {
        if (!value.isEmpty()) {
            into.put(field, value);
        }
    }
}
