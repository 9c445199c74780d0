package io.doksnap.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The formats that Kubernetes checks; others say something to people only. */
final class Formats {
    /** One format by its name. */
    record Format(String name, Predicate<JsonNode> test) {
        boolean accepts(JsonNode value) {
            return test.test(value);
        }
    }

    /** As Go's time.ParseDuration takes it, and as people write days and weeks. */
    private static final Pattern DURATION =
            Pattern.compile("^[-+]?(0|([0-9]+(\\.[0-9]*)?|\\.[0-9]+)\\s*(ns|us|µs|μs|ms|s|m|h|d|w))+$");

    /** Three of four digits or less, with padding: what encoding/base64 of Go decodes. */
    private static final Pattern BASE64 =
            Pattern.compile("^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$");

    private static final Pattern HOSTNAME = Pattern.compile(
            "^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)(\\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*\\.?$");
    private static final Pattern UUID =
            Pattern.compile("^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}$");
    private static final Pattern IPV4 = Pattern.compile(
            "^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])$");

    private static final Map<String, Predicate<JsonNode>> KNOWN = Map.of(
            "date-time", text(Formats::isDateTime),
            "date", text(Formats::isDate),
            "duration", text(value -> DURATION.matches(value)),
            "byte", text(value -> BASE64.matches(value)),
            "int32", integer(Integer.MIN_VALUE, Integer.MAX_VALUE),
            "int64", integer(Long.MIN_VALUE, Long.MAX_VALUE),
            "hostname", text(value -> value.length() <= 255 && HOSTNAME.matches(value)),
            "ipv4", text(value -> IPV4.matches(value)),
            "uuid", text(value -> UUID.matches(value)),
            "uri", text(Formats::isUri));

    private Formats() {}

    static Optional<Format> named(String name) {
        return Optional.ofNullable(KNOWN.get(name)).map(test -> new Format(name, test));
    }

    private static Predicate<JsonNode> text(Predicate<String> test) {
        return value -> !value.isTextual() || test.test(value.asText());
    }

    private static Predicate<JsonNode> integer(long least, long most) {
        return value -> !value.isNumber()
                || (Numbers.exact(value).compareTo(BigDecimal.valueOf(least)) >= 0
                        && Numbers.exact(value).compareTo(BigDecimal.valueOf(most)) <= 0);
    }

    private static boolean isDateTime(String value) {
        try {
            OffsetDateTime.parse(value);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isDate(String value) {
        try {
            LocalDate.parse(value);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isUri(String value) {
        try {
            return new URI(value).isAbsolute();
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
