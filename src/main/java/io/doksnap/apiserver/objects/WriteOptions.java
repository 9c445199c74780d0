package io.doksnap.apiserver.objects;

import java.util.function.Consumer;

/**
 * How a write is to be done.
 *
 * @param manager who writes, as managed fields will show
 * @param dryRun everything is checked and worked out, and nothing is kept
 * @param warnings told of what the client should know although the write succeeds
 */
public record WriteOptions(String manager, boolean dryRun, FieldValidation validation, Consumer<String> warnings) {
    /** What to do about fields that nobody knows. */
    public enum FieldValidation {
        STRICT,
        WARN,
        IGNORE
    }

    /** For what the server itself writes. */
    static WriteOptions own() {
        return new WriteOptions("doksnap-api", false, FieldValidation.IGNORE, warning -> {});
    }
}
