package io.doksnap.schedule;

import java.util.TreeSet;

/**
 * A pattern for what might be a schedule: it refuses what plainly is none, so that nobody has to wait for an operator to hear of it, and never what
 * {@link CronSchedule} takes. It is shown to whoever wrote the wrong one, so it stays short: bounds of numbers are the parser's.
 */
public final class CronPattern {
    private static final String FIELD = "[0-9a-z*,/|-]+";

    /** Five fields, a macro, or nothing; in the syntax of RE2, which Java's shares as far as this goes. */
    public static final String ANY = "(?i)^\\s*(@?(" + macros() + ")|(" + FIELD + "\\s+){4}" + FIELD + ")?\\s*$";

    private CronPattern() {}

    private static String macros() {
        TreeSet<String> macros = new TreeSet<>(CronExpression.MACROS.keySet());
        macros.add(CronExpression.DAILY_RANDOM);
        return String.join("|", macros);
    }
}
