package io.doksnap.declare;

import io.doksnap.api.BackupPolicy;
import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.BackupPolicySpec.ComposeSpec;
import io.doksnap.api.BackupPolicySpec.QuiesceSpec;
import io.doksnap.api.BackupPolicySpec.RetentionSpec;
import io.doksnap.api.BackupPolicySpec.RetrySpec;
import io.doksnap.api.BackupPolicySpec.ScheduleSpec;
import io.doksnap.api.BackupPolicySpec.SourceSpec;
import io.doksnap.api.BackupPolicySpec.TargetSpec;
import io.doksnap.api.BackupPolicySpec.VerifySpec;
import io.doksnap.api.HooksSpec;
import io.doksnap.api.ObjectMeta;
import io.doksnap.declare.Declarations.DeclaredPolicy;
import io.doksnap.declare.Section.Text;
import io.doksnap.policy.PolicyReader;
import io.doksnap.policy.PolicyResult;
import io.doksnap.policy.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads one app: what it says becomes a resource, the resource is read like any other, and what is wrong with it is told
 * at the line that the field came from.
 */
final class AppReader {
    private final Section app;
    private final Problems problems;
    private final FieldPlaces places = new FieldPlaces();

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
        TargetSpec target = target();
        List<SourceSpec> sources = new AppSources(app, problems, places).read(name, target != null);
        return new BackupPolicySpec(
                name,
                target,
                null,
                sources,
                schedule(),
                app.flag("suspend").orElse(false),
                quiesce(),
                hooks(),
                retry(),
                text(app, "compression", "spec.compression"),
                null,
                List.of(),
                retention(),
                verify(),
                app.flag("allow_empty").orElse(false),
                text(app, "timeout", "spec.timeout"));
    }

    /** The workload: {@code container} for short, or {@code target} for every kind. */
    private @Nullable TargetSpec target() {
        Section target = app.section("target");
        String container = text(app, "container", "spec.target.container");
        if (container != null) {
            if (target.isPresent()) {
                problems.add(app.place("container"), "and target are both given; keep one of them");
            }
            return new TargetSpec(container, null, null, Map.of());
        }
        places.put("spec.target", target.place());
        Section compose = target.section("compose");
        ComposeSpec composed = compose.isPresent()
                ? new ComposeSpec(
                        text(compose, "project", "spec.target.compose.project"),
                        text(compose, "service", "spec.target.compose.service"))
                : null;
        compose.reportUnknownKeys();
        Map<String, String> labels = new LinkedHashMap<>();
        target.textsByKey("match_labels").forEach((key, value) -> labels.put(key, value.value()));
        places.put("spec.target.matchLabels", target.place("match_labels"));
        TargetSpec spec = new TargetSpec(
                text(target, "container", "spec.target.container"),
                text(target, "service", "spec.target.service"),
                composed,
                labels);
        target.reportUnknownKeys();
        return target.isPresent() ? spec : null;
    }

    private @Nullable ScheduleSpec schedule() {
        ScheduleSpec spec = new ScheduleSpec(
                text(app, "schedule", "spec.schedule.cron"),
                text(app, "timezone", "spec.schedule.timeZone"),
                text(app, "jitter", "spec.schedule.jitter"),
                word(app, "catch_up", "spec.schedule.catchUp"),
                text(app, "starting_deadline", "spec.schedule.startingDeadline"));
        boolean none = spec.equals(new ScheduleSpec(null, null, null, null, null));
        return none ? null : spec;
    }

    private @Nullable QuiesceSpec quiesce() {
        if (app.holds("quiesce") && !app.holdsSettings("quiesce")) {
            return new QuiesceSpec(text(app, "quiesce", "spec.quiesce.mode"), null, null, null, List.of());
        }
        Section quiesce = app.section("quiesce");
        String release = text(quiesce, "release", "spec.quiesce.release");
        QuiesceSpec spec = new QuiesceSpec(
                text(quiesce, "mode", "spec.quiesce.mode"),
                text(quiesce, "timeout", "spec.quiesce.timeout"),
                release == null ? null : Words.camelCase(release),
                text(quiesce, "max_downtime", "spec.quiesce.maxDowntime"),
                texts(quiesce, "with", "spec.quiesce.with"));
        quiesce.reportUnknownKeys();
        return quiesce.isPresent() ? spec : null;
    }

    private @Nullable HooksSpec hooks() {
        return new AppHooks(app.section("hooks"), problems, places).read();
    }

    private @Nullable RetrySpec retry() {
        Section retry = app.section("retry");
        RetrySpec spec = new RetrySpec(
                count(retry, "attempts", "spec.retry.attempts"), text(retry, "backoff", "spec.retry.backoff"));
        retry.reportUnknownKeys();
        return retry.isPresent() ? spec : null;
    }

    private @Nullable RetentionSpec retention() {
        Section retention = app.section("retention");
        RetentionSpec spec = new RetentionSpec(
                count(retention, "keep_last", "spec.retention.keepLast"),
                count(retention, "daily", "spec.retention.daily"),
                count(retention, "weekly", "spec.retention.weekly"),
                count(retention, "monthly", "spec.retention.monthly"),
                count(retention, "yearly", "spec.retention.yearly"));
        retention.reportUnknownKeys();
        return retention.isPresent() ? spec : null;
    }

    private @Nullable VerifySpec verify() {
        if (app.holds("verify") && !app.holdsSettings("verify")) {
            return new VerifySpec(text(app, "verify", "spec.verify.schedule"), null, List.of(), null);
        }
        Section verify = app.section("verify");
        places.put("spec.verify.command", verify.place("command"));
        VerifySpec spec = new VerifySpec(
                text(verify, "schedule", "spec.verify.schedule"),
                text(verify, "level", "spec.verify.level"),
                Words.of(verify, "command", problems),
                null);
        verify.reportUnknownKeys();
        return verify.isPresent() ? spec : null;
    }

    private @Nullable Integer count(Section section, String key, String field) {
        places.put(field, section.place(key));
        OptionalInt count = section.number(key);
        return count.isPresent() ? count.getAsInt() : null;
    }

    private @Nullable String text(Section section, String key, String field) {
        places.put(field, section.place(key));
        return section.text(key).orElse(null);
    }

    private @Nullable String word(Section section, String key, String field) {
        String word = text(section, key, field);
        return word == null ? null : Words.capitalized(word);
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
            problems.addUnlessSaid(places.of(problem.path(), app.place()), problem.message());
        }
    }
}
