package io.doksnap.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.doksnap.app.CommandReference;
import io.doksnap.docs.ShellText.Simple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What the guides show can be typed: every command line is one that the program takes, every snippet one that it reads. */
class DocumentedCommandsTest {
    /** What a block may hold besides our own commands without a test that runs it. */
    private static final Set<String> FURNITURE =
            Set.of("umask", "export", "cp", "mkdir", "cat", "cd", "sleep", "unset", "wait", "kill", "curl", "ls");

    private static final Set<String> LANGUAGES = Set.of("sh", "yaml", "text", "sql", "json");

    /** A command in the middle of a sentence. */
    private static final Pattern INLINE = Pattern.compile("`((?:\\./)?doksnap [a-z][^`]*)`");

    private final Resources resources = new Resources();

    @TestFactory
    Stream<DynamicTest> everyBlockIsCheckedOrRunOrSaysWhyNot() throws IOException {
        return Block.all().stream()
                .map(block -> DynamicTest.dynamicTest(block.toString(), () -> {
                    assertThat(block.language())
                            .as("a block says what it is: ```sh, ```yaml, ```text for what is shown only")
                            .isIn(LANGUAGES);
                    if (block.marker().isPresent()) {
                        check(block.marker().get());
                    }
                    if (block.language().equals("sh")) {
                        List<Simple> commands = ShellText.commands(block.text());
                        assertThat(commands).isNotEmpty();
                        for (Simple command : commands) {
                            check(command, block.marker().isPresent());
                        }
                    } else if (block.marker().isEmpty() && block.language().equals("yaml")) {
                        new Snippets().check(block.text());
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyCommandWithinASentenceIsOne() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path file : files()) {
            Matcher inline = INLINE.matcher(Files.readString(file).replaceAll("(?s)```.*?```", ""));
            while (inline.find()) {
                String command = inline.group(1);
                if (!command.contains("...") && !command.contains("COMMAND") && !command.contains("|")) {
                    tests.add(DynamicTest.dynamicTest(file + ": " + command, () -> checkInline(command)));
                }
            }
        }
        return tests.stream();
    }

    @Test
    void mistakesAreSeen() {
        assertThat(problem("doksnap bakup shop")).contains("bakup");
        assertThat(problem("doksnap restore shop --to-volum x")).contains("--to-volum");
        assertThat(problem("docker exec doksnapshotter doksnap prune")).contains("NAME");
        assertThat(problem("doksnap keygen > a | cat > b && doksnap status --protected"))
                .contains("--protected");
        assertThat(problem("echo \"$(doksnap lst)\"")).contains("lst");
        assertThat(problem("kubectl get backuppolicys")).contains("backuppolicys");
        assertThat(problem("kubectl explain bp.spec.quiece")).contains("quiece");
        assertThat(problem("frobnicate --all")).contains("frobnicate");
    }

    private String problem(String line) {
        for (Simple command : ShellText.commands(line)) {
            try {
                check(command, false);
            } catch (AssertionError | IOException expected) {
                return String.valueOf(expected.getMessage());
            }
        }
        return "";
    }

    /** Within a sentence, a command may be called by its name alone. */
    private void checkInline(String command) throws IOException {
        Simple simple = ShellText.commands(command).get(0);
        boolean name = simple.words().size() == 2
                && CommandReference.commandLine()
                        .getSubcommands()
                        .containsKey(simple.words().get(1));
        if (!name) {
            check(simple, false);
        }
    }

    /**
     * Checks our own commands, and kubectl's.
     *
     * @param answered whether the guide says what becomes of the others
     */
    private void check(Simple command, boolean answered) throws IOException {
        List<String> words = command.words();
        String program = words.get(0);
        int inContainer = program.equals("docker") && words.get(1).equals("exec") ? words.indexOf("doksnap") : -1;
        if (program.matches("(.*/)?doksnap")) {
            parse(words.subList(1, words.size()));
        } else if (inContainer > 0) {
            parse(words.subList(inContainer + 1, words.size()));
        } else if (program.equals("kubectl")) {
            resources.check(words);
            if (!command.input().isEmpty()) {
                new Snippets().check(command.input());
            }
        } else if (!answered && program.equals("docker") && words.contains("--label")) {
            new Snippets().checkLabels(labels(words));
        } else if (!answered && !FURNITURE.contains(program) && !words.equals(List.of("echo", "OUTPUT"))) {
            throw new AssertionError("`" + String.join(" ", words) + "`: nothing runs this; say before the block"
                    + " <!-- run by: TestClass --> or <!-- not run: why -->");
        }
    }

    private static void parse(List<String> arguments) {
        CommandLine line = CommandReference.commandLine();
        try {
            line.parseArgs(CommandReference.words(arguments));
        } catch (ParameterException wrong) {
            throw new AssertionError("doksnap " + String.join(" ", arguments) + ": " + wrong.getMessage(), wrong);
        }
    }

    private static String labels(List<String> words) {
        List<String> labels = new ArrayList<>();
        for (int i = 0; i + 1 < words.size(); i++) {
            if (words.get(i).equals("--label")) {
                labels.add(words.get(i + 1));
            }
        }
        return labels.stream().collect(Collectors.joining("\n"));
    }

    private static void check(Block.Marker marker) throws IOException {
        if (marker.run()) {
            try (Stream<Path> tests = Files.walk(Path.of("src/test/java"))) {
                assertThat(tests.map(test -> test.getFileName().toString()))
                        .as("the test that a block names")
                        .contains(marker.words() + ".java");
            }
        } else {
            assertThat(marker.words()).as("why it is not run").contains(" ");
        }
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("docs"))) {
            return Stream.concat(
                            Stream.of(Path.of("README.md")),
                            files.filter(f -> f.toString().endsWith(".md")))
                    .filter(file -> !file.startsWith("docs/adr"))
                    .sorted()
                    .toList();
        }
    }

    /** What {@code kubectl} can be asked for. */
    private static final class Resources {
        private static final Set<String> VERBS =
                Set.of("get", "describe", "explain", "delete", "wait", "patch", "edit", "label", "annotate");
        private static final Set<String> CORE =
                Set.of("ns", "namespace", "node", "nodes", "secret", "secrets", "events", "cm", "configmap", "pods");

        void check(List<String> words) throws IOException {
            int verb = 1;
            while (verb < words.size() && words.get(verb).startsWith("-")) {
                verb += words.get(verb).equals("-n") ? 2 : 1;
            }
            if (!VERBS.contains(words.get(verb))) {
                assertThat(words.get(verb)).isIn("create", "apply", "logs", "cluster-info", "version", "auth");
                return;
            }
            String what = words.subList(verb + 1, words.size()).stream()
                    .filter(word -> !word.startsWith("-"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(words + " names nothing"));
            for (String resource : what.split(",", -1)) {
                String kind = resource.replaceAll("[/.].*", "");
                if (!CORE.contains(kind)) {
                    JsonNode crd = crd(kind);
                    if (words.get(verb).equals("explain")) {
                        field(crd, resource);
                    }
                }
            }
        }

        private static JsonNode crd(String name) throws IOException {
            for (String plural : ResourceReference.KINDS) {
                JsonNode crd = ResourceReference.crd(plural);
                JsonNode names = crd.at("/spec/names");
                Set<String> all = new java.util.HashSet<>(
                        Set.of(plural, names.path("singular").asText()));
                names.path("shortNames").forEach(shortName -> all.add(shortName.asText()));
                if (all.contains(name)) {
                    return crd;
                }
            }
            throw new AssertionError("kubectl: there is no resource " + name);
        }

        private static void field(JsonNode crd, String path) {
            JsonNode schema = crd.at("/spec/versions/0/schema/openAPIV3Schema");
            for (String name : path.split("\\.", -1)) {
                if (!path.startsWith(name)) {
                    JsonNode below = schema.has("items") ? schema.get("items") : schema;
                    assertThat(below.path("properties").has(name))
                            .as("there is no field " + path)
                            .isTrue();
                    schema = below.path("properties").path(name);
                }
            }
        }
    }
}
