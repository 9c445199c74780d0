package io.doksnap.policy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in a declaration, with the list that takes what is wrong there. Reads the values that are alike everywhere; an
 * absent one, or a wrong one after it was told, is empty.
 *
 * @param path such as {@code spec.schedule}
 * @param problems shared by all fields of one declaration
 */
record Field(String path, List<Problem> problems) {
    static final Pattern NO_TIME = Pattern.compile("0[smhd]?");

    Field at(String name) {
        return new Field(path + "." + name, problems);
    }

    Field at(int index) {
        return new Field(path + "[" + index + "]", problems);
    }

    void wrong(String message) {
        problems.add(new Problem(path, message));
    }

    /** Text that says something: empty text is as good as none. */
    static Optional<String> text(@Nullable String text) {
        return text == null || text.isBlank() ? Optional.empty() : Optional.of(text);
    }

    /** A length of time from a second to a year. */
    Optional<Duration> span(@Nullable String text) {
        Optional<Duration> span = text(text).flatMap(TimeSpan::parse);
        if (span.isEmpty() && text(text).isPresent()) {
            wrong("'" + text + "' is no length of time; write one such as 90s, 5m, 12h or 1h30m, at most 366d");
        }
        return span;
    }

    /** A length of time that may be none at all. */
    Optional<Duration> spanOrZero(@Nullable String text) {
        return text != null && NO_TIME.matcher(text).matches() ? Optional.of(Duration.ZERO) : span(text);
    }

    <T> Optional<T> choice(@Nullable String text, Map<String, T> choices) {
        if (text(text).isEmpty()) {
            return Optional.empty();
        }
        T choice = choices.get(text);
        if (choice == null) {
            List<String> known = choices.keySet().stream().sorted().toList();
            wrong("'" + text + "' is unknown; " + Nearest.remedy(String.valueOf(text), known));
        }
        return Optional.ofNullable(choice);
    }
}
