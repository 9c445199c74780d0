package io.doksnap.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The five fields of a cron expression on a wall clock that is never changed: no zone, no summer time.
 *
 * <p>cron-utils reads the fields and finds the next match; it is only ever asked in UTC, since it loses or repeats
 * runs where a zone changes its offset.
 */
final class CronExpression {
    /** Any fixed time: whether an expression ever fires does not depend on it. */
    private static final LocalDateTime LONG_AGO = LocalDateTime.of(2000, 1, 1, 0, 0);

    static final Map<String, String> MACROS = Map.of(
            "hourly", "0 * * * *",
            "daily", "0 0 * * *",
            "midnight", "0 0 * * *",
            "weekly", "0 0 * * 0",
            "monthly", "0 0 1 * *",
            "yearly", "0 0 1 1 *",
            "annually", "0 0 1 1 *");

    private static final List<Field> FIELDS = List.of(
            new Field("minute", "0 to 59"),
            new Field("hour", "0 to 23"),
            new Field("day of the month", "1 to 31"),
            new Field("month", "1 to 12 or JAN to DEC"),
            new Field("day of the week", "0 to 7 or SUN to SAT, where 0 and 7 are Sunday"));

    /** The one macro whose time depends on who asks: in the night, and clear of what others do at midnight. */
    static final String DAILY_RANDOM = "daily-random";

    private static final int NIGHT_BEGINS = 30;
    private static final int NIGHT_MINUTES = 300;

    private final String fields;
    private final ExecutionTime times;
    private final boolean everyHour;

    private CronExpression(String fields, ExecutionTime times, boolean everyHour) {
        this.fields = fields;
        this.times = times;
        this.everyHour = everyHour;
    }

    /** Reads five fields, or a macro with or without its {@code @}; the name decides where {@code @daily-random} falls. */
    static CronExpression parse(String text, String name) throws InvalidCronException {
        List<String> fields = fields(text.strip(), name);
        Cron cron = parseAll(fields);
        if (cron == null) {
            throw new InvalidCronException(complaint(text, fields));
        }
        CronExpression expression =
                new CronExpression(String.join(" ", fields), ExecutionTime.forCron(cron), matchesEveryHour(fields));
        if (expression.nextAfter(LONG_AGO).isEmpty()) {
            throw new InvalidCronException(
                    "'" + text + "' never fires: no month that it names has such a day; correct the day or the month");
        }
        return expression;
    }

    /** The five fields, whatever they were written as. */
    String text() {
        return fields;
    }

    /** The first match that is later than the minute of the given time. */
    Optional<LocalDateTime> nextAfter(LocalDateTime time) {
        return times.nextExecution(time.truncatedTo(ChronoUnit.MINUTES).atZone(ZoneOffset.UTC))
                .map(ZonedDateTime::toLocalDateTime);
    }

    /** Whether the time, to its second, is one at which the expression fires. */
    boolean matches(LocalDateTime time) {
        return time.equals(time.truncatedTo(ChronoUnit.MINUTES)) && times.isMatch(time.atZone(ZoneOffset.UTC));
    }

    /** Whether no hour of the day is left out, so that the expression counts minutes rather than naming a time of day. */
    boolean everyHour() {
        return everyHour;
    }

    private static List<String> fields(String text, String name) throws InvalidCronException {
        String word = (text.startsWith("@") ? text.substring(1) : text).toLowerCase(Locale.ROOT);
        if (word.equals(DAILY_RANDOM)) {
            long minute = NIGHT_BEGINS + Spread.number(name, NIGHT_MINUTES);
            return split(minute % 60 + " " + minute / 60 + " * * *");
        }
        String macro = MACROS.get(word);
        if (macro != null) {
            return split(macro);
        }
        if (text.startsWith("@")) {
            throw new InvalidCronException("'" + text + "' is unknown; use one of @"
                    + String.join(", @", new TreeSet<>(MACROS.keySet())) + ", @" + DAILY_RANDOM
                    + ", or five cron fields");
        }
        List<String> fields = split(text);
        if (fields.size() != FIELDS.size()) {
            String seconds = fields.size() == 6 ? " (there is no field for seconds)" : "";
            throw new InvalidCronException("'" + text + "' has " + count(fields.size()) + " instead of 5" + seconds
                    + "; write minute, hour, day of the month, month and day of the week, such as '0 2 * * *'");
        }
        return fields;
    }

    private static List<String> split(String text) {
        return Arrays.stream(text.split("\\s+", -1)).filter(s -> !s.isEmpty()).toList();
    }

    private static String count(int fields) {
        return fields == 1 ? "1 field" : fields + " fields";
    }

    /** Tries each field among wildcards, since the library does not say which one it stumbled over. */
    private static String complaint(String text, List<String> fields) {
        for (int i = 0; i < fields.size(); i++) {
            if (parseAll(alone(fields, i)) == null) {
                Field field = FIELDS.get(i);
                return "'" + text + "': " + field.name() + " '" + fields.get(i) + "' is wrong; use " + field.values()
                        + ", *, lists such as 1,5, ranges such as 1-5, or steps such as */5";
            }
        }
        return "'" + text + "' is no cron expression; write one such as '0 2 * * *'";
    }

    private static boolean matchesEveryHour(List<String> fields) {
        Cron hours = parseAll(List.of("0", fields.get(1), "*", "*", "*"));
        if (hours == null) {
            return false;
        }
        ExecutionTime times = ExecutionTime.forCron(hours);
        return IntStream.range(0, 24)
                .allMatch(hour -> times.isMatch(LONG_AGO.withHour(hour).atZone(ZoneOffset.UTC)));
    }

    private static List<String> alone(List<String> fields, int index) {
        String[] others = new String[fields.size()];
        Arrays.fill(others, "*");
        others[index] = fields.get(index);
        return List.of(others);
    }

    private static @Nullable Cron parseAll(List<String> fields) {
        CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
        try {
            return parser.parse(String.join(" ", fields)).validate();
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException refused) {
            // The latter is what the library throws for a lone "|".
            return null;
        }
    }

    /** A field with what it may hold, for messages. */
    private record Field(String name, String values) {}
}
