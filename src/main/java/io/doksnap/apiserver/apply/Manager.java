package io.doksnap.apiserver.apply;

/** Who manages fields, and how: the same name applying and updating is two managers. */
record Manager(String name, Operation operation, String apiVersion, String subresource) {
    /** How fields came to their manager. */
    enum Operation {
        APPLY("Apply"),
        UPDATE("Update");

        private final String text;

        Operation(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /** An applier stays the same when it moves to another version; one who updates does not. */
    Manager identity() {
        return operation == Operation.APPLY ? new Manager(name, operation, "", subresource) : this;
    }

    /** As a conflict names it. */
    String shown() {
        String shown = '"' + name + '"' + (subresource.isEmpty() ? "" : " with subresource \"" + subresource + '"');
        return operation == Operation.UPDATE ? shown + " using " + apiVersion : shown;
    }
}
