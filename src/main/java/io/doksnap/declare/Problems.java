package io.doksnap.declare;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects what is wrong while reading goes on, so that everything is told at once. Used by one thread. */
final class Problems {
    private final List<ConfigProblem> errors = new ArrayList<>();
    private final List<ConfigProblem> warnings = new ArrayList<>();
    private final Set<String> paths = new HashSet<>();

    void add(Place place, String message) {
        errors.add(new ConfigProblem(place, message));
        paths.add(place.path());
    }

    /** For conclusions from a value that may itself have been refused already: one message about a place is enough. */
    void addUnlessSaid(Place place, String message) {
        if (!saidOf(place)) {
            add(place, message);
        }
    }

    /** Whether something is wrong at this very place. */
    boolean saidOf(Place place) {
        return paths.contains(place.path());
    }

    void warn(Place place, String message) {
        warnings.add(new ConfigProblem(place, message));
    }

    boolean isEmpty() {
        return errors.isEmpty();
    }

    List<ConfigProblem> errors() {
        return errors.stream().distinct().sorted(ConfigProblem.BY_LINE).toList();
    }

    List<ConfigProblem> warnings() {
        return warnings.stream().distinct().sorted(ConfigProblem.BY_LINE).toList();
    }
}
