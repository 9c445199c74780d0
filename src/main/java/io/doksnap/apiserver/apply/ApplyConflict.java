package io.doksnap.apiserver.apply;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Somebody else manages fields that are to get other values: 409, with a cause for each of them. */
public final class ApplyConflict extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Conflict> conflicts;

    /**
     * One field.
     *
     * @param manager as messages name it: {@code "kubectl-edit" using doksnap.io/v1}
     * @param field such as {@code .spec.schedule.cron}
     */
    public record Conflict(String manager, String field) {
        /** The message of a cause in a {@code Status}; its reason is FieldManagerConflict. */
        public String message() {
            return "conflict with " + manager;
        }
    }

    ApplyConflict(List<Conflict> conflicts) {
        super(message(conflicts));
        this.conflicts = List.copyOf(conflicts);
    }

    /** Each field with who manages it. */
    public List<Conflict> conflicts() {
        return conflicts;
    }

    private static String message(List<Conflict> conflicts) {
        if (conflicts.size() == 1) {
            Conflict only = conflicts.get(0);
            return "Apply failed with 1 conflict: " + only.message() + ": " + only.field();
        }
        Map<String, List<String>> fields = new LinkedHashMap<>();
        conflicts.forEach(conflict -> fields.computeIfAbsent(conflict.manager(), any -> new ArrayList<>())
                .add("- " + conflict.field()));
        List<String> lines = new ArrayList<>();
        fields.forEach((manager, paths) -> lines.add("conflicts with " + manager + ":\n" + String.join("\n", paths)));
        return "Apply failed with " + conflicts.size() + " conflicts: " + String.join("\n", lines);
    }
}
