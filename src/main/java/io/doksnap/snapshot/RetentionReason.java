package io.doksnap.snapshot;

import java.util.List;
import java.util.stream.Collectors;

/** Why retention keeps or removes a snapshot. {@code toString} is for a person to read, in a row about that snapshot. */
public sealed interface RetentionReason {

    /** It is among the newest. */
    record Last(int position) implements RetentionReason {
        @Override
        public String toString() {
            return "last " + position;
        }
    }

    /**
     * It is the newest of a period.
     *
     * @param underWay whether the period is not over yet, and so is kept besides the number that was asked for
     */
    record NewestOf(RetentionPeriod period, boolean underWay) implements RetentionReason {
        @Override
        public String toString() {
            return period.unit().rule() + " " + period + (underWay ? " (under way)" : "");
        }
    }

    /** Nothing newer holds a good copy of a source, and no rule keeps one that does. */
    record NewestGood(String source) implements RetentionReason {
        @Override
        public String toString() {
            return "newest good snapshot of source " + printable(source);
        }
    }

    /** Every copy of a source is known to be damaged; this is the newest. */
    record OnlyDamaged(String source) implements RetentionReason {
        @Override
        public String toString() {
            return "newest snapshot of source " + printable(source) + ", of which every copy is DAMAGED";
        }
    }

    /** The policy has no retention. */
    record NoRules() implements RetentionReason {
        @Override
        public String toString() {
            return "no retention is set";
        }
    }

    /** It is dated after now: a clock was wrong. It is not counted, so that it pushes nothing out. */
    record FromTheFuture() implements RetentionReason {
        @Override
        public String toString() {
            return "dated in the future, so it is not counted";
        }
    }

    /** Nothing is known of what it holds. */
    record Unreadable(String problem) implements RetentionReason {
        @Override
        public String toString() {
            return "UNREADABLE: " + problem;
        }
    }

    /**
     * It is of the original program, and nobody has confirmed yet that those may go.
     *
     * @param due whether it would go
     * @param reasons why it would go, or stay; never empty
     */
    record Unconfirmed(boolean due, List<RetentionReason> reasons) implements RetentionReason {
        public Unconfirmed {
            reasons = List.copyOf(reasons);
        }

        @Override
        public String toString() {
            String why = reasons.stream().map(RetentionReason::toString).collect(Collectors.joining(due ? "; " : ", "));
            return "of the original program" + (due ? ", until confirmed: " : ": ") + why;
        }
    }

    /**
     * Its periods have newer ones.
     *
     * @param periods never empty
     */
    record NotNewestOf(List<RetentionPeriod> periods) implements RetentionReason {
        public NotNewestOf {
            periods = List.copyOf(periods);
        }

        @Override
        public String toString() {
            return "not the newest of "
                    + periods.stream().map(RetentionPeriod::toString).collect(Collectors.joining(", "));
        }
    }

    /**
     * It lies before all that some rules count.
     *
     * @param counts what these rules count, such as {@code last 7} and {@code 4 weeks}; never empty
     */
    record OlderThan(List<String> counts) implements RetentionReason {
        public OlderThan {
            counts = List.copyOf(counts);
        }

        @Override
        public String toString() {
            return "older than the " + String.join(", ", counts);
        }
    }

    /** Whoever may write into the bucket must not write on the terminal. */
    private static String printable(String source) {
        return source.replaceAll("\\p{Cntrl}", "?");
    }
}
