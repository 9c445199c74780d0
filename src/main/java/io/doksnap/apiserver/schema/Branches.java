package io.doksnap.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keywords that compose schemas: anyOf, oneOf and not. */
final class Branches {
    private Branches() {}

    /** Where none fits, also says what the nearest of them misses. */
    static void anyOf(List<SchemaNode> branches, JsonNode value, String path, Problems problems) {
        Problems nearest = nearest(branches, value, path);
        if (nearest != null) {
            problems.composed(path, "must validate at least one schema (anyOf)");
            problems.addAll(nearest);
        }
    }

    static void oneOf(List<SchemaNode> branches, JsonNode value, String path, Problems problems) {
        long fitting =
                branches.stream().filter(branch -> fits(branch, value, path)).count();
        if (fitting > 1) {
            problems.composed(
                    path, "must validate one and only one schema (oneOf). Found " + fitting + " valid alternatives");
        }
        Problems nearest = fitting == 0 ? nearest(branches, value, path) : null;
        if (nearest != null) {
            problems.composed(path, "must validate one and only one schema (oneOf). Found none valid");
            problems.addAll(nearest);
        }
    }

    static void not(SchemaNode branch, JsonNode value, String path, Problems problems) {
        if (fits(branch, value, path)) {
            problems.composed(path, "must not validate the schema (not)");
        }
    }

    private static boolean fits(SchemaNode branch, JsonNode value, String path) {
        return problems(branch, value, path).isEmpty();
    }

    /** What the branch with the fewest problems complains of; null where one has none. */
    private static @Nullable Problems nearest(List<SchemaNode> branches, JsonNode value, String path) {
        Problems nearest = null;
        for (SchemaNode branch : branches) {
            Problems found = problems(branch, value, path);
            if (found.isEmpty()) {
                return null;
            }
            if (nearest == null || found.list().size() < nearest.list().size()) {
                nearest = found;
            }
        }
        return nearest;
    }

    private static Problems problems(SchemaNode branch, JsonNode value, String path) {
        Problems problems = new Problems();
        Validation.check(branch, value, path, problems);
        return problems;
    }
}
