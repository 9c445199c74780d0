package io.doksnap.declare.offen;

import io.doksnap.declare.offen.Moved.App;
import io.doksnap.declare.offen.Moved.Hook;
import io.doksnap.declare.offen.Moved.Source;
import io.doksnap.docker.Mount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Says an app as labels of the workloads whose volumes it stores, where labels can say it. */
final class LabelText {
    private final Moved moved;
    private final OffenInstallation installation;

    LabelText(Moved moved, OffenInstallation installation) {
        this.moved = moved;
        this.installation = installation;
    }

    /** By the name of the container or service, and in the order in which they are best read. */
    Map<String, Map<String, String>> labels() {
        Map<String, Map<OffenWorkload, List<Source>>> assigned = new LinkedHashMap<>();
        moved.apps.forEach(app -> assigned(app).ifPresent(sources -> assigned.put(app.name(), sources)));
        Map<String, Map<String, String>> labels = new TreeMap<>();
        for (App app : moved.apps) {
            Map<OffenWorkload, List<Source>> workloads = assigned.getOrDefault(app.name(), Map.of());
            workloads.forEach((workload, sources) -> {
                long policies = assigned.values().stream()
                        .filter(each -> each.containsKey(workload))
                        .count();
                String prefix =
                        policies > 1 ? "doksnap.policies." + app.name().toLowerCase(Locale.ROOT) + "." : "doksnap.";
                labels.computeIfAbsent(workload.name(), name -> new LinkedHashMap<>())
                        .putAll(labels(prefix, app, workload, sources));
            });
        }
        return labels;
    }

    /** The apps that labels cannot say, though there are workloads to carry them. */
    List<String> unsaid() {
        return installation.workloads().isEmpty()
                ? List.of()
                : moved.apps.stream()
                        .filter(app -> assigned(app).isEmpty())
                        .map(App::name)
                        .toList();
    }

    /** Whose volumes the sources are; empty where labels cannot say the app. */
    private Optional<Map<OffenWorkload, List<Source>>> assigned(App app) {
        Map<OffenWorkload, List<Source>> assigned = new LinkedHashMap<>();
        for (Source source : app.sources()) {
            Mount.Type type = source.directory() ? Mount.Type.BIND : Mount.Type.VOLUME;
            Optional<OffenWorkload> owner = installation.workloads().stream()
                    .filter(workload -> !installation.own().contains(workload))
                    .filter(workload -> workload.mounts(type, source.name()))
                    .min(Comparator.comparingInt(workload -> rank(app, workload)));
            if (owner.isEmpty()) {
                return Optional.empty();
            }
            assigned.computeIfAbsent(owner.get(), each -> new ArrayList<>()).add(source);
        }
        boolean volumes = assigned.values().stream()
                .allMatch(sources -> sources.stream().anyMatch(source -> !source.directory()));
        boolean hooks = hooked(app).stream().allMatch(assigned::containsKey);
        boolean stops = app.stopped().isEmpty() || app.stopped().containsAll(assigned.keySet());
        return volumes && hooks && stops ? Optional.of(assigned) : Optional.empty();
    }

    private static int rank(App app, OffenWorkload workload) {
        return (app.stopped().contains(workload) ? 0 : 2) + (hooked(app).contains(workload) ? 0 : 1);
    }

    private static List<OffenWorkload> hooked(App app) {
        List<OffenWorkload> hooked = new ArrayList<>();
        app.pre().forEach(hook -> hooked.add(hook.workload()));
        app.post().forEach(hook -> hooked.add(hook.workload()));
        return hooked;
    }

    private static Map<String, String> labels(String prefix, App app, OffenWorkload workload, List<Source> sources) {
        Map<String, String> labels = new LinkedHashMap<>();
        app.schedule()
                .ifPresentOrElse(
                        schedule -> labels.put(prefix + "schedule", schedule),
                        () -> labels.put(prefix + "suspend", "true"));
        app.timeZone().ifPresent(zone -> labels.put(prefix + "timezone", zone));
        labels.put(prefix + "volumes", names(sources, false));
        if (sources.stream().anyMatch(Source::directory)) {
            labels.put(prefix + "directories", names(sources, true));
        }
        if (!app.exclude().isEmpty()) {
            for (Source source : sources) {
                String kind = source.directory() ? "directory." : "volume.";
                labels.put(
                        prefix + kind + Names.lastSegment(source.name()) + ".exclude", String.join(",", app.exclude()));
            }
        }
        labels.put(prefix + "retention", retention(app.keep()));
        if (!app.destinations().equals(List.of(Moved.DEFAULT))) {
            labels.put(prefix + "destination", String.join(",", app.destinations()));
        }
        app.encryption().ifPresent(name -> labels.put(prefix + "encryption", name));
        app.compression().ifPresent(compression -> labels.put(prefix + "compression", compression));
        quiesce(prefix, app, workload, labels);
        hook(prefix + "hooks.pre", app.pre(), workload, labels);
        hook(prefix + "hooks.post", app.post(), workload, labels);
        return labels;
    }

    private static String names(List<Source> sources, boolean directories) {
        return String.join(
                ",",
                sources.stream()
                        .filter(source -> source.directory() == directories)
                        .map(Source::name)
                        .toList());
    }

    private static String retention(Keep keep) {
        List<String> parts = new ArrayList<>();
        keep.last().ifPresent(last -> parts.add("last=" + last));
        keep.daily().ifPresent(daily -> parts.add("daily=" + daily));
        return parts.isEmpty() ? "all" : String.join(",", parts);
    }

    private static void quiesce(String prefix, App app, OffenWorkload workload, Map<String, String> labels) {
        if (app.stopped().isEmpty()) {
            return;
        }
        labels.put(prefix + "quiesce", "stop");
        List<String> others = app.stopped().stream()
                .filter(other -> !other.equals(workload))
                .map(OffenWorkload::name)
                .toList();
        if (!others.isEmpty()) {
            labels.put(prefix + "quiesce.with", String.join(",", others));
        }
        app.stopTimeout().ifPresent(time -> labels.put(prefix + "quiesce.timeout", time));
    }

    private static void hook(String key, List<Hook> hooks, OffenWorkload workload, Map<String, String> labels) {
        hooks.stream()
                .filter(hook -> hook.workload().equals(workload))
                .findFirst()
                .ifPresent(hook -> {
                    labels.put(key, hook.command());
                    labels.put(key + ".timeout", ConfigText.HOOK_TIMEOUT);
                    hook.user().ifPresent(user -> labels.put(key + ".user", user));
                });
    }
}
