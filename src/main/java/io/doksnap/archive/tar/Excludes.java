package io.doksnap.archive.tar;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;

/**
 * Which paths of a tree are left out.
 *
 * <p>A pattern with a slash, such as {@code cache/**}, is held against the whole path from the tree's root; one without, such as
 * {@code *.log}, against the last name at any depth. A directory that is left out is left out with all below it.
 */
public final class Excludes {
    /** Leaves nothing out. */
    public static final Excludes NONE = new Excludes(List.of());

    private final List<PathMatcher> whole;
    private final List<PathMatcher> last;

    private Excludes(List<String> patterns) {
        whole = patterns.stream()
                .filter(p -> p.contains("/"))
                .map(Excludes::matcher)
                .toList();
        last = patterns.stream()
                .filter(p -> !p.contains("/"))
                .map(Excludes::matcher)
                .toList();
    }

    /** Leaves out what any of the globs matches; their syntax is that of {@link java.nio.file.FileSystem#getPathMatcher}. */
    public static Excludes of(List<String> patterns) {
        return patterns.isEmpty() ? NONE : new Excludes(patterns);
    }

    boolean matches(Path root, Path path) {
        if (whole.isEmpty() && last.isEmpty()) {
            return false;
        }
        Path name = path.getFileName();
        if (name != null && last.stream().anyMatch(matcher -> matcher.matches(name))) {
            return true;
        }
        return !whole.isEmpty() && whole.stream().anyMatch(matcher -> matcher.matches(root.relativize(path)));
    }

    private static PathMatcher matcher(String pattern) {
        String relative = pattern.startsWith("/") ? pattern.substring(1) : pattern;
        return FileSystems.getDefault().getPathMatcher("glob:" + relative);
    }
}
