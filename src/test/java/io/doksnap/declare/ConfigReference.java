package io.doksnap.declare;

import io.doksnap.declare.ExampleFile.Setting;
import io.doksnap.declare.KnownKeys.Kind;
import io.doksnap.docs.Page;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The settings and variables that the readers ask for, in the words of the examples. */
public final class ConfigReference {
    private static final Pattern VARIABLE = Pattern.compile("(?:# )?([A-Z][A-Z_]*)=(.*)");

    private ConfigReference() {}

    /** What the readers ask for when everything is there, by path as {@link ExampleFile} writes it. */
    static Map<String, Set<Kind>> known() throws IOException {
        ConfigParser parser = new ConfigParser(
                "config.yaml.example", Path.of("/conf"), Map.of("DOKSNAP_API_KEY", "x", "GPG_KEY_ID", "1"));
        parser.parse(ExampleFile.everything());
        // What asks for other variables: a store without TLS, the environment where the file is silent.
        ConfigParser other = new ConfigParser("config.yaml", Path.of("/conf"), Map.of());
        other.parse("s3: {endpoint: 'http://minio', bucket: backups}");
        Map<String, Set<Kind>> known = new TreeMap<>();
        for (ConfigParser asked : List.of(parser, other)) {
            asked.known()
                    .kinds()
                    .forEach((path, kinds) -> known.computeIfAbsent(
                                    path.replaceAll("\\[\\d+]", "[]")
                                            .replaceAll("^(destinations|encryptions)\\.[a-z]+", "$1.NAME"),
                                    any -> EnumSet.noneOf(Kind.class))
                            .addAll(kinds));
        }
        return known;
    }

    /** The variables that the program reads, without those that end in a name. */
    static Set<String> variables() throws IOException {
        Set<String> variables = new TreeSet<>(Environment.KNOWN);
        known().keySet().stream()
                .filter(name -> name.matches("[A-Z][A-Z_]+"))
                .filter(name -> !name.matches(".*_(OFFSITE|DISK|TEAM)"))
                .forEach(variables::add);
        variables.removeIf(name -> name.endsWith("_FILE"));
        variables.remove("HOME");
        return variables;
    }

    /** What {@code .env.example} says of each variable that it has. */
    static Map<String, Setting> explained() throws IOException {
        Map<String, Setting> explained = new LinkedHashMap<>();
        List<String> words = new ArrayList<>();
        boolean used = false;
        for (String line : Files.readAllLines(Path.of(".env.example"))) {
            Matcher variable = VARIABLE.matcher(line);
            if (variable.matches()) {
                explained.put(
                        variable.group(1), new Setting(variable.group(1), variable.group(2), String.join(" ", words)));
                used = true;
                continue;
            }
            if (used || line.isBlank()) {
                words.clear();
                used = false;
            }
            words.add(line.replaceFirst("^# ?", ""));
        }
        return explained;
    }

    public static String page() {
        try {
            return write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String write() throws IOException {
        Map<String, Set<Kind>> known = known();
        Map<String, List<List<String>>> sections = new LinkedHashMap<>();
        Map<String, String> words = new LinkedHashMap<>();
        for (Setting setting : together(ExampleFile.settings().values())) {
            String top = setting.path().replaceAll("[.\\[].*", "");
            boolean section = setting.path().equals(top) && setting.example().isEmpty();
            String title = section || !setting.path().equals(top) ? top : "Single settings";
            List<List<String>> rows = sections.computeIfAbsent(title, any -> new ArrayList<>());
            if (section) {
                words.put(title, setting.words());
            } else {
                rows.add(List.of(
                        Page.code(setting.path()),
                        type(known.getOrDefault(setting.path(), Set.of())),
                        Page.code(setting.example()),
                        setting.words()));
            }
        }
        Page page = new Page("Configuration", "config.yaml.example, .env.example and what the readers ask for")
                .paragraph("Every setting of `config.yaml`, with an example and the words of"
                        + " [config.yaml.example](../../config.yaml.example), which shows them in their places."
                        + " `[]` is each item of a list, `NAME` a name of your choice. `doksnap validate` reads a"
                        + " file and says everything that is wrong with it.");
        sections.forEach((title, rows) -> page.section(title)
                .paragraph(words.getOrDefault(title, ""))
                .table(List.of("setting", "takes", "example", "what it says"), rows));
        return variables(page, known).text();
    }

    /** With what belongs to one setting of an app in one place, wherever the file shows it. */
    private static List<Setting> together(Collection<Setting> settings) {
        Map<String, List<Setting>> groups = new LinkedHashMap<>();
        for (Setting setting : settings) {
            String group = setting.path().replaceFirst("^(apps\\[]\\.\\w+).*", "$1");
            groups.computeIfAbsent(group, any -> new ArrayList<>()).add(setting);
        }
        return groups.values().stream().flatMap(List::stream).toList();
    }

    private static Page variables(Page page, Map<String, Set<Kind>> known) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        Set<String> variables = variables();
        explained().forEach((name, setting) -> {
            if (variables.contains(name) || !name.endsWith("_FILE")) {
                boolean file = known.getOrDefault(name, Set.of()).contains(Kind.SECRET);
                boolean named = known.containsKey(name + "_OFFSITE") || known.containsKey(name + "_TEAM");
                rows.add(List.of(
                        Page.code(name),
                        file ? Page.code(name + "_FILE") : "",
                        named ? Page.code(name + "_NAME") : "",
                        setting.words()));
            }
        });
        return page.section("Environment")
                .paragraph("A variable that is empty counts as not set. `..._FILE` names a file that holds the secret,"
                        + " which is read again whenever it is used. `..._NAME` is that of a destination or an"
                        + " encryption with a name: `AWS_ACCESS_KEY_ID_OFFSITE`, `ENCRYPTION_PASSWORD_TEAM_KEY`"
                        + " for `team-key`; these may end in `_FILE`, too.")
                .table(List.of("variable", "from a file", "by name", "what it says"), rows);
    }

    private static String type(Set<Kind> kinds) {
        return kinds.stream().map(Kind::expected).distinct().collect(Collectors.joining(" or "));
    }
}
