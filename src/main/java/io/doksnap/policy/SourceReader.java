package io.doksnap.policy;

import io.doksnap.api.BackupPolicySpec.DumpSpec;
import io.doksnap.api.BackupPolicySpec.SourceSpec;
import io.doksnap.policy.Source.DumpKind;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/** Reads what a policy backs up. */
final class SourceReader {
    static final Map<String, DumpKind> DUMP_KINDS = Arrays.stream(DumpKind.values())
            .collect(Collectors.toMap(kind -> kind.name().toLowerCase(Locale.ROOT), Function.identity()));

    private final Field list;
    private final AllowedPaths allowedPaths;
    private final boolean hasTarget;

    /** Whether a source was read that is every volume. */
    private boolean everyVolume;

    SourceReader(Field list, AllowedPaths allowedPaths, boolean hasTarget) {
        this.list = list;
        this.allowedPaths = allowedPaths;
        this.hasTarget = hasTarget;
    }

    List<Source> read(List<SourceSpec> specs) {
        if (specs.isEmpty() && !hasTarget) {
            list.wrong("names nothing to back up; add a volume or a directory, or a target to take all volumes of");
        }
        List<Source> sources = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < specs.size(); i++) {
            SourceSpec spec = specs.get(i);
            Field field = list.at(i);
            String name = name(field.at("name"), spec, names);
            checkExcludes(field.at("exclude"), spec.exclude());
            source(field, name, spec).ifPresent(sources::add);
        }
        return sources;
    }

    private static String name(Field field, SourceSpec spec, Set<String> names) {
        String name = spec.name() == null ? "" : spec.name();
        if (!Names.SOURCE.matcher(name).matches()) {
            field.wrong("'" + name + "' is no valid name; use letters, digits, '_', '.' and '-', at most 63");
        } else if (!names.add(name)) {
            field.wrong("'" + name + "' is named twice; rename one of them");
        }
        return name;
    }

    private Optional<Source> source(Field field, String name, SourceSpec spec) {
        Optional<String> volume = Field.text(spec.volume());
        Optional<String> directory = Field.text(spec.directory());
        DumpSpec dump = spec.dump();
        List<String> kinds = new ArrayList<>();
        volume.ifPresent(unused -> kinds.add("a volume"));
        directory.ifPresent(unused -> kinds.add("a directory"));
        if (dump != null) {
            kinds.add("a dump");
        }
        if (kinds.size() != 1) {
            field.wrong(
                    (kinds.isEmpty() ? "names no volume, directory or dump" : "names " + String.join(" and ", kinds))
                            + "; name exactly one of them");
            return Optional.empty();
        }
        if (directory.isPresent()) {
            return directory(field.at("directory"), directory.get())
                    .map(found -> new Source.Directory(name, found, spec.exclude()));
        }
        if (dump != null) {
            if (!spec.exclude().isEmpty()) {
                field.at("exclude").wrong("means nothing to a dump; remove it");
            }
            return dump(field.at("dump"), name, dump);
        }
        return volume(field.at("volume"), volume.orElse(""), name, spec.exclude());
    }

    private Optional<Source> volume(Field field, String volume, String name, List<String> exclude) {
        if (volume.equals(Source.EVERY_VOLUME)) {
            return every(field, name, exclude);
        }
        if (volume.startsWith("/")) {
            return mount(field, volume).map(path -> new Source.Mount(name, path, exclude));
        }
        if (!Names.DOCKER.matcher(volume).matches()) {
            field.wrong("'" + volume + "' is no name of a volume; use one that 'docker volume ls' shows");
            return Optional.empty();
        }
        return Optional.of(new Source.Volume(name, volume, exclude));
    }

    private Optional<Source> every(Field field, String name, List<String> exclude) {
        if (!hasTarget) {
            field.wrong("'*' is every volume of the target, and the policy has none; name the volume, or the target");
        } else if (everyVolume) {
            field.wrong("'*' is every volume that is not named, and stands here twice; remove one of them");
        }
        everyVolume = true;
        return Optional.of(new Source.OtherVolumes(name, exclude));
    }

    private Optional<String> mount(Field field, String written) {
        String path = written.replaceAll("(?<=.)/+$", "");
        if (!hasTarget) {
            field.wrong("'" + written + "' is a path in a container, and the policy has no target;"
                    + " name the volume, or the target that mounts it");
        } else if (path.length() == 1
                || Arrays.stream(path.substring(1).split("/", -1)).anyMatch(SourceReader::isOdd)) {
            field.wrong(
                    "'" + written + "' is no path of a mount; write it as 'docker inspect' shows it, such as /data");
        } else {
            return Optional.of(path);
        }
        return Optional.empty();
    }

    private static boolean isOdd(String segment) {
        return segment.isEmpty()
                || segment.equals(".")
                || segment.equals("..")
                || segment.chars().anyMatch(Character::isISOControl);
    }

    private Optional<Source> dump(Field field, String name, DumpSpec spec) {
        if (!hasTarget) {
            field.wrong("has no container to run in; name the policy's target");
        }
        if (Field.text(spec.kind()).isEmpty()) {
            field.at("kind")
                    .wrong("is missing; "
                            + Nearest.remedy(
                                    "", DUMP_KINDS.keySet().stream().sorted().toList()));
        }
        Optional<DumpKind> kind = field.at("kind").choice(spec.kind(), DUMP_KINDS);
        if (kind.isPresent() && kind.get() == DumpKind.COMMAND) {
            HooksReader.command(field.at("command"), spec.command(), "[sqlite3, /data/shop.db, .dump]");
        } else if (kind.isPresent() && !spec.command().isEmpty()) {
            field.at("command").wrong("is for kind command alone; set kind: command, or remove it");
        }
        return kind.map(found -> new Source.Dump(name, found, spec.command(), Field.text(spec.user())));
    }

    private Optional<Path> directory(Field field, String text) {
        try {
            Path directory = Path.of(text);
            Optional<String> refusal = allowedPaths.check(directory);
            refusal.ifPresent(field::wrong);
            return refusal.isPresent() ? Optional.empty() : Optional.of(directory);
        } catch (InvalidPathException impossible) {
            field.wrong("is no path: " + impossible.getReason());
            return Optional.empty();
        }
    }

    private static void checkExcludes(Field list, List<String> globs) {
        for (int i = 0; i < globs.size(); i++) {
            String glob = globs.get(i);
            Field field = list.at(i);
            if (glob.isBlank()) {
                field.wrong("is empty; write a glob such as 'cache/**', or remove it");
            } else if (glob.startsWith("/")) {
                field.wrong(
                        "'" + glob + "' starts with '/'; a glob counts from the source's own root, so leave it out");
            } else if (glob.chars().anyMatch(c -> c == 0)) {
                field.wrong("holds a NUL character, which no path can; remove it");
            } else if (!isGlob(glob)) {
                field.wrong(
                        "'" + glob + "' is no glob: a '{' or '[' in it is not closed; write \\{ or \\[ to mean itself");
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
