package io.doksnap.apiserver.objects;

import com.fasterxml.jackson.databind.JsonNode;
import io.doksnap.apiserver.failure.StatusException.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What names, labels, annotations, finalizers and owners may look like, in the words of the real server (apimachinery, validation). */
final class MetadataRules {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
    private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final Pattern LABEL_PATTERN = Pattern.compile(LABEL);
    private static final Pattern SUBDOMAIN_PATTERN = Pattern.compile(SUBDOMAIN);
    private static final Pattern QUALIFIED_PATTERN = Pattern.compile(QUALIFIED);
    private static final int LONGEST_LABEL = 63;
    private static final int LONGEST_SUBDOMAIN = 253;
    private static final int LARGEST_ANNOTATIONS = 256 * 1024;

    private final List<Cause> causes = new ArrayList<>();

    private MetadataRules() {}

    /** Everything that is wrong with it. */
    static List<Cause> check(Metadata metadata, boolean nameIsLabel) {
        MetadataRules rules = new MetadataRules();
        rules.name(metadata.name(), nameIsLabel);
        rules.labels(metadata.node().path("labels"));
        rules.annotations(metadata.node().path("annotations"));
        rules.finalizers(metadata.node().path("finalizers"));
        rules.owners(metadata.node().path("ownerReferences"));
        return rules.causes;
    }

    /** What is wrong with a name that is a DNS label, or a subdomain; empty where it is fine. */
    static Optional<String> nameProblem(String name, boolean label) {
        int longest = label ? LONGEST_LABEL : LONGEST_SUBDOMAIN;
        if (name.length() > longest) {
            return Optional.of("must be no more than " + longest + " characters");
        }
        if (label) {
            return LABEL_PATTERN.matcher(name).matches()
                    ? Optional.empty()
                    : Optional.of(
                            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must"
                                    + " start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for"
                                    + " validation is '" + LABEL + "')");
        }
        return SUBDOMAIN_PATTERN.matcher(name).matches()
                ? Optional.empty()
                : Optional.of(
                        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and"
                                + " must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '"
                                + SUBDOMAIN + "')");
    }

    private void name(String name, boolean label) {
        if (name.isEmpty()) {
            causes.add(new Cause(
                    "FieldValueRequired", "Required value: name or generateName is required", "metadata.name"));
            return;
        }
        nameProblem(name, label).ifPresent(problem -> invalid("metadata.name", name, problem));
    }

    private void labels(JsonNode labels) {
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            qualifiedName("metadata.labels", label.getKey(), label.getKey());
            String value = label.getValue().asText("");
            if (value.length() > LONGEST_LABEL) {
                invalid("metadata.labels", value, "must be no more than " + LONGEST_LABEL + " characters");
            } else if (!value.isEmpty() && !QUALIFIED_PATTERN.matcher(value).matches()) {
                invalid(
                        "metadata.labels",
                        value,
                        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must"
                                + " start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345',"
                                + " regex used for validation is '(" + QUALIFIED + ")?')");
            }
        }
    }

    private void annotations(JsonNode annotations) {
        long bytes = 0;
        for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
            qualifiedName("metadata.annotations", annotation.getKey().toLowerCase(Locale.ROOT), annotation.getKey());
            bytes += annotation.getKey().length()
                    + annotation.getValue().asText("").length();
        }
        if (bytes > LARGEST_ANNOTATIONS) {
            causes.add(new Cause(
                    "FieldValueTooLong",
                    "Too long: may not be more than " + LARGEST_ANNOTATIONS + " bytes",
                    "metadata.annotations"));
        }
    }

    private void finalizers(JsonNode finalizers) {
        for (JsonNode finalizer : finalizers) {
            qualifiedName("metadata.finalizers", finalizer.asText(""), finalizer.asText(""));
        }
    }

    private void owners(JsonNode owners) {
        int index = 0;
        int controllers = 0;
        for (JsonNode owner : owners) {
            for (String field : List.of("apiVersion", "kind", "name", "uid")) {
                if (owner.path(field).asText("").isEmpty()) {
                    causes.add(new Cause(
                            "FieldValueInvalid",
                            "Invalid value: \"\": " + (field.equals("apiVersion") ? "version" : field)
                                    + " must not be empty",
                            "metadata.ownerReferences[" + index + "]." + field));
                }
            }
            controllers += owner.path("controller").asBoolean() ? 1 : 0;
            index++;
        }
        if (controllers > 1) {
            causes.add(new Cause(
                    "FieldValueInvalid",
                    "Invalid value: Only one reference can have Controller set to true",
                    "metadata.ownerReferences"));
        }
    }

    private void qualifiedName(String field, String key, String shown) {
        int slash = key.indexOf('/');
        String prefix = slash < 0 ? "" : key.substring(0, slash);
        String name = key.substring(slash + 1);
        if (slash == 0) {
            invalid(field, shown, "prefix part must be non-empty");
        } else if (slash > 0) {
            nameProblem(prefix, false).ifPresent(problem -> invalid(field, shown, "prefix part " + problem));
        }
        if (name.isEmpty()) {
            invalid(field, shown, "name part must be non-empty");
        } else if (name.length() > LONGEST_LABEL) {
            invalid(field, shown, "name part must be no more than " + LONGEST_LABEL + " characters");
        } else if (!QUALIFIED_PATTERN.matcher(name).matches()) {
            invalid(
                    field,
                    shown,
                    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
                            + " alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '"
                            + QUALIFIED + "')");
        }
    }

    private void invalid(String field, String value, String why) {
        causes.add(new Cause("FieldValueInvalid", "Invalid value: \"" + value + "\": " + why, field));
    }
}
