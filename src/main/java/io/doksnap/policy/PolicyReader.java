package io.doksnap.policy;

import io.doksnap.api.BackupPolicy;
import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.BackupPolicySpec.DestinationRef;
import io.doksnap.api.BackupPolicySpec.RetrySpec;
import io.doksnap.api.ObjectMeta;
import io.doksnap.schedule.Schedule;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a declaration into a {@link Policy}, or says everything that is wrong with it. Says what every absent field means.
 * Pure and immutable.
 */
public final class PolicyReader {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofHours(12);
    private static final String DEFAULT_DESTINATION = "default";
    private static final int USUAL_ATTEMPTS = 2;
    static final int MOST_ATTEMPTS = 10;
    static final Map<String, Compression> COMPRESSIONS =
            Map.of("zstd", Compression.ZSTD, "gzip", Compression.GZIP, "none", Compression.NONE);

    private final ZoneId defaultZone;
    private final AllowedPaths allowedPaths;
    private final LocalHooks localHooks;

    /**
     * Creates a reader.
     *
     * @param defaultZone the zone of policies that name none
     * @param allowedPaths which directories may be sources
     * @param localHooks whether what it reads may run processes on this host
     */
    public PolicyReader(ZoneId defaultZone, AllowedPaths allowedPaths, LocalHooks localHooks) {
        this.defaultZone = defaultZone;
        this.allowedPaths = allowedPaths;
        this.localHooks = localHooks;
    }

    /** Reads one declaration. The same declaration always gives the same result. */
    public PolicyResult read(BackupPolicy declaration) {
        List<Problem> problems = new ArrayList<>();
        Policy policy = policy(declaration.metadata(), declaration.spec(), problems);
        return problems.isEmpty() ? new PolicyResult.Valid(policy) : new PolicyResult.Invalid(problems);
    }

    /** Only of use where there was no problem. Fields are read in their order, so that problems come in it too. */
    private Policy policy(ObjectMeta metadata, BackupPolicySpec spec, List<Problem> problems) {
        Field field = new Field("spec", problems);
        String name = name(metadata, spec.displayName(), problems);
        Optional<Target> target = new TargetReader(field.at("target")).read(spec.target());
        boolean hasTarget = spec.target() != null;
        Optional<String> host = host(field.at("host"), spec.host());
        List<Source> sources = new SourceReader(field.at("sources"), allowedPaths, hasTarget).read(spec.sources());
        ScheduleReader schedules = new ScheduleReader(metadata.namespace() + "/" + name);
        ZoneId zone = schedules.zone(field.at("schedule"), spec.schedule(), defaultZone);
        Optional<Schedule> schedule = schedules.read(field.at("schedule"), spec.schedule(), zone);
        return new Policy(
                metadata.namespace(),
                name,
                target,
                host,
                sources,
                schedule,
                zone,
                spec.suspend(),
                new QuiesceReader(field.at("quiesce"), hasTarget).read(spec.quiesce()),
                new HooksReader(field.at("hooks"), hasTarget, localHooks).read(spec.hooks()),
                retry(field.at("retry"), spec.retry()),
                field.at("compression").choice(spec.compression(), COMPRESSIONS).orElse(Compression.ZSTD),
                new EncryptionChoiceReader(field.at("encryption")).read(spec.encryption()),
                destinations(field.at("destinations"), spec.destinations()),
                new RetentionReader(field.at("retention")).read(spec.retention()),
                schedules.verify(field.at("verify"), spec.verify(), zone),
                spec.allowEmpty(),
                field.at("timeout").span(spec.timeout()).orElse(DEFAULT_TIMEOUT));
    }

    private static String name(ObjectMeta metadata, @Nullable String displayName, List<Problem> problems) {
        if (!Names.KUBERNETES.matcher(metadata.name()).matches()) {
            problems.add(new Problem(
                    "metadata.name",
                    "'" + metadata.name() + "' is no Kubernetes name; use lower case letters, digits, '-' and '.'"));
        }
        if (!Names.NAMESPACE.matcher(metadata.namespace()).matches()) {
            problems.add(new Problem(
                    "metadata.namespace",
                    "'" + metadata.namespace() + "' is no namespace; use lower case letters, digits and '-'"));
        }
        Optional<String> written = Field.text(displayName);
        if (written.isPresent() && !Names.DISPLAY.matcher(written.get()).matches()) {
            problems.add(new Problem(
                    "spec.displayName",
                    "'" + written.get() + "' is no valid name; use letters, digits, '_' and '-', at most 63 of them"));
        }
        return written.orElse(metadata.name());
    }

    private static Optional<String> host(Field field, @Nullable String written) {
        Optional<String> host = Field.text(written);
        if (host.isPresent() && !Names.HOST.matcher(host.get()).matches()) {
            field.wrong("'" + host.get() + "' is no name of a host; use letters, digits, '_', '.' and '-', at most 63");
        }
        return host;
    }

    private static Retry retry(Field field, @Nullable RetrySpec spec) {
        if (spec == null) {
            return Retry.NEVER;
        }
        Integer attempts = spec.attempts();
        if (attempts != null && (attempts < 1 || attempts > MOST_ATTEMPTS)) {
            field.at("attempts")
                    .wrong("must be 1 to " + MOST_ATTEMPTS + ", and is " + attempts + "; 1 never tries again");
        }
        Optional<Duration> backoff = field.at("backoff").span(spec.backoff());
        return new Retry(attempts == null ? USUAL_ATTEMPTS : attempts, backoff.orElse(Retry.USUAL_BACKOFF));
    }

    private static List<String> destinations(Field field, List<DestinationRef> refs) {
        if (refs.isEmpty()) {
            return List.of(DEFAULT_DESTINATION);
        }
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < refs.size(); i++) {
            Field here = field.at(i).at("name");
            String name = Field.text(refs.get(i).name()).orElse("");
            if (name.isEmpty()) {
                here.wrong("is empty; name a destination, such as 'default'");
            } else if (!Names.CONFIGURED.matcher(name).matches()) {
                here.wrong("'" + name + "' is no valid name; use letters, digits, '_', '.' and '-', at most 63");
            } else if (!names.add(name)) {
                here.wrong("'" + name + "' is named twice; remove one of them");
            }
        }
        return List.copyOf(names);
    }
}
