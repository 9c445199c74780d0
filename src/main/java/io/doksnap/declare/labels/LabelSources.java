package io.doksnap.declare.labels;

import io.doksnap.api.BackupPolicySpec.DumpSpec;
import io.doksnap.api.BackupPolicySpec.SourceSpec;
import io.doksnap.policy.Nearest;
import io.doksnap.policy.Source;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads what to back up: the dump, then the volumes, then the directories. Without {@code volumes} it is every named volume of
 * the target; with a dump it is none of them.
 */
final class LabelSources {
    private static final int LONGEST_NAME = 63;
    private static final Pattern NOT_IN_NAMES = Pattern.compile("[^A-Za-z0-9_.-]+");

    private final LabelValues labels;
    private final List<SourceSpec> sources = new ArrayList<>();
    private final Set<String> names = new TreeSet<>();

    LabelSources(LabelValues labels) {
        this.labels = labels;
    }

    /** The sources; empty: every named volume of the target. */
    List<SourceSpec> read() {
        dump();
        volumes();
        return List.copyOf(sources);
    }

    private void dump() {
        boolean command = labels.has(LabelKey.DUMP_COMMAND);
        Optional<String> kind =
                labels.text(LabelKey.DUMP).or(() -> command ? Optional.of("command") : Optional.empty());
        if (kind.isEmpty()) {
            if (labels.has(LabelKey.DUMP_USER)) {
                labels.wrong(
                        LabelKey.DUMP_USER.key(),
                        "has no dump to belong to; say in another label what to dump, such as doksnap.dump=postgres");
            }
            return;
        }
        String field = next((command && !labels.has(LabelKey.DUMP) ? LabelKey.DUMP_COMMAND : LabelKey.DUMP).key());
        labels.text(LabelKey.DUMP.key(), field + ".dump.kind");
        DumpSpec dump = new DumpSpec(
                kind.get(),
                labels.command(LabelKey.DUMP_COMMAND.key(), field + ".dump.command"),
                labels.text(LabelKey.DUMP_USER.key(), field + ".dump.user").orElse(null));
        sources.add(new SourceSpec(name(kind.get()), null, null, dump, List.of()));
    }

    private void volumes() {
        String key = LabelKey.VOLUMES.key();
        Set<String> written = new LinkedHashSet<>(labels.list(key));
        boolean every = written.removeAll(Set.of(Source.EVERY_VOLUME, "all"))
                || (!labels.has(LabelKey.VOLUMES) && sources.isEmpty());
        List<String> excluded = named("volume");
        boolean exceptions = excluded.removeAll(List.of(Source.EVERY_VOLUME, "all"));
        written.forEach(volume -> add("volume", key, volume, excluded));
        for (String name : List.copyOf(excluded)) {
            if (every) {
                add("volume", excludeKey("volume", name), name, excluded);
            }
        }
        complain("volume", excluded, LabelKey.VOLUMES);
        directories();
        if (every && (exceptions || !sources.isEmpty())) {
            List<String> exclude = new ArrayList<>(labels.list(excludeKey("volume", Source.EVERY_VOLUME)));
            exclude.addAll(labels.list(excludeKey("volume", "all")));
            String field = next(key);
            labels.place(field + ".exclude", excludeKey("volume", Source.EVERY_VOLUME));
            sources.add(new SourceSpec(name("volumes"), Source.EVERY_VOLUME, null, null, exclude));
        } else if (exceptions && !every) {
            labels.wrong(
                    excludeKey("volume", Source.EVERY_VOLUME),
                    "is for every volume, and doksnap.volumes lists only some; name them there");
        }
    }

    private void directories() {
        List<String> excluded = named("directory");
        labels.list(LabelKey.DIRECTORIES.key())
                .forEach(path -> add("directory", LabelKey.DIRECTORIES.key(), path, excluded));
        complain("directory", excluded, LabelKey.DIRECTORIES);
    }

    /**
     * Adds one source.
     *
     * @param excluded for which sources of that kind there are labels that say what to leave out; this one's is taken out
     */
    private void add(String kind, String key, String written, List<String> excluded) {
        String field = next(key);
        String name = name(written);
        List<String> exclude = List.of();
        for (String alias : new LinkedHashSet<>(List.of(name, written, lastSegment(written)))) {
            if (excluded.remove(alias)) {
                labels.place(field + ".exclude", excludeKey(kind, alias));
                exclude = labels.list(excludeKey(kind, alias));
            }
        }
        sources.add(
                kind.equals("volume")
                        ? new SourceSpec(name, trimmed(written), null, null, exclude)
                        : new SourceSpec(name, null, trimmed(written), null, exclude));
    }

    private void complain(String kind, List<String> excluded, LabelKey list) {
        List<String> known = sources.stream()
                .filter(source -> kind.equals("volume") ? source.volume() != null : source.directory() != null)
                .map(source -> String.valueOf(source.name()))
                .toList();
        for (String name : excluded) {
            labels.wrong(
                    excludeKey(kind, name),
                    "no " + kind + " of this policy is called '" + name + "'; "
                            + (known.isEmpty() ? "list it in doksnap." + list.key() : Nearest.remedy(name, known)));
        }
    }

    /** The names of sources of that kind for which something is said. */
    private List<String> named(String kind) {
        Function<String, String> name = key -> key.substring(kind.length() + 1, key.length() - ".exclude".length());
        return new ArrayList<>(labels.keys().stream()
                .filter(key -> key.startsWith(kind + ".") && key.endsWith(".exclude"))
                .map(name)
                .toList());
    }

    private static String excludeKey(String kind, String name) {
        return kind + "." + name + ".exclude";
    }

    private String next(String key) {
        String field = "spec.sources[" + sources.size() + "]";
        labels.place(field, key);
        return field;
    }

    /** A source is called as what it reads; by more of its path, or with a number, where another is called so already. */
    private String name(String written) {
        String last = lastSegment(written);
        String name = names.contains(last) ? safe(trimmed(written).replaceFirst("^/+", "")) : last;
        for (int i = 2; names.contains(name); i++) {
            String end = "-" + i;
            name = last.substring(0, Math.min(last.length(), LONGEST_NAME - end.length())) + end;
        }
        names.add(name);
        return name;
    }

    private static String lastSegment(String written) {
        String path = trimmed(written);
        return safe(path.substring(path.lastIndexOf('/') + 1));
    }

    private static String safe(String text) {
        String name = NOT_IN_NAMES.matcher(text).replaceAll("-").replaceFirst("^\\.+", "");
        String cut = name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
        return cut.isEmpty() ? "source" : cut;
    }

    private static String trimmed(String path) {
        return path.replaceAll("(?<=.)/+$", "");
    }
}
