package io.doksnap.declare;

import io.doksnap.api.BackupPolicy;
import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.BackupPolicySpec.DestinationRef;
import io.doksnap.api.BackupPolicySpec.HooksSpec;
import io.doksnap.api.BackupPolicySpec.RetentionSpec;
import io.doksnap.api.BackupPolicySpec.ScheduleSpec;
import io.doksnap.api.BackupPolicySpec.SourceSpec;
import io.doksnap.api.ObjectMeta;
import io.doksnap.declare.Declarations.DeclaredPolicy;
import io.doksnap.declare.Section.Text;
import io.doksnap.policy.Nearest;
import io.doksnap.policy.PolicyReader;
import io.doksnap.policy.PolicyResult;
import io.doksnap.policy.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads one app: what it says becomes a resource, the resource is read like any other, and what is wrong with it is told
 * at the line that the field came from.
 */
final class AppReader {
    /** A volume by its path, with its data directory or without: so the original wrote it. */
    private static final Pattern VOLUME_PATH = Pattern.compile("/var/lib/docker/volumes/([^/]+)(?:/_data)?/*");

    private static final List<String> TYPES = List.of("volume", "directory");

    private final Section app;
    private final Problems problems;

    /** Where each field of the spec came from. */
    private final Map<String, Place> places = new HashMap<>();

    AppReader(Section app, Problems problems) {
        this.app = app;
        this.problems = problems;
    }

    /** The app as a resource and as a policy; empty after a problem was told. */
    Optional<DeclaredPolicy> read(PolicyReader policies) {
        String name = app.requiredText("name", "name the app, such as shop").orElse("unnamed");
        BackupPolicySpec spec = spec(name);
        app.reportUnknownKeys();
        BackupPolicy resource = new BackupPolicy(new ObjectMeta(KubernetesName.of(name), "default"), spec);
        PolicyResult result = policies.read(resource);
        if (result instanceof PolicyResult.Valid valid) {
            return Optional.of(new DeclaredPolicy(resource, valid.policy()));
        }
        ((PolicyResult.Invalid) result).problems().forEach(this::tell);
        return Optional.empty();
    }

    private BackupPolicySpec spec(String name) {
        places.put("spec.displayName", app.place("name"));
        places.put("spec.sources[0].name", app.place("name"));
        List<SourceSpec> sources = source(name).map(List::of).orElse(List.of());
        places.put("spec.compression", app.place("compression"));
        places.put("spec.timeout", app.place("timeout"));
        return new BackupPolicySpec(
                name,
                sources,
                schedule(),
                hooks(),
                app.text("compression").orElse(null),
                null,
                destinations(),
                retention(),
                app.flag("allow_empty").orElse(false),
                app.text("timeout").orElse(null));
    }

    private List<DestinationRef> destinations() {
        List<Text> named = new DestinationChoice(app, problems).named();
        for (int i = 0; i < named.size(); i++) {
            places.put("spec.destinations[" + i + "].name", named.get(i).place());
        }
        return DestinationChoice.refs(named);
    }

    private Optional<SourceSpec> source(String name) {
        Optional<String> type = app.requiredText("type", "say volume or directory");
        Optional<String> source = app.requiredText("source", "name a volume, or the path of a directory");
        List<String> exclude = texts(app, "exclude", "spec.sources[0].exclude");
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
                ? Optional.of(new SourceSpec(name, null, trimmed(source.get()), exclude))
                : volume(source.get()).map(volume -> new SourceSpec(name, volume, null, exclude));
    }

    private Optional<String> volume(String source) {
        Matcher path = VOLUME_PATH.matcher(source);
        if (path.matches()) {
            return Optional.of(path.group(1));
        }
        if (!source.contains("/")) {
            return Optional.of(source);
        }
        problems.add(
                app.place("source"),
                "'" + source + "' is no volume; give the name that 'docker volume ls' shows, or"
                        + " /var/lib/docker/volumes/NAME, or say type: directory");
        return Optional.empty();
    }

    private static String trimmed(String path) {
        return path.replaceAll("(?<=.)/+$", "");
    }

    private @Nullable ScheduleSpec schedule() {
        Optional<String> cron = app.text("schedule");
        Optional<String> zone = app.text("timezone");
        places.put("spec.schedule.cron", app.place("schedule"));
        places.put("spec.schedule.timeZone", app.place("timezone"));
        return cron.map(expression -> new ScheduleSpec(expression, zone.orElse(null)))
                .orElse(null);
    }

    private @Nullable HooksSpec hooks() {
        Section hooks = app.section("hooks");
        List<String> pre = texts(hooks, "pre_backup", "spec.hooks.pre");
        List<String> post = texts(hooks, "post_backup", "spec.hooks.post");
        hooks.reportUnknownKeys();
        return pre.isEmpty() && post.isEmpty() ? null : new HooksSpec(pre, post);
    }

    private @Nullable RetentionSpec retention() {
        Section retention = app.section("retention");
        RetentionSpec spec = new RetentionSpec(
                count(retention, "keep_last", "keepLast"),
                count(retention, "daily", "daily"),
                count(retention, "weekly", "weekly"),
                count(retention, "monthly", "monthly"),
                count(retention, "yearly", "yearly"));
        retention.reportUnknownKeys();
        return retention.isPresent() ? spec : null;
    }

    private @Nullable Integer count(Section retention, String key, String field) {
        places.put("spec.retention." + field, retention.place(key));
        OptionalInt count = retention.number(key);
        return count.isPresent() ? count.getAsInt() : null;
    }

    private List<String> texts(Section section, String key, String field) {
        List<Text> texts = section.texts(key);
        for (int i = 0; i < texts.size(); i++) {
            places.put(field + "[" + i + "]", texts.get(i).place());
        }
        return texts.stream().map(Text::value).toList();
    }

    /** An app without a readable source was already told why; everything else has its place. */
    private void tell(Problem problem) {
        if (!problem.path().equals("spec.sources")) {
            problems.addUnlessSaid(places.getOrDefault(problem.path(), app.place()), problem.message());
        }
    }
}
