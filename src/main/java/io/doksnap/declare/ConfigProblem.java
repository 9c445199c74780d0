package io.doksnap.declare;

import java.util.Comparator;

/**
 * One thing that is wrong, or worth a look, in what was declared. Never holds a secret.
 *
 * @param place where
 * @param message what, and what to do about it, in one sentence
 */
public record ConfigProblem(Place place, String message) {

    /** From the top of the file to its end; what concerns the file as a whole, or the environment, comes first. */
    static final Comparator<ConfigProblem> BY_LINE = Comparator.comparingInt(
                    (ConfigProblem problem) -> problem.place().line())
            .thenComparingInt(problem -> problem.place().column());

    /** The line, counted from 1; 0 where there is none. */
    public int line() {
        return place.line();
    }

    /** The setting, such as {@code apps[0].schedule}, or the environment variable. */
    public String path() {
        return place.path();
    }

    /** One line for a person: {@code config.yaml:17: apps[0].schedule: ...}. */
    @Override
    public String toString() {
        return place + ": " + message;
    }
}
