package io.doksnap.apiserver.schema;

/**
 * One thing that is wrong with an object, in the words that Kubernetes uses for it.
 *
 * @param path of the field, such as {@code spec.sources[0].name}; empty for the object itself
 * @param message without the path, such as {@code Required value}
 */
public record SchemaProblem(String path, Kind kind, String message) {
    /** What kind of wrong; a cause in a {@code Status} carries its name. */
    public enum Kind {
        REQUIRED("FieldValueRequired"),
        INVALID("FieldValueInvalid"),
        TYPE("FieldValueTypeInvalid"),
        NOT_SUPPORTED("FieldValueNotSupported"),
        TOO_LONG("FieldValueTooLong"),
        TOO_MANY("FieldValueTooMany"),
        DUPLICATE("FieldValueDuplicate");

        private final String reason;

        Kind(String reason) {
            this.reason = reason;
        }

        /** The {@code reason} of a cause in a {@code Status}. */
        public String reason() {
            return reason;
        }
    }

    /** Path and message, as they stand in the message of a {@code Status}. */
    public String text() {
        return path.isEmpty() ? message : path + ": " + message;
    }
}
