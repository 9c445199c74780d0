package io.doksnap.apiserver.rest;

import io.doksnap.apiserver.failure.Failures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client wants its answer to look like, from its {@code Accept} header (RFC 9110, section 12.5.1). */
record Accepted(Format format, As as) {
    static final Accepted PLAIN_JSON = new Accepted(Format.JSON, As.OBJECT);
    private static final String KNOWN = "application/json, application/yaml";

    /** How it is written. */
    enum Format {
        JSON("application/json"),
        YAML("application/yaml");

        private final String contentType;

        Format(String contentType) {
            this.contentType = contentType;
        }

        String contentType() {
            return contentType;
        }
    }

    /** What is shown of an object. */
    enum As {
        OBJECT,
        TABLE,
        METADATA
    }

    /**
     * One alternative of the header.
     *
     * @param share between 0 and 1
     */
    record Range(String type, Map<String, String> parameters, double share) {
        boolean asks(String parameter, String value) {
            return value.equals(parameters.get(parameter));
        }
    }

    static Accepted of(String header) {
        if (header.isBlank()) {
            return PLAIN_JSON;
        }
        for (Range range : ranges(header)) {
            switch (range.type()) {
                case "application/json", "application/*", "*/*" -> {
                    if (canShow(range)) {
                        return new Accepted(Format.JSON, as(range));
                    }
                }
                case "application/yaml" -> {
                    if (canShow(range)) {
                        return new Accepted(Format.YAML, as(range));
                    }
                }
                default -> {}
            }
        }
        throw Failures.notAcceptable(KNOWN);
    }

    private static boolean canShow(Range range) {
        String as = range.parameters().getOrDefault("as", "");
        return as.isEmpty()
                || (range.asks("g", "meta.k8s.io")
                        && range.asks("v", "v1")
                        && List.of("Table", "PartialObjectMetadata", "PartialObjectMetadataList")
                                .contains(as));
    }

    private static As as(Range range) {
        String as = range.parameters().getOrDefault("as", "");
        if (as.isEmpty()) {
            return As.OBJECT;
        }
        return as.equals("Table") ? As.TABLE : As.METADATA;
    }

    /** The alternatives, those first that the client likes most. */
    static List<Range> ranges(String header) {
        List<Range> ranges = new ArrayList<>();
        for (String alternative : header.split(",", -1)) {
            String[] parts = alternative.split(";", -1);
            Map<String, String> parameters = new HashMap<>();
            for (int i = 1; i < parts.length; i++) {
                int equals = parts[i].indexOf('=');
                if (equals > 0) {
                    parameters.put(
                            parts[i].substring(0, equals).strip(),
                            parts[i].substring(equals + 1).strip());
                }
            }
            double share = share(parameters.remove("q"));
            if (share > 0) {
                ranges.add(new Range(parts[0].strip().toLowerCase(Locale.ROOT), parameters, share));
            }
        }
        ranges.sort(Comparator.comparingDouble(Range::share).reversed());
        return ranges;
    }

    private static double share(@Nullable String text) {
        try {
            return text == null ? 1 : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
