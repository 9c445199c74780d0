package io.doksnap.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.doksnap.api.ConditionType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;

/** The kinds of {@code crd/}, which another test holds equal to the types. */
final class ResourceReference {
    private static final ObjectMapper JSON = new ObjectMapper();
    static final List<String> KINDS =
            List.of("backuppolicies", "backups", "restores", "snapshots", "backupdestinations");
    /** How the types say what counts where a field is absent. */
    private static final Pattern WITHOUT = Pattern.compile("^(.*); (?:absent|empty): ([^.;]+)\\.?$", Pattern.DOTALL);

    private static final Pattern CONDITION = Pattern.compile("/\\*\\* ([^*]+) \\*/\\s+[A-Z_]+\\(\"([A-Za-z]+)\"\\)");

    private ResourceReference() {}

    static String page() throws IOException {
        Page page = new Page("Resources", "crd/ and the types of io.doksnap.api")
                .paragraph("The kinds of `doksnap.io/v1`, as `kubectl explain` has them. What counts where a field is"
                        + " absent is no default in the API: it stays absent there. `[]` is each item of a list,"
                        + " `*` any key.");
        for (String kind : KINDS) {
            kind(page, crd(kind));
        }
        conditions(page);
        return page.text();
    }

    static JsonNode crd(String plural) throws IOException {
        return JSON.valueToTree(new Yaml().load(Files.readString(Path.of("crd/doksnap.io_" + plural + ".yaml"))));
    }

    private static void kind(Page page, JsonNode crd) {
        JsonNode names = crd.at("/spec/names");
        JsonNode version = crd.at("/spec/versions/0");
        JsonNode schema = version.at("/schema/openAPIV3Schema");
        page.section(names.path("kind").asText())
                .paragraph(schema.path("description").asText())
                .paragraph("`kubectl get " + names.path("shortNames").path(0).asText() + "`, or "
                        + Page.code(names.path("plural").asText()) + ". Columns: " + columns(version)
                        + " (in italics: with `-o wide`).");
        List<List<String>> rows = new ArrayList<>();
        Map<JsonNode, String> seen = new HashMap<>();
        fields(rows, seen, schema.at("/properties/spec"), "spec");
        fields(rows, seen, schema.at("/properties/status"), "status");
        page.table(List.of("field", "type", "what it says", "without it"), rows);
    }

    private static String columns(JsonNode version) {
        StringJoiner columns = new StringJoiner(", ");
        version.path("additionalPrinterColumns").forEach(column -> {
            String name = column.path("name").asText().toUpperCase(java.util.Locale.ROOT);
            columns.add(column.path("priority").asInt() > 0 ? "*" + name + "*" : name);
        });
        return columns.toString();
    }

    private static void fields(List<List<String>> rows, Map<JsonNode, String> seen, JsonNode schema, String path) {
        schema.path("properties").properties().forEach(field -> {
            boolean required = false;
            for (JsonNode name : schema.path("required")) {
                required |= name.asText().equals(field.getKey());
            }
            field(rows, seen, field.getValue(), path + "." + field.getKey(), required);
        });
    }

    private static void field(
            List<List<String>> rows, Map<JsonNode, String> seen, JsonNode field, String path, boolean required) {
        Matcher words = WITHOUT.matcher(field.path("description").asText());
        boolean usual = words.find();
        String meaning =
                usual ? words.group(1) + "." : field.path("description").asText();
        JsonNode below = field.has("items") ? field.get("items") : field;
        String here = field.has("items") ? path + "[]" : path;
        String same = below.has("properties") && below.size() > 1 ? seen.putIfAbsent(below, here) : null;
        rows.add(List.of(
                Page.code(path),
                type(field),
                meaning + values(field, meaning) + (same == null ? "" : " Fields as those of " + Page.code(same) + "."),
                required ? "required" : usual ? words.group(2) : ""));
        if (same == null) {
            fields(rows, seen, below, here);
        }
        fields(rows, seen, field.path("additionalProperties"), path + ".*");
    }

    private static String type(JsonNode field) {
        String type = field.path("type").asText("any");
        if (type.equals("array")) {
            return "list of " + type(field.path("items"));
        }
        if (type.equals("object") && field.has("additionalProperties")) {
            return "map of " + type(field.path("additionalProperties"));
        }
        return field.has("format") ? type + " (" + field.path("format").asText() + ")" : type;
    }

    /** What a value may be, as the schema says it, where the meaning does not. */
    private static String values(JsonNode field, String meaning) {
        StringJoiner allowed = new StringJoiner(", ");
        boolean said = true;
        for (JsonNode value : field.path("enum")) {
            said &= meaning.contains(value.asText());
            allowed.add(Page.code(value.asText()));
        }
        String words = said ? "" : " One of " + allowed + ".";
        if (meaning.contains(field.path("maximum").asText("no"))) {
            return words;
        }
        if (field.has("minimum") || field.has("maximum")) {
            words += " " + range(field, "minimum", "maximum") + ".";
        }
        if (field.has("minItems") || field.has("maxItems")) {
            words += " " + range(field, "minItems", "maxItems") + " items.";
        }
        return words;
    }

    private static String range(JsonNode field, String least, String most) {
        if (!field.has(most)) {
            return "At least " + field.path(least).asText();
        }
        return field.has(least)
                ? field.path(least).asText() + " to " + field.path(most).asText()
                : "At most " + field.path(most).asText();
    }

    private static void conditions(Page page) throws IOException {
        Matcher type = CONDITION.matcher(Files.readString(Path.of("src/main/java/io/doksnap/api/ConditionType.java")));
        List<List<String>> rows = new ArrayList<>();
        while (type.find()) {
            rows.add(List.of(
                    Page.code(type.group(2)), Page.cellOf(type.group(1)).replaceAll("\\{@\\w+ ([^}]+)}", "`$1`")));
        }
        if (rows.size() != ConditionType.values().length) {
            throw new IllegalStateException("not every condition says what it means: " + rows);
        }
        page.section("Conditions")
                .paragraph("Each has a reason and a message; [troubleshooting.md](../troubleshooting.md) has every"
                        + " reason, by condition, with what it means and what to do about it.")
                .table(List.of("condition", "is `True` when"), rows);
    }
}
