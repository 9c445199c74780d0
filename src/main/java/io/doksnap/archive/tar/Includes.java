package io.doksnap.archive.tar;

import java.nio.file.Path;
import java.util.List;

/**
 * Which entries of an archive are taken out. The patterns are those of {@link Excludes}; a directory that one of them matches is taken with
 * everything below it.
 */
public final class Includes {
    /** Takes everything. */
    public static final Includes ALL = new Includes(List.of());

    private final List<String> patterns;
    private final Excludes globs;

    private Includes(List<String> patterns) {
        this.patterns = List.copyOf(patterns);
        this.globs = Excludes.of(patterns);
    }

    /**
     * Takes what any of the globs matches; everything where there are none.
     *
     * @throws java.util.regex.PatternSyntaxException when one of them is no glob
     */
    public static Includes of(List<String> patterns) {
        return patterns.isEmpty() ? ALL : new Includes(patterns);
    }

    /** Whether nothing is left out. */
    public boolean isAll() {
        return patterns.isEmpty();
    }

    /** The globs. */
    public List<String> patterns() {
        return patterns;
    }

    /** Whether an entry of that name is taken; a name that would land outside of a target never is. */
    public boolean take(RawName name) {
        try {
            return take(EntryPath.of(name));
        } catch (TarException e) {
            return false;
        }
    }

    /** Whether one of the globs matches this path itself, and not only a directory above it. */
    public boolean matches(Path root, Path path) {
        return globs.matches(root, path);
    }

    boolean take(EntryPath path) {
        return isAll() || globs.matchesOnTheWay(path);
    }
}
