package io.doksnap.policy;

import io.doksnap.api.BackupPolicySpec.ComposeSpec;
import io.doksnap.api.BackupPolicySpec.TargetSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads which workload a policy protects. */
final class TargetReader {
    private final Field field;

    TargetReader(Field field) {
        this.field = field;
    }

    Optional<Target> read(@Nullable TargetSpec spec) {
        if (spec == null) {
            return Optional.empty();
        }
        Optional<String> container = Field.text(spec.container());
        Optional<String> service = Field.text(spec.service());
        ComposeSpec compose = spec.compose();
        List<String> named = new ArrayList<>();
        container.ifPresent(unused -> named.add("container"));
        service.ifPresent(unused -> named.add("service"));
        if (compose != null) {
            named.add("compose");
        }
        if (!spec.matchLabels().isEmpty()) {
            named.add("matchLabels");
        }
        if (named.size() != 1) {
            field.wrong(
                    named.isEmpty()
                            ? "names no workload; name a container, a service, compose or matchLabels, or leave it out"
                            : "names " + String.join(" and ", named) + "; keep one of them");
            return Optional.empty();
        }
        if (container.isPresent()) {
            return name("container", container.get()).map(Target.Container::new);
        }
        if (service.isPresent()) {
            return name("service", service.get()).map(Target.Service::new);
        }
        return compose != null ? compose(compose) : labels(spec.matchLabels());
    }

    private Optional<Target> compose(ComposeSpec spec) {
        Field compose = field.at("compose");
        Optional<String> project = part(compose.at("project"), spec.project());
        Optional<String> service = part(compose.at("service"), spec.service());
        return project.flatMap(of -> service.map(name -> new Target.Compose(of, name)));
    }

    private static Optional<String> part(Field field, @Nullable String text) {
        Optional<String> name = Field.text(text);
        if (name.isEmpty()) {
            field.wrong("is missing; a Compose service is named by its project and its service");
        }
        return name.flatMap(found -> dockerName(field, found));
    }

    private Optional<Target> labels(Map<String, String> labels) {
        if (labels.keySet().stream().anyMatch(String::isBlank)) {
            field.at("matchLabels").wrong("has a label without a name; remove it, or name it");
        }
        return Optional.of(new Target.MatchLabels(labels));
    }

    private Optional<String> name(String key, String name) {
        return dockerName(field.at(key), name);
    }

    /** A container, service or project by its name. */
    static Optional<String> dockerName(Field field, String name) {
        if (Names.DOCKER.matcher(name).matches()) {
            return Optional.of(name);
        }
        field.wrong("'" + name + "' is no name that Docker gives; use letters, digits, '_', '.' and '-'");
        return Optional.empty();
    }
}
