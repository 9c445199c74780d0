package io.doksnap.declare.offen;

import io.doksnap.api.BackupPolicySpec.TargetSpec;
import io.doksnap.declare.offen.Moved.App;
import io.doksnap.declare.offen.Moved.Hook;
import io.doksnap.declare.offen.Moved.Place;
import io.doksnap.declare.offen.Moved.Source;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes a {@code config.yaml}, with what is lost and the labels as comments. */
final class ConfigText {
    /** Offen's commands may take as long as they like. */
    static final String HOOK_TIMEOUT = "1h";

    private final Moved moved;
    private final Map<String, Map<String, String>> labels;
    private final List<String> unsaid;
    private final Yaml yaml = new Yaml();

    /**
     * Creates a writer.
     *
     * @param unsaid the apps that labels cannot say
     */
    ConfigText(Moved moved, Map<String, Map<String, String>> labels, List<String> unsaid) {
        this.moved = moved;
        this.labels = labels;
        this.unsaid = unsaid;
    }

    String text() {
        head();
        places();
        encryptions();
        yaml.blank();
        if (moved.apps.isEmpty()) {
            yaml.line(0, "apps: []");
        } else {
            yaml.line(0, "apps:");
            moved.apps.forEach(this::app);
        }
        moved.timeZone.ifPresent(zone -> yaml.blank().line(0, "defaults:").entry(1, "timezone", zone));
        docker();
        labels();
        return yaml.toString();
    }

    private void head() {
        yaml.comment(0, "Written by 'doksnap migrate' from an installation of offen/docker-volume-backup.");
        List<Finding> findings = moved.findings.stream().distinct().toList();
        if (findings.stream().anyMatch(Finding::lost)) {
            yaml.comment(0, "").comment(0, "NOT carried over:");
            findings.stream().filter(Finding::lost).forEach(lost -> yaml.comment(0, "  " + lost));
        }
        if (!moved.variables.isEmpty()) {
            yaml.comment(0, "").comment(0, "Secrets stay in the environment (a file .env, mode 0600):");
            moved.variables.forEach(variable -> yaml.comment(0, "  " + variable.name() + ": " + variable.value()));
        }
        yaml.blank();
    }

    private void places() {
        boolean further = false;
        for (Map.Entry<String, Place> named : moved.places.entrySet()) {
            boolean first = named.getKey().equals(Moved.DEFAULT);
            if (!first && !further) {
                yaml.blank().line(0, "destinations:");
                further = true;
            }
            boolean bucket = named.getValue() instanceof Place.Bucket;
            yaml.line(first ? 0 : 1, (first ? bucket ? "s3" : "storage" : named.getKey()) + ":");
            place(first ? 1 : 2, named.getValue());
        }
        if (moved.places.isEmpty()) {
            yaml.line(0, "storage:").entry(1, "directory", "/backups");
        }
    }

    private void place(int depth, Place place) {
        if (place instanceof Place.Directory directory) {
            yaml.entry(depth, "directory", directory.path());
            return;
        }
        ((Place.Bucket) place).settings().forEach((key, value) -> {
            if (key.equals("part_limit")) {
                yaml.line(depth, key + ": " + value);
            } else {
                yaml.entry(depth, key, value);
            }
        });
    }

    private void encryptions() {
        moved.encryptions.forEach((name, encryption) -> {
            if (name.equals(Moved.DEFAULT)) {
                yaml.blank().line(0, "encryption:").entry(1, "method", encryption.method());
            }
        });
        if (moved.encryptions.size() > 1) {
            yaml.blank().line(0, "encryptions:");
            moved.encryptions.forEach((name, encryption) -> {
                if (!name.equals(Moved.DEFAULT)) {
                    yaml.line(1, name + ":").entry(2, "method", encryption.method());
                }
            });
        }
    }

    private void app(App app) {
        yaml.line(1, "- name: " + Yaml.scalar(app.name()));
        app.target().ifPresent(target -> target(target.carrier().target()));
        sources(app);
        app.schedule()
                .ifPresentOrElse(
                        schedule -> yaml.entry(2, "schedule", schedule),
                        () -> yaml.comment(2, "no schedule, as before: it runs only by hand"));
        app.timeZone().ifPresent(zone -> yaml.entry(2, "timezone", zone));
        keep(app.keep());
        if (!app.destinations().equals(List.of(Moved.DEFAULT))) {
            yaml.line(2, "destinations: " + Yaml.list(app.destinations()));
        }
        app.encryption().ifPresent(name -> yaml.entry(2, "encryption", name));
        app.compression().ifPresent(compression -> yaml.entry(2, "compression", compression));
        if (!app.stopped().isEmpty()) {
            yaml.line(2, "quiesce:").entry(3, "mode", "stop");
            if (!app.with().isEmpty()) {
                yaml.line(3, "with: " + Yaml.list(app.with()));
            }
            app.stopTimeout().ifPresent(time -> yaml.entry(3, "timeout", time));
        }
        hooks(app);
    }

    private void target(TargetSpec target) {
        if (target.container() != null) {
            yaml.entry(2, "container", target.container());
        } else if (target.service() != null) {
            yaml.line(2, "target: {service: " + Yaml.scalar(target.service()) + "}");
        } else if (target.compose() != null) {
            yaml.line(
                    2,
                    "target: {compose: {project: "
                            + Yaml.scalar(String.valueOf(target.compose().project())) + ", service: "
                            + Yaml.scalar(String.valueOf(target.compose().service())) + "}}");
        }
    }

    private void sources(App app) {
        yaml.line(2, "sources:");
        Set<String> names = new HashSet<>();
        for (Source source : app.sources()) {
            String kind = source.directory() ? "directory" : "volume";
            String usual = Names.lastSegment(source.name());
            String name = Names.unused(usual, "source", names);
            names.add(name);
            yaml.line(3, "- " + kind + ": " + Yaml.scalar(source.name()));
            if (!name.equals(usual)) {
                yaml.entry(4, "name", name);
            }
            if (!app.exclude().isEmpty()) {
                yaml.line(4, "exclude: " + Yaml.list(app.exclude()));
            }
        }
    }

    private void keep(Keep keep) {
        if (keep.equals(Keep.ALL)) {
            yaml.comment(2, "no retention, as before: all snapshots stay");
            return;
        }
        yaml.line(2, "retention:");
        keep.last().ifPresent(last -> yaml.line(3, "keep_last: " + last));
        keep.daily().ifPresent(daily -> yaml.line(3, "daily: " + daily));
    }

    private void hooks(App app) {
        if (app.pre().isEmpty() && app.post().isEmpty()) {
            return;
        }
        yaml.line(2, "hooks:");
        hooks(app, "pre_backup", app.pre());
        hooks(app, "post_backup", app.post());
    }

    private void hooks(App app, String when, List<Hook> hooks) {
        List<Hook> written = new ArrayList<>(hooks);
        written.removeAll(app.unreachable());
        if (written.isEmpty()) {
            return;
        }
        yaml.line(3, when + ":");
        for (Hook hook : written) {
            yaml.line(4, "- exec:");
            yaml.line(6, "command: " + Yaml.list(List.of("sh", "-c", hook.command())));
            if (!hook.workload().equals(app.target().orElse(null))) {
                yaml.entry(6, "container", hook.workload().name());
            }
            hook.user().ifPresent(user -> yaml.entry(6, "user", user));
            yaml.entry(5, "timeout", HOOK_TIMEOUT);
        }
    }

    private void docker() {
        if (moved.allowedPaths.isEmpty() && moved.dockerHost.isEmpty()) {
            return;
        }
        yaml.blank().line(0, "docker:");
        moved.dockerHost.ifPresent(host -> yaml.entry(1, "host", host));
        if (!moved.allowedPaths.isEmpty()) {
            yaml.line(1, "allowed_paths:");
            moved.allowedPaths.forEach(path -> yaml.line(2, "- " + Yaml.scalar(path)));
        }
    }

    private void labels() {
        if (!unsaid.isEmpty()) {
            yaml.blank()
                    .comment(
                            0,
                            "Labels cannot say " + String.join(", ", unsaid)
                                    + ": not every source is a volume of a workload that is itself stopped, or runs"
                                    + " the commands.");
        }
        if (labels.isEmpty()) {
            return;
        }
        yaml.blank()
                .comment(
                        0,
                        "The same as labels. Use these INSTEAD of the apps above, never beside them: each would be"
                                + " stored twice.");
        labels.forEach((workload, each) -> {
            yaml.comment(0, workload + ":");
            each.forEach((key, value) -> yaml.comment(0, "  " + key + ": " + Yaml.scalar(value)));
        });
    }
}
