package io.doksnap.apiserver.failure;

import io.doksnap.apiserver.failure.StatusException.Cause;
import io.doksnap.apiserver.failure.StatusException.Details;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every way in which a request fails, with the code, the reason and the words that clients know. */
public final class Failures {
    private Failures() {}

    /**
     * How a resource is called in messages.
     *
     * @param group empty for the core group
     */
    public record Subject(String group, String plural, String kind) {
        String resource() {
            return group.isEmpty() ? plural : plural + "." + group;
        }

        String qualifiedKind() {
            return group.isEmpty() ? kind : kind + "." + group;
        }

        Details details(String name) {
            return Details.of(group, plural, name);
        }
    }

    public static StatusException notFound(Subject subject, String name) {
        return new StatusException(
                404, "NotFound", subject.resource() + " \"" + name + "\" not found", subject.details(name));
    }

    /** Of a path that leads nowhere. */
    public static StatusException noSuchPath() {
        return new StatusException(404, "NotFound", "the server could not find the requested resource", Details.NONE);
    }

    public static StatusException alreadyExists(Subject subject, String name) {
        return new StatusException(
                409, "AlreadyExists", subject.resource() + " \"" + name + "\" already exists", subject.details(name));
    }

    /** Somebody was faster, or a precondition does not hold. */
    public static StatusException conflict(Subject subject, String name, String why) {
        return new StatusException(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + subject.resource() + " \"" + name + "\": " + why,
                subject.details(name));
    }

    public static StatusException modified(Subject subject, String name) {
        return conflict(
                subject,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    /** A server-side apply would take fields from others. */
    public static StatusException applyConflict(@Nullable String message, List<Cause> causes) {
        return new StatusException(409, "Conflict", message, Details.NONE.with(causes));
    }

    /** What was sent is not what the kind asks for; the message has all causes. */
    public static StatusException invalid(Subject subject, String name, List<Cause> causes) {
        List<String> texts = causes.stream()
                .map(cause -> cause.field().isEmpty() ? cause.message() : cause.field() + ": " + cause.message())
                .distinct()
                .toList();
        String all = texts.size() == 1 ? texts.get(0) : texts.stream().collect(Collectors.joining(", ", "[", "]"));
        return new StatusException(
                422,
                "Invalid",
                subject.qualifiedKind() + " \"" + name + "\" is invalid: " + all,
                Details.of(subject.group(), subject.kind(), name).with(causes));
    }

    public static StatusException forbidden(Subject subject, String name, String why) {
        String object = subject.resource() + (name.isEmpty() ? "" : " \"" + name + "\"");
        return new StatusException(403, "Forbidden", object + " is forbidden: " + why, subject.details(name));
    }

    /** New objects in a namespace that is being emptied. */
    public static StatusException namespaceTerminating(Subject subject, String name, String namespace) {
        String why = "unable to create new content in namespace " + namespace + " because it is being terminated";
        return new StatusException(
                403,
                "Forbidden",
                subject.resource() + " \"" + name + "\" is forbidden: " + why,
                subject.details(name)
                        .with(List.of(new Cause(
                                "NamespaceTerminating",
                                "namespace " + namespace + " is being terminated",
                                "metadata.namespace"))));
    }

    public static StatusException unauthorized() {
        return new StatusException(401, "Unauthorized", "Unauthorized", Details.NONE);
    }

    public static StatusException badRequest(@Nullable String message) {
        return new StatusException(400, "BadRequest", message, Details.NONE);
    }

    public static StatusException methodNotAllowed() {
        return new StatusException(
                405,
                "MethodNotAllowed",
                "the server does not allow this method on the requested resource",
                Details.NONE);
    }

    public static StatusException notAcceptable(String accepted) {
        return new StatusException(
                406, "NotAcceptable", "only the following media types are accepted: " + accepted, Details.NONE);
    }

    public static StatusException unsupportedMediaType(String accepted) {
        return new StatusException(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: " + accepted,
                Details.NONE);
    }

    /** What the client saw last is too long ago: it has to list again. */
    public static StatusException expired(@Nullable String message) {
        return new StatusException(410, "Expired", message, Details.NONE);
    }

    public static StatusException tooLarge(@Nullable String message) {
        return new StatusException(413, "RequestEntityTooLarge", message, Details.NONE);
    }

    /** The patch is fine but does not fit what is there. */
    public static StatusException unprocessable(@Nullable String message) {
        return new StatusException(422, "Invalid", message, Details.NONE);
    }

    public static StatusException tooManyRequests(String message, int retryAfterSeconds) {
        return new StatusException(
                429, "TooManyRequests", message, new Details("", "", "", "", List.of(), retryAfterSeconds));
    }

    /** A version that has not been reached yet. */
    public static StatusException versionTooLarge(long asked, long current) {
        return new StatusException(
                504,
                "Timeout",
                "Too large resource version: " + asked + ", current: " + current,
                new Details(
                        "",
                        "",
                        "",
                        "",
                        List.of(new Cause("ResourceVersionTooLarge", "Too large resource version", "")),
                        1));
    }

    /** It is not the client's fault. */
    public static StatusException internal(@Nullable String message) {
        return new StatusException(500, "InternalError", "Internal error occurred: " + message, Details.NONE);
    }
}
