package io.doksnap.policy;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a process steps back from the disks, in the terms of Linux ({@code ioprio_set(2)}).
 *
 * @param idle whether it only gets the disk while nobody else wants it
 * @param level within best effort, 0 (first) to 7 (last); 0 for idle
 */
public record IoPriority(boolean idle, int level) {
    private static final Pattern BEST_EFFORT = Pattern.compile("best-effort(?::([0-7]))?");
    private static final int LAST = 7;

    /** Reads {@code idle}, {@code best-effort}, which is the last level of it, or {@code best-effort:4}. */
    public static Optional<IoPriority> parse(String text) {
        if (text.equals("idle")) {
            return Optional.of(new IoPriority(true, 0));
        }
        Matcher matcher = BEST_EFFORT.matcher(text);
        return matcher.matches()
                ? Optional.of(
                        new IoPriority(false, matcher.group(1) == null ? LAST : Integer.parseInt(matcher.group(1))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return idle ? "idle" : "best-effort:" + level;
    }
}
