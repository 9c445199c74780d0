package io.doksnap.policy;

import io.doksnap.api.BackupPolicySpec.SourceSpec;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads what a policy backs up. */
final class SourceReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,62}");

    /** What the Docker Engine accepts as the name of a volume. */
    private static final Pattern VOLUME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,254}");

    private final AllowedPaths allowedPaths;
    private final List<Problem> problems;

    SourceReader(AllowedPaths allowedPaths, List<Problem> problems) {
        this.allowedPaths = allowedPaths;
        this.problems = problems;
    }

    List<Source> read(List<SourceSpec> specs) {
        if (specs.isEmpty()) {
            problems.add(new Problem("spec.sources", "names nothing to back up; add a volume or a directory"));
        }
        List<Source> sources = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < specs.size(); i++) {
            SourceSpec spec = specs.get(i);
            String path = "spec.sources[" + i + "]";
            if (!NAME.matcher(spec.name()).matches()) {
                problems.add(new Problem(
                        path + ".name",
                        "'" + spec.name() + "' is no valid name; use letters, digits, '_', '.' and '-', at most 63"));
            } else if (!names.add(spec.name())) {
                problems.add(new Problem(path + ".name", "'" + spec.name() + "' is named twice; rename one of them"));
            }
            checkExcludes(path + ".exclude", spec.exclude());
            source(path, spec).ifPresent(sources::add);
        }
        return sources;
    }

    private Optional<Source> source(String path, SourceSpec spec) {
        String volume = spec.volume();
        String directory = spec.directory();
        if ((volume == null) == (directory == null)) {
            String count = volume == null ? "names neither a volume nor a directory" : "names a volume and a directory";
            problems.add(new Problem(path, count + "; name exactly one of them"));
            return Optional.empty();
        }
        if (directory != null) {
            return directory(path + ".directory", directory)
                    .map(found -> new Source.Directory(spec.name(), found, spec.exclude()));
        }
        String name = String.valueOf(volume);
        if (!VOLUME.matcher(name).matches()) {
            problems.add(new Problem(
                    path + ".volume", "'" + name + "' is no name of a volume; use one that 'docker volume ls' shows"));
        }
        return Optional.of(new Source.Volume(spec.name(), name, spec.exclude()));
    }

    private Optional<Path> directory(String path, String text) {
        try {
            Path directory = Path.of(text);
            Optional<String> refusal = allowedPaths.check(directory);
            refusal.ifPresent(why -> problems.add(new Problem(path, why)));
            return refusal.isPresent() ? Optional.empty() : Optional.of(directory);
        } catch (InvalidPathException impossible) {
            problems.add(new Problem(path, "is no path: " + impossible.getReason()));
            return Optional.empty();
        }
    }

    private void checkExcludes(String path, List<String> globs) {
        for (int i = 0; i < globs.size(); i++) {
            String glob = globs.get(i);
            String place = path + "[" + i + "]";
            if (glob.isBlank()) {
                problems.add(new Problem(place, "is empty; write a glob such as 'cache/**', or remove it"));
            } else if (glob.startsWith("/")) {
                problems.add(new Problem(
                        place,
                        "'" + glob + "' starts with '/'; a glob counts from the source's own root, so leave it out"));
            } else if (glob.chars().anyMatch(c -> c == 0)) {
                problems.add(new Problem(place, "holds a NUL character, which no path can; remove it"));
            } else if (!isGlob(glob)) {
                problems.add(new Problem(
                        place,
                        "'" + glob
                                + "' is no glob: a '{' or '[' in it is not closed; write \\{ or \\[ to mean itself"));
            }
        }
    }

    private static boolean isGlob(String text) {
        try {
            FileSystems.getDefault().getPathMatcher("glob:" + text);
            return true;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }
}
