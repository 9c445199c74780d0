package io.doksnap.declare.offen;

import java.util.Map;
import java.util.Optional;

/**
 * One schedule: the variables of a container, or those and one file of conf.d.
 *
 * @param name of the file, without its ending; empty where there is only one
 * @param variables with secrets; never to be shown
 */
public record OffenSchedule(String name, Map<String, String> variables) {
    public OffenSchedule {
        variables = Map.copyOf(variables);
    }

    Optional<String> value(OffenVariable variable) {
        return Optional.ofNullable(variables.get(variable.name())).filter(value -> !value.isBlank());
    }

    String value(OffenVariable variable, String otherwise) {
        return value(variable).orElse(otherwise);
    }

    /** Whether it, or a file that holds it, is named. */
    boolean has(OffenVariable variable) {
        return value(variable).isPresent() || inFile(variable);
    }

    boolean inFile(OffenVariable variable) {
        return !variables.getOrDefault(variable.name() + OffenVariable.FILE, "").isBlank();
    }

    /** Equal for what has the same value, wherever that is: to compare, and never to show. */
    String fingerprint(OffenVariable variable) {
        return variables.getOrDefault(variable.name(), "") + "\n"
                + variables.getOrDefault(variable.name() + OffenVariable.FILE, "");
    }

    boolean flag(OffenVariable variable) {
        return value(variable).map(text -> text.matches("(?i)1|t|true")).orElse(false);
    }

    /** No secret belongs into a log. */
    @Override
    public String toString() {
        return "OffenSchedule[" + name + "]";
    }
}
