package io.doksnap.declare.offen;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cron expression as offen's library (robfig/cron) understands it, in our five fields.
 *
 * @param schedule empty: it never fires
 * @param zone that it names itself ({@code CRON_TZ=})
 * @param runsADay on average, of what {@code schedule} says
 * @param lost why it is not quite the same; empty where it is
 */
record OffenCron(Optional<String> schedule, Optional<String> zone, double runsADay, Optional<String> lost) {
    private static final Map<String, String> MACROS = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");

    private static final int[] LEAST = {0, 0, 1, 1, 0};
    private static final int[] MOST = {59, 23, 31, 12, 6};
    private static final List<String> MONTHS =
            List.of("", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
    private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

    /** Four years, so that the 29th of February is among them. */
    private static final LocalDate FROM = LocalDate.of(2024, 1, 1);

    private static final int SPAN_DAYS = 1461;
    private static final String EVERY = "@every ";

    /** Reads an expression; one that makes no sense is a daily one, and says so. */
    static OffenCron parse(String expression) {
        String text = expression.strip();
        Optional<String> zone = Optional.empty();
        if (text.startsWith("CRON_TZ=") || text.startsWith("TZ=")) {
            String[] parts = text.split("\\s+", 2);
            zone = Optional.of(parts[0].substring(parts[0].indexOf('=') + 1));
            text = parts.length > 1 ? parts[1].strip() : "";
        }
        String lower = text.toLowerCase(Locale.ROOT);
        String macro = MACROS.get(lower);
        if (macro != null) {
            OffenCron read = fields(List.of(macro.split(" ")), Optional.empty());
            String ours = lower.equals("@annually") ? "@yearly" : lower.equals("@midnight") ? "@daily" : lower;
            return new OffenCron(Optional.of(ours), zone, read.runsADay, Optional.empty());
        }
        OffenCron read = lower.startsWith(EVERY)
                ? every(text.substring(EVERY.length()))
                : fields(Arrays.asList(text.split("\\s+")), Optional.empty());
        return new OffenCron(read.schedule, zone, read.runsADay, read.lost);
    }

    /** It counts from the start of the container; ours go by the clock. */
    private static OffenCron every(String text) {
        Optional<Duration> time = GoDuration.parse(text);
        long minutes = time.map(Duration::toMinutes).orElse(0L);
        boolean whole = time.isPresent() && time.get().equals(Duration.ofMinutes(minutes));
        if (whole && minutes > 0 && minutes < 60 && 60 % minutes == 0) {
            return fields(List.of("*/" + minutes, "*", "*", "*", "*"), Optional.empty());
        }
        if (whole && minutes % 60 == 0 && minutes >= 60 && minutes <= 720 && 720 % minutes == 0) {
            return fields(List.of("0", "*/" + minutes / 60, "*", "*", "*"), Optional.empty());
        }
        if (whole && minutes == 1440) {
            return fields(List.of("0", "0", "*", "*", "*"), Optional.empty());
        }
        if (whole && minutes == 10_080) {
            return fields(List.of("0", "0", "*", "*", "0"), Optional.empty());
        }
        return unreadable("@every " + text + " has no times of the clock");
    }

    private static OffenCron fields(List<String> written, Optional<String> lost) {
        if (written.size() == 6) {
            List<String> five = written.subList(1, 6);
            return written.get(0).matches("[0-9]+")
                    ? fields(five, lost)
                    : fields(five, Optional.of("it fires several times in a minute; ours at most once"));
        }
        if (written.size() != 5) {
            return unreadable("it is no cron expression");
        }
        List<String> ours = new ArrayList<>();
        BitSet[] values = new BitSet[5];
        for (int i = 0; i < 5; i++) {
            List<String> items = new ArrayList<>();
            BitSet set = new BitSet();
            for (String item : written.get(i).split(",", -1)) {
                String read = item(item, i, set);
                if (read == null) {
                    return unreadable("its field '" + written.get(i) + "' makes no sense");
                }
                items.add(read);
            }
            ours.add(String.join(",", items));
            values[i] = set;
        }
        boolean anyDay = ours.get(2).startsWith("*");
        boolean anyWeekday = ours.get(4).startsWith("*");
        double runs = runsADay(values, anyDay || anyWeekday);
        return new OffenCron(
                runs == 0 ? Optional.empty() : Optional.of(String.join(" ", ours)), Optional.empty(), runs, lost);
    }

    /** One item of a list, as we write it; its values are added to the set. */
    private static @Nullable String item(String written, int field, BitSet set) {
        String[] parts = written.split("/", -1);
        String range = parts[0].equals("?") ? "*" : parts[0];
        String[] ends = range.equals("*") ? new String[] {"" + LEAST[field], "" + MOST[field]} : range.split("-", -1);
        int from = number(ends[0], field);
        int to = ends.length == 2 ? number(ends[1], field) : parts.length == 2 ? MOST[field] : from;
        int step = parts.length == 2 && parts[1].matches("[1-9][0-9]{0,3}") ? Integer.parseInt(parts[1]) : 1;
        boolean odd =
                parts.length > 2 || ends.length > 2 || (parts.length == 2 && !parts[1].matches("[1-9][0-9]{0,3}"));
        if (odd || from < LEAST[field] || to > MOST[field] || from > to) {
            return null;
        }
        for (int value = from; value <= to; value += step) {
            set.set(value);
        }
        if (range.equals("*")) {
            return parts.length == 2 ? "*/" + step : "*";
        }
        String plain = from == to ? "" + from : from + "-" + to;
        return parts.length == 2 ? plain + "/" + step : plain;
    }

    private static int number(String text, int field) {
        if (text.matches("[0-9]{1,4}")) {
            return Integer.parseInt(text);
        }
        String name = text.toUpperCase(Locale.ROOT);
        return field == 3 ? MONTHS.indexOf(name) : field == 4 ? DAYS.indexOf(name) : -1;
    }

    /** A day counts when both kinds of days match; when neither is open, either will do. */
    private static double runsADay(BitSet[] values, boolean both) {
        int days = 0;
        for (int i = 0; i < SPAN_DAYS; i++) {
            LocalDate date = FROM.plusDays(i);
            boolean day = values[2].get(date.getDayOfMonth());
            boolean weekday = values[4].get(date.getDayOfWeek().getValue() % 7);
            if (values[3].get(date.getMonthValue()) && (both ? day && weekday : day || weekday)) {
                days++;
            }
        }
        return (double) days * values[0].cardinality() * values[1].cardinality() / SPAN_DAYS;
    }

    private static OffenCron unreadable(String why) {
        return new OffenCron(Optional.of("@daily"), Optional.empty(), 1, Optional.of(why + "; it is daily now"));
    }
}
