package io.doksnap.policy;

import io.doksnap.api.BackupPolicySpec.RetentionSpec;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Reads how many snapshots are kept. */
final class RetentionReader {
    private final Field field;

    RetentionReader(Field field) {
        this.field = field;
    }

    Retention read(@Nullable RetentionSpec spec) {
        return spec == null
                ? Retention.KEEP_ALL
                : new Retention(
                        count("keepLast", spec.keepLast(), 1, 1000),
                        count("daily", spec.daily(), 1, 365),
                        count("weekly", spec.weekly(), 1, 104),
                        count("monthly", spec.monthly(), 1, 120),
                        count("yearly", spec.yearly(), 0, 100));
    }

    private OptionalInt count(String name, @Nullable Integer value, int lowest, int highest) {
        if (value == null) {
            return OptionalInt.empty();
        }
        if (value < lowest || value > highest) {
            field.at(name)
                    .wrong("must be " + lowest + " to " + highest + ", and is " + value
                            + "; leave it out to switch it off");
        }
        return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
