package io.doksnap.policy;

import io.doksnap.api.BackupPolicySpec.ScheduleSpec;
import io.doksnap.api.BackupPolicySpec.VerifySpec;
import io.doksnap.api.SecretKeyRef;
import io.doksnap.api.SecretKeyRef.ValueFrom;
import io.doksnap.schedule.CatchUp;
import io.doksnap.schedule.CronSchedule;
import io.doksnap.schedule.InvalidCronException;
import io.doksnap.schedule.Schedule;
import io.doksnap.schedule.Spread;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads when things happen by themselves: runs, and their verification. */
final class ScheduleReader {
    private static final Duration MOST_JITTER = Duration.ofHours(24);
    static final Map<String, CatchUp> CATCH_UP = Map.of("Once", CatchUp.ONCE, "None", CatchUp.NONE);
    static final Map<String, VerifyLevel> LEVELS =
            Stream.of(VerifyLevel.values()).collect(Collectors.toMap(VerifyLevel::toString, level -> level));

    private final String name;

    /**
     * Creates a reader.
     *
     * @param name the policy's, unique on its host: what is spread is spread by it
     */
    ScheduleReader(String name) {
        this.name = name;
    }

    ZoneId zone(Field field, @Nullable ScheduleSpec spec, ZoneId otherwise) {
        Optional<String> text = spec == null ? Optional.empty() : Field.text(spec.timeZone());
        Optional<ZoneId> zone = text.flatMap(TimeZones::parse);
        if (text.isPresent() && zone.isEmpty()) {
            field.at("timeZone").wrong(TimeZones.complaint(text.get()));
        }
        return zone.orElse(otherwise);
    }

    Optional<Schedule> read(Field field, @Nullable ScheduleSpec spec, ZoneId zone) {
        if (spec == null) {
            return Optional.empty();
        }
        Optional<CronSchedule> cron = Field.text(spec.cron()).flatMap(text -> cron(field.at("cron"), text, zone));
        Optional<Duration> jitter = field.at("jitter").spanOrZero(spec.jitter());
        if (jitter.isPresent() && jitter.get().compareTo(MOST_JITTER) > 0) {
            field.at("jitter").wrong("is " + spec.jitter() + ", and may be at most 24h; write less");
        }
        Optional<CatchUp> catchUp = field.at("catchUp").choice(spec.catchUp(), CATCH_UP);
        Optional<Duration> deadline = field.at("startingDeadline").span(spec.startingDeadline());
        boolean saysMore = jitter.isPresent() || catchUp.isPresent() || deadline.isPresent();
        if (Field.text(spec.cron()).isEmpty() && saysMore) {
            field.at("cron").wrong("is missing; write one such as '0 2 * * *' or @daily, or remove the schedule");
        }
        return cron.map(times -> new Schedule(
                times, Spread.delay(name, jitter.orElse(Duration.ZERO)), catchUp.orElse(CatchUp.ONCE), deadline));
    }

    Optional<VerifyPlan> verify(Field field, @Nullable VerifySpec spec, ZoneId zone) {
        if (spec == null) {
            return Optional.empty();
        }
        Optional<CronSchedule> schedule =
                Field.text(spec.schedule()).flatMap(text -> cron(field.at("schedule"), text, zone));
        VerifyLevel level = field.at("level").choice(spec.level(), LEVELS).orElse(VerifyLevel.CHECKSUM);
        if (!spec.command().isEmpty()) {
            HooksReader.command(field.at("command"), spec.command(), "[sh, -c, \"test -s /data/PG_VERSION\"]");
            if (level != VerifyLevel.DRILL) {
                field.at("command").wrong("is for level drill alone; set level: drill, or remove it");
            }
        }
        Optional<SecretKey> decryption = decryption(field.at("decryption"), spec.decryption());
        return Optional.of(new VerifyPlan(schedule, level, spec.command(), decryption));
    }

    /** An empty reference is none. */
    private static Optional<SecretKey> decryption(Field field, @Nullable ValueFrom from) {
        SecretKeyRef ref = from == null ? null : from.secretRef();
        boolean empty = ref == null
                || (Field.text(ref.name()).isEmpty() && Field.text(ref.key()).isEmpty());
        return from == null || empty ? Optional.empty() : EncryptionChoiceReader.secret(field, from);
    }

    private Optional<CronSchedule> cron(Field field, String text, ZoneId zone) {
        try {
            return Optional.of(CronSchedule.parse(text, zone, name));
        } catch (InvalidCronException wrong) {
            field.wrong(String.valueOf(wrong.getMessage()));
            return Optional.empty();
        }
    }
}
