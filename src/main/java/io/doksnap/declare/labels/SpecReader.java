package io.doksnap.declare.labels;

import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.BackupPolicySpec.DestinationRef;
import io.doksnap.api.BackupPolicySpec.EncryptionSpec;
import io.doksnap.api.BackupPolicySpec.QuiesceSpec;
import io.doksnap.api.BackupPolicySpec.RetentionSpec;
import io.doksnap.api.BackupPolicySpec.RetrySpec;
import io.doksnap.api.BackupPolicySpec.ScheduleSpec;
import io.doksnap.api.BackupPolicySpec.TargetSpec;
import io.doksnap.api.BackupPolicySpec.VerifySpec;
import io.doksnap.policy.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes the labels of one policy as a resource would say it; what labels do not say has their defaults. */
final class SpecReader {
    static final RetentionSpec USUAL_RETENTION = new RetentionSpec(7, 7, 4, 12, null);
    private static final String USUAL_SCHEDULE = "@daily-random";
    private static final List<String> COUNTS = List.of("last", "daily", "weekly", "monthly", "yearly");

    private final LabelValues labels;

    SpecReader(LabelValues labels) {
        this.labels = labels;
    }

    BackupPolicySpec read(@Nullable String displayName, @Nullable TargetSpec target) {
        return new BackupPolicySpec(
                displayName,
                target,
                text(LabelKey.HOST),
                new LabelSources(labels).read(),
                schedule(),
                labels.flag(LabelKey.SUSPEND, false),
                quiesce(),
                new LabelHooks(labels).read(),
                retry(),
                text(LabelKey.COMPRESSION),
                encryption(),
                destinations(),
                retention(),
                verify(),
                labels.flag(LabelKey.ALLOW_EMPTY, false),
                text(LabelKey.TIMEOUT));
    }

    private @Nullable String text(LabelKey key) {
        return labels.text(key).orElse(null);
    }

    private ScheduleSpec schedule() {
        return new ScheduleSpec(
                labels.text(LabelKey.SCHEDULE).orElse(USUAL_SCHEDULE),
                text(LabelKey.TIMEZONE),
                text(LabelKey.JITTER),
                labels.text(LabelKey.CATCH_UP).map(SpecReader::capitalized).orElse(null),
                text(LabelKey.STARTING_DEADLINE));
    }

    private @Nullable QuiesceSpec quiesce() {
        QuiesceSpec spec = new QuiesceSpec(
                text(LabelKey.QUIESCE),
                text(LabelKey.QUIESCE_TIMEOUT),
                labels.text(LabelKey.QUIESCE_RELEASE).map(SpecReader::camelCase).orElse(null),
                text(LabelKey.QUIESCE_MAX_DOWNTIME),
                list(LabelKey.QUIESCE_WITH));
        return spec.equals(new QuiesceSpec(null, null, null, null, List.of())) ? null : spec;
    }

    private @Nullable RetrySpec retry() {
        RetrySpec spec =
                new RetrySpec(labels.number(LabelKey.RETRY_ATTEMPTS).orElse(null), text(LabelKey.RETRY_BACKOFF));
        return spec.equals(new RetrySpec(null, null)) ? null : spec;
    }

    /** By name alone: keys and methods are the operator's to configure. */
    private @Nullable EncryptionSpec encryption() {
        return labels.text(LabelKey.ENCRYPTION)
                .map(name -> new EncryptionSpec(name, null, List.of(), null))
                .orElse(null);
    }

    private List<DestinationRef> destinations() {
        labels.place("spec.destinations", LabelKey.DESTINATION.key());
        return labels.list(LabelKey.DESTINATION.key()).stream()
                .map(DestinationRef::new)
                .toList();
    }

    private @Nullable RetentionSpec retention() {
        String key = LabelKey.RETENTION.key();
        Optional<String> text = labels.text(LabelKey.RETENTION);
        if (text.isEmpty()) {
            return USUAL_RETENTION;
        }
        if (text.get().equals("all")) {
            return null;
        }
        Map<String, Integer> counts = new HashMap<>();
        for (String part : labels.list(key)) {
            String name = part.split("=", 2)[0].strip();
            String value = part.contains("=") ? part.split("=", 2)[1].strip() : "";
            if (!COUNTS.contains(name)) {
                labels.wrong(
                        key,
                        "'" + name + "' is unknown; " + Nearest.remedy(name, COUNTS) + " (such as '"
                                + LabelKey.RETENTION.example() + "', or 'all' to keep everything)");
            } else {
                labels.number(LabelKey.RETENTION, value).ifPresent(count -> {
                    if (counts.putIfAbsent(name, count) != null) {
                        labels.wrong(key, "says '" + name + "' twice; remove one of them");
                    }
                });
            }
        }
        for (String name : COUNTS) {
            labels.place("spec.retention." + (name.equals("last") ? "keepLast" : name), key + ": " + name);
        }
        return new RetentionSpec(
                counts.get("last"),
                counts.get("daily"),
                counts.get("weekly"),
                counts.get("monthly"),
                counts.get("yearly"));
    }

    private @Nullable VerifySpec verify() {
        VerifySpec spec = new VerifySpec(
                text(LabelKey.VERIFY),
                text(LabelKey.VERIFY_LEVEL),
                labels.command(LabelKey.VERIFY_COMMAND.key(), LabelKey.VERIFY_COMMAND.field()),
                null);
        return spec.equals(new VerifySpec(null, null, List.of(), null)) ? null : spec;
    }

    private List<String> list(LabelKey key) {
        labels.place(key.field(), key.key());
        return labels.list(key.key());
    }

    /** {@code continue} as {@code Continue}. */
    static String capitalized(String word) {
        return word.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    /** {@code after-read} as {@code afterRead}. */
    private static String camelCase(String word) {
        List<String> parts = new ArrayList<>(List.of(word.split("-", -1)));
        StringBuilder text = new StringBuilder(parts.remove(0));
        parts.forEach(part -> text.append(capitalized(part)));
        return text.toString();
    }
}
