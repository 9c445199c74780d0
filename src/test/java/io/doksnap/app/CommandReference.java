package io.doksnap.app;

import io.doksnap.docs.Page;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The commands as picocli knows them. */
public final class CommandReference {
    /** Every command has them. */
    private static final List<String> STANDARD = List.of("--help", "--version");

    private CommandReference() {}

    /** The whole command line, for whoever wants to know what it takes. */
    public static CommandLine commandLine() {
        return Main.commandLine(Console.standard(), Clock.systemUTC()).setUsageHelpAutoWidth(false);
    }

    /** What picocli reads for these words: as the original program took it, a file alone means to run it. */
    public static String[] words(List<String> arguments) {
        return Main.command(arguments.toArray(String[]::new));
    }

    public static String page() {
        CommandLine line = commandLine();
        Page page = new Page("Commands", "the command line itself")
                .paragraph("`doksnap COMMAND --help` says the same; [cli.md](../cli.md) explains what the commands do.")
                .table(
                        List.of("command", "what it does"),
                        line.getSubcommands().entrySet().stream()
                                .map(command -> List.of(
                                        "[`" + command.getKey() + "`](#doksnap-" + command.getKey() + ")",
                                        Page.cellOf(
                                                description(command.getValue().getCommandSpec()))))
                                .toList())
                .paragraph("Each has `-h`, `--help` and `-V`, `--version`, too.");
        line.getSubcommands().values().forEach(command -> command(page, command.getCommandSpec()));
        page.section("Exit codes").table(List.of("code", "meaning"), exitCodes(line));
        return page.text();
    }

    private static void command(Page page, CommandSpec command) {
        Help help = new Help(command, Help.defaultColorScheme(Help.Ansi.OFF));
        page.section("doksnap " + command.name());
        page.paragraph(Arrays.stream(command.usageMessage().description()).collect(Collectors.joining(" ")));
        page.block(
                "text",
                help.synopsis(0)
                        .replaceAll("\\[-hV\\] ?", "")
                        .replaceAll("\\[-h([a-zA-Z]*)V([a-z]*)]", "[-$1$2]")
                        .strip());
        List<List<String>> rows = new ArrayList<>();
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            rows.add(List.of(Page.code(parameter.paramLabel()), sentence(parameter.description())));
        }
        for (OptionSpec option : command.options()) {
            if (!option.hidden() && !STANDARD.contains(option.longestName())) {
                rows.add(List.of(names(option), sentence(option.description())));
            }
        }
        if (!rows.isEmpty()) {
            page.table(List.of("argument", "meaning"), rows);
        }
        page.paragraph(String.join(" ", command.usageMessage().footer()).replaceAll("The exit code tells.*", ""));
    }

    /** What the help says in lines of which each stands for itself. */
    private static String sentence(String[] lines) {
        return Arrays.stream(lines)
                .reduce((said, next) -> said + (said.matches("(?s).*[.:;,]") ? " " : "; ") + next)
                .orElse("");
    }

    private static String names(OptionSpec option) {
        String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        return Arrays.stream(option.names())
                .map(name -> Page.code(name + value))
                .collect(Collectors.joining(", "));
    }

    private static String description(CommandSpec command) {
        return Arrays.stream(command.usageMessage().description()).collect(Collectors.joining(" "));
    }

    private static List<List<String>> exitCodes(CommandLine line) {
        List<List<String>> rows = new ArrayList<>();
        Map<String, String> codes = line.getCommandSpec().usageMessage().exitCodeList();
        codes.forEach((code, meaning) -> rows.add(List.of(code, meaning)));
        rows.add(List.of("69, 70", "the launcher found no Java, or could not build"));
        return rows;
    }
}
