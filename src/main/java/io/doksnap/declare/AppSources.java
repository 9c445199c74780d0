package io.doksnap.declare;

import io.doksnap.api.BackupPolicySpec.DumpSpec;
import io.doksnap.api.BackupPolicySpec.SourceSpec;
import io.doksnap.declare.Section.Text;
import io.doksnap.policy.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what an app backs up: {@code type} and {@code source}, as the original has them, or a list of {@code sources}. */
final class AppSources {
    /** A volume by its path, with its data directory or without: so the original wrote it. */
    private static final Pattern VOLUME_PATH = Pattern.compile("/var/lib/docker/volumes/([^/]+)(?:/_data)?/*");

    private static final List<String> TYPES = List.of("volume", "directory");

    private final Section app;
    private final Problems problems;
    private final FieldPlaces places;

    AppSources(Section app, Problems problems, FieldPlaces places) {
        this.app = app;
        this.problems = problems;
        this.places = places;
    }

    /**
     * What the app says.
     *
     * @param name the app's, which is also its only source's
     * @param hasTarget whether saying nothing means every volume of the target
     */
    List<SourceSpec> read(String name, boolean hasTarget) {
        List<Section> several = app.sections("sources");
        List<String> exclude = texts(app, "exclude", "spec.sources[0].exclude");
        boolean single = app.has("type") || app.has("source");
        if (app.has("sources")) {
            if (single || app.has("exclude")) {
                String other = app.has("type") ? "type" : app.has("source") ? "source" : "exclude";
                problems.add(app.place(other), "belongs to an app with one source; move it into the list of sources");
            }
            List<SourceSpec> sources = new ArrayList<>();
            several.forEach(section -> sources.add(entry(section, sources.size())));
            return sources;
        }
        if (!single && hasTarget) {
            if (!exclude.isEmpty()) {
                problems.add(app.place("exclude"), "has no source to belong to; list the sources");
            }
            // Known all the same, for whoever misspelled one of them.
            app.text("type");
            app.text("source");
            return List.of();
        }
        return source(name, exclude, hasTarget).map(List::of).orElse(List.of());
    }

    private Optional<SourceSpec> source(String name, List<String> exclude, boolean hasTarget) {
        Optional<String> type = app.requiredText("type", "say volume or directory");
        Optional<String> source = app.requiredText("source", "name a volume, or the path of a directory");
        places.put("spec.sources[0].name", app.place("name"));
        places.put("spec.sources[0].volume", app.place("source"));
        places.put("spec.sources[0].directory", app.place("source"));
        if (type.isPresent() && !TYPES.contains(type.get())) {
            problems.add(app.place("type"), "'" + type.get() + "' is unknown; " + Nearest.remedy(type.get(), TYPES));
            return Optional.empty();
        }
        if (type.isEmpty() || source.isEmpty()) {
            return Optional.empty();
        }
        return type.get().equals("directory")
                ? Optional.of(new SourceSpec(name, null, trimmed(source.get()), null, exclude))
                : volume(source.get(), hasTarget).map(volume -> new SourceSpec(name, volume, null, null, exclude));
    }

    /** A volume by its name, or, with a target, by the path at which that mounts it. */
    private Optional<String> volume(String source, boolean hasTarget) {
        String volume = volumeName(source);
        if (!volume.contains("/") || (hasTarget && volume.startsWith("/"))) {
            return Optional.of(volume);
        }
        problems.add(
                app.place("source"),
                "'" + source + "' is no volume; give the name that 'docker volume ls' shows, or"
                        + " /var/lib/docker/volumes/NAME, or say type: directory");
        return Optional.empty();
    }

    private SourceSpec entry(Section entry, int index) {
        String field = "spec.sources[" + index + "]";
        places.put(field, entry.place());
        String volume = text(entry, "volume", field + ".volume");
        String directory = text(entry, "directory", field + ".directory");
        DumpSpec dump = entry.holds("dump") ? dump(entry, field + ".dump") : null;
        String name = text(entry, "name", field + ".name");
        List<String> exclude = texts(entry, "exclude", field + ".exclude");
        entry.reportUnknownKeys();
        return new SourceSpec(
                name == null ? usualName(volume, directory, dump) : name,
                volume == null ? null : volumeName(volume),
                directory == null ? null : trimmed(directory),
                dump,
                exclude);
    }

    private DumpSpec dump(Section entry, String field) {
        places.put(field, entry.place("dump"));
        if (!entry.holdsSettings("dump")) {
            return new DumpSpec(text(entry, "dump", field + ".kind"), List.of(), null);
        }
        Section dump = entry.section("dump");
        places.put(field + ".command", dump.place("command"));
        DumpSpec spec = new DumpSpec(
                text(dump, "kind", field + ".kind"),
                Words.of(dump, "command", problems),
                text(dump, "user", field + ".user"));
        dump.reportUnknownKeys();
        return spec;
    }

    /** A source is called as what it reads, where nobody called it otherwise. */
    private static @Nullable String usualName(
            @Nullable String volume, @Nullable String directory, @Nullable DumpSpec dump) {
        if (volume != null) {
            return lastSegment(volumeName(volume));
        }
        if (directory != null) {
            return lastSegment(trimmed(directory));
        }
        return dump == null ? null : dump.kind();
    }

    private static String lastSegment(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String volumeName(String text) {
        Matcher path = VOLUME_PATH.matcher(text);
        return path.matches() ? path.group(1) : text;
    }

    private static String trimmed(String path) {
        return path.replaceAll("(?<=.)/+$", "");
    }

    private @Nullable String text(Section section, String key, String field) {
        places.put(field, section.place(key));
        return section.text(key).orElse(null);
    }

    private List<String> texts(Section section, String key, String field) {
        List<Text> texts = section.texts(key);
        for (int i = 0; i < texts.size(); i++) {
            places.put(field + "[" + i + "]", texts.get(i).place());
        }
        return texts.stream().map(Text::value).toList();
    }
}
