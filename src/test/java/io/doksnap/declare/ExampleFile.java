package io.doksnap.declare;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * {@code config.yaml.example}, which is where every setting is explained. One that is not for everybody stands behind a
 * {@code #} and a blank, and behind two of them where it cannot stand beside another.
 */
final class ExampleFile {
    private static final Path FILE = Path.of("config.yaml.example");
    private static final Pattern MARKED =
            Pattern.compile("^( {0,12})# (?= {0,12}(# )?(- )?([A-Za-z0-9_.]+:( |$)|[^#\\s]+$))");
    private static final Pattern WORDS = Pattern.compile("^.*\\S\\s+# (.*)$");
    private static final Pattern MORE_WORDS = Pattern.compile("^ *#? {20,}# (.*)$");
    private static final Pattern INTRODUCTION = Pattern.compile("^ *# (.*)$");

    private final List<String> lines;
    private final Map<String, Setting> settings = new LinkedHashMap<>();

    private ExampleFile(List<String> lines) {
        this.lines = lines;
    }

    /**
     * A setting as the file shows it.
     *
     * @param path with {@code []} for each item of a list, and {@code NAME} where people name things
     * @param words what it says, beside it or above it; empty where it says nothing
     */
    record Setting(String path, String example, String words) {}

    /** The file with all that can stand beside each other, and the bucket as the place for backups. */
    static String everything() throws IOException {
        return Files.readAllLines(FILE).stream()
                .filter(line -> !line.matches("# storage:|#   directory: /backups .*"))
                .map(ExampleFile::unmarked)
                .collect(Collectors.joining("\n"));
    }

    /** Every setting by its path, in the order of the file. */
    static Map<String, Setting> settings() throws IOException {
        ExampleFile file = new ExampleFile(Files.readAllLines(FILE).stream()
                .map(line -> unmarked(unmarked(line)))
                .toList());
        file.walk(new Yaml().compose(new StringReader(String.join("\n", file.lines))), "");
        return file.settings;
    }

    private static String unmarked(String line) {
        return MARKED.matcher(line).replaceFirst("$1");
    }

    private void walk(Node node, String path) {
        if (node instanceof SequenceNode list) {
            list.getValue().forEach(item -> walk(item, path + "[]"));
        } else if (node instanceof MappingNode mapping && !path.matches(".*\\.(env|match_labels)")) {
            for (NodeTuple entry : mapping.getValue()) {
                String key = ((ScalarNode) entry.getKeyNode()).getValue();
                String named = path.equals("destinations") || path.equals("encryptions") ? "NAME" : key;
                String here = path.isEmpty() ? key : path + "." + named;
                Setting setting = new Setting(
                        here,
                        example(entry.getValueNode()),
                        words(entry.getKeyNode().getStartMark().getLine()));
                settings.merge(here, setting, (first, again) -> first.words().isEmpty() ? again : first);
                walk(entry.getValueNode(), here);
            }
        }
    }

    private static String example(Node value) {
        if (value instanceof ScalarNode scalar) {
            return scalar.getScalarStyle() == org.yaml.snakeyaml.DumperOptions.ScalarStyle.DOUBLE_QUOTED
                    ? '"' + scalar.getValue() + '"'
                    : scalar.getValue();
        }
        boolean flat =
                value instanceof SequenceNode list && list.getValue().stream().allMatch(ScalarNode.class::isInstance);
        return flat
                ? ((SequenceNode) value)
                        .getValue().stream().map(ExampleFile::example).collect(Collectors.joining(", ", "[", "]"))
                : "";
    }

    /** Beside the setting and under that, else above it. */
    private String words(int line) {
        Matcher beside = WORDS.matcher(lines.get(line));
        List<String> words = new ArrayList<>();
        if (beside.matches()) {
            words.add(beside.group(1));
            for (int i = line + 1;
                    i < lines.size() && MORE_WORDS.matcher(lines.get(i)).matches();
                    i++) {
                words.add(MORE_WORDS.matcher(lines.get(i)).replaceFirst("$1"));
            }
        } else {
            for (int i = line - 1;
                    i >= 0
                            && INTRODUCTION.matcher(lines.get(i)).matches()
                            && !MORE_WORDS.matcher(lines.get(i)).matches();
                    i--) {
                words.add(0, INTRODUCTION.matcher(lines.get(i)).replaceFirst("$1"));
            }
        }
        return String.join(" ", words);
    }
}
