package io.doksnap.policy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts of data as people write them. */
public final class DataSize {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,3})?) ?([kmgt]?)(i?)b?");
    private static final Map<String, Integer> STEPS = Map.of("", 0, "k", 1, "m", 2, "g", 3, "t", 4);

    private DataSize() {}

    /** Reads bytes: {@code 500000}, {@code 512KiB}, {@code 10MiB}, {@code 1.5GiB}, or in steps of a thousand {@code 10MB}. */
    public static OptionalLong parse(String text) {
        Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()
                || (matcher.group(2).isEmpty() && !matcher.group(3).isEmpty())) {
            return OptionalLong.empty();
        }
        BigDecimal unit = BigDecimal.valueOf(matcher.group(3).isEmpty() ? 1000 : 1024)
                .pow(STEPS.getOrDefault(matcher.group(2), 0));
        BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(unit);
        return bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                ? OptionalLong.empty()
                : OptionalLong.of(bytes.setScale(0, RoundingMode.DOWN).longValueExact());
    }
}
