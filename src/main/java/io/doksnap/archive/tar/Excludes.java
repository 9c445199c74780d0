package io.doksnap.archive.tar;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;

/**
 * Which paths of a tree are left out.
 *
 * <p>A pattern with a slash in it, such as {@code cache/**} or {@code /logs}, is held against the whole path from the tree's root; one
 * without, such as {@code *.log}, against the last name at any depth. A slash at the end changes nothing. {@code **}{@code /} also
 * stands for no directory at all: {@code **}{@code /node_modules} is one at the root, too. A directory that is left out is left out with
 * all below it.
 */
public final class Excludes {
    /** Leaves nothing out. */
    public static final Excludes NONE = new Excludes(List.of());

    private static final Path ROOT = Path.of("/");
    private static final String ANY_DEPTH = "**/";

    /** A pattern may come from a stranger's label: each of these doubles the work. */
    private static final int MOST_EXPANDED = 4;

    private final List<PathMatcher> whole = new ArrayList<>();
    private final List<PathMatcher> last = new ArrayList<>();

    private Excludes(List<String> patterns) {
        for (String pattern : patterns) {
            String trimmed = pattern.endsWith("/") ? pattern.substring(0, pattern.length() - 1) : pattern;
            if (trimmed.contains("/")) {
                String relative = trimmed.startsWith("/") ? trimmed.substring(1) : trimmed;
                variants(relative, 0, MOST_EXPANDED).forEach(glob -> whole.add(matcher(glob)));
            } else {
                last.add(matcher(trimmed));
            }
        }
    }

    /**
     * Leaves out what any of the globs matches; their syntax is that of {@link java.nio.file.FileSystem#getPathMatcher}.
     *
     * @throws java.util.regex.PatternSyntaxException when one of them is no glob
     */
    public static Excludes of(List<String> patterns) {
        return patterns.isEmpty() ? NONE : new Excludes(patterns);
    }

    boolean matches(Path root, Path path) {
        if (whole.isEmpty() && last.isEmpty()) {
            return false;
        }
        return anyMatches(last, path.getFileName()) || (!whole.isEmpty() && anyMatches(whole, root.relativize(path)));
    }

    /** Whether a path, or a directory on the way to it, is matched. */
    boolean matchesOnTheWay(EntryPath path) {
        Path way = ROOT;
        for (int i = 0; i < path.length(); i++) {
            way = RawPaths.resolve(way, path.segment(i));
            if (matches(ROOT, way)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a path, relative to the root of a tree, is left out with all that is below it. */
    public boolean leavesOut(Path relative) {
        Path way = ROOT;
        for (Path name : relative) {
            way = way.resolve(name);
            if (matches(ROOT, way)) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyMatches(List<PathMatcher> matchers, Path path) {
        for (PathMatcher matcher : matchers) {
            if (matcher.matches(path)) {
                return true;
            }
        }
        return false;
    }

    /** The pattern, and again without each {@code **}{@code /} in it, as Java's own always asks for at least one directory there. */
    private static List<String> variants(String glob, int from, int most) {
        int at = glob.indexOf(ANY_DEPTH, from);
        while (at > 0 && glob.charAt(at - 1) != '/') {
            at = glob.indexOf(ANY_DEPTH, at + 1);
        }
        if (at < 0 || most == 0) {
            return List.of(glob);
        }
        int after = at + ANY_DEPTH.length();
        List<String> all = new ArrayList<>(variants(glob, after, most - 1));
        all.addAll(variants(glob.substring(0, at) + glob.substring(after), at, most - 1));
        return all;
    }

    private static PathMatcher matcher(String glob) {
        return FileSystems.getDefault().getPathMatcher("glob:" + glob);
    }
}
