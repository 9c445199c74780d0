package io.doksnap.policy;

import io.doksnap.api.BackupPolicy;
import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.BackupPolicySpec.RetentionSpec;
import io.doksnap.api.BackupPolicySpec.ScheduleSpec;
import io.doksnap.api.ObjectMeta;
import io.doksnap.schedule.CronSchedule;
import io.doksnap.schedule.InvalidCronException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns a declaration into a {@link Policy}, or says everything that is wrong with it. Says what every absent field means.
 * Pure and immutable.
 */
public final class PolicyReader {
    private static final Pattern DISPLAY_NAME = Pattern.compile("[A-Za-z0-9_-]{1,63}");
    private static final Pattern KUBERNETES_NAME =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");
    private static final Pattern NAMESPACE = Pattern.compile("(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?");
    private static final Duration DEFAULT_TIMEOUT = Duration.ofHours(12);
    private static final String DEFAULT_DESTINATION = "default";
    private static final Map<String, Compression> COMPRESSIONS =
            Map.of("zstd", Compression.ZSTD, "gzip", Compression.GZIP, "none", Compression.NONE);
    private static final Map<String, EncryptionMethod> METHODS = Map.of(
            "gpg", EncryptionMethod.GPG,
            "aes256", EncryptionMethod.AES256,
            "age", EncryptionMethod.AGE,
            "none", EncryptionMethod.NONE);

    private final ZoneId defaultZone;
    private final AllowedPaths allowedPaths;

    /**
     * Creates a reader.
     *
     * @param defaultZone the zone of schedules that name none
     * @param allowedPaths which directories may be sources
     */
    public PolicyReader(ZoneId defaultZone, AllowedPaths allowedPaths) {
        this.defaultZone = defaultZone;
        this.allowedPaths = allowedPaths;
    }

    /** Reads one declaration. The same declaration always gives the same result. */
    public PolicyResult read(BackupPolicy declaration) {
        BackupPolicySpec spec = declaration.spec();
        List<Problem> problems = new ArrayList<>();
        String name = name(declaration.metadata(), spec.displayName(), problems);
        List<Source> sources = new SourceReader(allowedPaths, problems).read(spec.sources());
        Optional<CronSchedule> schedule = schedule(spec.schedule(), problems);
        Policy.Hooks hooks = hooks(spec.hooks(), problems);
        Compression compression = choice("spec.compression", spec.compression(), COMPRESSIONS, problems)
                .orElse(Compression.ZSTD);
        Optional<EncryptionMethod> encryption = spec.encryption() == null
                ? Optional.empty()
                : choice("spec.encryption.method", spec.encryption().method(), METHODS, problems);
        List<String> destinations = destinations(spec.destinations(), problems);
        Retention retention = retention(spec.retention(), problems);
        Duration timeout = timeout(spec.timeout(), problems);
        if (!problems.isEmpty()) {
            return new PolicyResult.Invalid(problems);
        }
        return new PolicyResult.Valid(new Policy(
                declaration.metadata().namespace(),
                name,
                sources,
                schedule,
                hooks,
                compression,
                encryption,
                destinations,
                retention,
                spec.allowEmpty(),
                timeout));
    }

    private static String name(ObjectMeta metadata, @Nullable String displayName, List<Problem> problems) {
        if (!KUBERNETES_NAME.matcher(metadata.name()).matches()) {
            problems.add(new Problem(
                    "metadata.name",
                    "'" + metadata.name() + "' is no Kubernetes name; use lower case letters, digits, '-' and '.'"));
        }
        if (!NAMESPACE.matcher(metadata.namespace()).matches()) {
            problems.add(new Problem(
                    "metadata.namespace",
                    "'" + metadata.namespace() + "' is no namespace; use lower case letters, digits and '-'"));
        }
        if (displayName == null || displayName.isEmpty()) {
            return metadata.name();
        }
        if (!DISPLAY_NAME.matcher(displayName).matches()) {
            problems.add(new Problem(
                    "spec.displayName",
                    "'" + displayName + "' is no valid name; use letters, digits, '_' and '-', at most 63 of them"));
        }
        return displayName;
    }

    private Optional<CronSchedule> schedule(@Nullable ScheduleSpec spec, List<Problem> problems) {
        if (spec == null) {
            return Optional.empty();
        }
        ZoneId zone = defaultZone;
        String zoneText = spec.timeZone();
        if (zoneText != null) {
            Optional<ZoneId> named = TimeZones.parse(zoneText);
            if (named.isEmpty()) {
                problems.add(new Problem("spec.schedule.timeZone", TimeZones.complaint(zoneText)));
            }
            zone = named.orElse(defaultZone);
        }
        try {
            return Optional.of(CronSchedule.parse(spec.cron(), zone));
        } catch (InvalidCronException wrong) {
            problems.add(new Problem("spec.schedule.cron", String.valueOf(wrong.getMessage())));
            return Optional.empty();
        }
    }

    private static Policy.Hooks hooks(BackupPolicySpec.@Nullable HooksSpec spec, List<Problem> problems) {
        if (spec == null) {
            return new Policy.Hooks(List.of(), List.of());
        }
        return new Policy.Hooks(
                commands("spec.hooks.pre", spec.pre(), problems), commands("spec.hooks.post", spec.post(), problems));
    }

    private static List<String> commands(String path, List<String> lines, List<Problem> problems) {
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String command = lines.get(i).strip();
            String place = path + "[" + i + "]";
            if (command.isEmpty()) {
                problems.add(new Problem(place, "is empty; write a command, such as 'docker stop shop', or remove it"));
            } else if (command.chars().anyMatch(Character::isISOControl)) {
                problems.add(new Problem(place, "holds more than one line; write a list with one command an item"));
            }
            commands.add(command);
        }
        return commands;
    }

    private static List<String> destinations(List<BackupPolicySpec.DestinationRef> refs, List<Problem> problems) {
        if (refs.isEmpty()) {
            return List.of(DEFAULT_DESTINATION);
        }
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < refs.size(); i++) {
            String name = refs.get(i).name();
            String place = "spec.destinations[" + i + "].name";
            if (name.isBlank()) {
                problems.add(new Problem(place, "is empty; name a destination, such as 'default'"));
            } else if (!names.add(name)) {
                problems.add(new Problem(place, "'" + name + "' is named twice; remove one of them"));
            }
        }
        return List.copyOf(names);
    }

    private static Retention retention(@Nullable RetentionSpec spec, List<Problem> problems) {
        RetentionSpec counts = spec == null ? new RetentionSpec(null, null, null, null, null) : spec;
        return new Retention(
                count("spec.retention.keepLast", counts.keepLast(), 1, 1000, problems),
                count("spec.retention.daily", counts.daily(), 1, 365, problems),
                count("spec.retention.weekly", counts.weekly(), 1, 104, problems),
                count("spec.retention.monthly", counts.monthly(), 1, 120, problems),
                count("spec.retention.yearly", counts.yearly(), 0, 100, problems));
    }

    private static OptionalInt count(
            String path, @Nullable Integer value, int lowest, int highest, List<Problem> problems) {
        if (value == null) {
            return OptionalInt.empty();
        }
        if (value < lowest || value > highest) {
            problems.add(new Problem(
                    path,
                    "must be " + lowest + " to " + highest + ", and is " + value + "; leave it out to switch it off"));
        }
        return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private static Duration timeout(@Nullable String text, List<Problem> problems) {
        if (text == null) {
            return DEFAULT_TIMEOUT;
        }
        Optional<Duration> timeout = TimeSpan.parse(text);
        if (timeout.isEmpty()) {
            problems.add(new Problem(
                    "spec.timeout",
                    "'" + text + "' is no length of time; write one such as 90s, 5m, 12h or 1h30m, at most 366d"));
        }
        return timeout.orElse(DEFAULT_TIMEOUT);
    }

    private static <T> Optional<T> choice(
            String path, @Nullable String text, Map<String, T> choices, List<Problem> problems) {
        if (text == null) {
            return Optional.empty();
        }
        T choice = choices.get(text);
        if (choice == null) {
            List<String> known = choices.keySet().stream().sorted().toList();
            problems.add(new Problem(path, "'" + text + "' is unknown; " + Nearest.remedy(text, known)));
        }
        return Optional.ofNullable(choice);
    }
}
