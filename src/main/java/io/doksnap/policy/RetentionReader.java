package io.doksnap.policy;

import io.doksnap.api.BackupPolicySpec.RetentionSpec;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Reads how many snapshots are kept. */
final class RetentionReader {
    /** How many of a kind may be kept, by the field's name. */
    static final Map<String, IntRange> COUNTS = Map.of(
            "keepLast", new IntRange(1, 1000),
            "daily", new IntRange(1, 365),
            "weekly", new IntRange(1, 104),
            "monthly", new IntRange(1, 120),
            "yearly", new IntRange(0, 100));

    private final Field field;

    RetentionReader(Field field) {
        this.field = field;
    }

    Retention read(@Nullable RetentionSpec spec) {
        return spec == null
                ? Retention.KEEP_ALL
                : new Retention(
                        count("keepLast", spec.keepLast()),
                        count("daily", spec.daily()),
                        count("weekly", spec.weekly()),
                        count("monthly", spec.monthly()),
                        count("yearly", spec.yearly()));
    }

    private OptionalInt count(String name, @Nullable Integer value) {
        if (value == null) {
            return OptionalInt.empty();
        }
        IntRange range = Objects.requireNonNull(COUNTS.get(name));
        if (value < range.lowest() || value > range.highest()) {
            field.at(name)
                    .wrong("must be " + range.lowest() + " to " + range.highest() + ", and is " + value
                            + "; leave it out to switch it off");
        }
        return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
    }

    /** Both ends are part of it. */
    record IntRange(int lowest, int highest) {}
}
