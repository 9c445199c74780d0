package io.doksnap.declare;

import java.util.Objects;
import java.util.Optional;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/** Says in one line what the YAML parser found wrong, and what to do: its own words are for those who wrote it. */
final class YamlComplaint {
    private YamlComplaint() {}

    static Place place(String file, MarkedYAMLException wrong) {
        Mark mark = wrong.getProblemMark() == null ? wrong.getContextMark() : wrong.getProblemMark();
        return mark == null ? Place.wholeFile(file) : new Place(file, mark.getLine() + 1, mark.getColumn() + 1, "");
    }

    static String message(MarkedYAMLException wrong) {
        String problem = Objects.requireNonNullElse(wrong.getProblem(), "");
        String context = Objects.requireNonNullElse(wrong.getContext(), "");
        String opened = wrong.getContextMark() == null
                ? ""
                : " in line " + (wrong.getContextMark().getLine() + 1);
        return aboutCharacters(problem, context)
                .or(() -> aboutStructure(problem, context, opened))
                .orElseGet(() -> (context.isEmpty() ? "" : oneLine(context) + ": ") + oneLine(problem));
    }

    /** What is wrong with a single character that YAML gives a meaning. */
    private static Optional<String> aboutCharacters(String problem, String context) {
        if (problem.contains("(TAB)")) {
            return Optional.of("a tab cannot indent YAML; use spaces");
        }
        if (problem.contains("that cannot start any token")) {
            String character = problem.replaceFirst("^found character '(.*)' that cannot.*", "$1");
            return Optional.of("a value cannot start with " + character + "; put it in quotes, such as \"" + character
                    + "daily\"");
        }
        if (context.contains("scanning an alias") || problem.contains("undefined alias")) {
            return Optional.of("a value that starts with * must be in quotes, such as \"*.log\" or \"*/15 * * * *\"");
        }
        if (problem.contains("unknown escape character")) {
            return Optional.of(
                    "a backslash in double quotes starts an escape; use single quotes, or double the backslash");
        }
        if (context.contains("scanning a block scalar")) {
            return Optional.of(
                    "a value that starts with | or > is a text on the lines below it; put the value in quotes, or"
                            + " start it on the next line");
        }
        if (context.contains("scanning an anchor") || context.contains("scanning a tag")) {
            return Optional.of("a value that starts with & or ! must be in quotes");
        }
        if (context.contains("scanning a directive")) {
            return Optional.of("a line cannot start with %; put the value in quotes, or remove it");
        }
        if (problem.contains("mapping keys are not allowed")) {
            return Optional.of("a '?' cannot stand here; put the value in quotes");
        }
        if (problem.contains("Global tag is not allowed")) {
            return Optional.of("a tag such as !!name means nothing here; remove it, or put the value in quotes");
        }
        return Optional.empty();
    }

    /** What is wrong with how the lines fit together. */
    private static Optional<String> aboutStructure(String problem, String context, String opened) {
        if (context.contains("quoted scalar") && problem.contains("end of stream")) {
            return Optional.of("the quote that opens" + opened + " is never closed; add the closing quote");
        }
        if (problem.contains("mapping values are not allowed")) {
            return Optional.of(
                    "a ':' cannot stand here; check the indentation of this line and the one above, or quote the value");
        }
        if (problem.contains("sequence entries are not allowed")) {
            return Optional.of("a list's '-' cannot stand here; start the list on a line of its own");
        }
        if (context.contains("flow sequence") || context.contains("flow mapping")) {
            return Optional.of("the bracket that opens" + opened + " is not closed, or a ',' is missing");
        }
        if (problem.contains("expected the node content") && problem.contains("found '-'")) {
            return Optional.of("a list's '-' cannot stand within brackets; close the bracket that opens above it");
        }
        if (problem.contains("expected the node content")) {
            return Optional.of(
                    problem.contains("<stream end>")
                            ? "a bracket is opened and never closed; add the closing ']' or '}'"
                            : "no value can start here: a bracket or comma is one too many or a value is missing; put a value"
                                    + " that holds one in quotes");
        }
        if (problem.contains("expected <block end>")) {
            return Optional.of(
                    "the indentation does not fit the block that starts" + opened + "; use the same number of spaces");
        }
        if (problem.contains("could not find expected ':'")) {
            return Optional.of(
                    "a ':' is missing after a key" + opened + "; write 'key: value', with a space after the colon");
        }
        if (context.contains("single document")) {
            return Optional.of("a second document starts here; remove the '---'");
        }
        if (problem.contains("expected '<document start>'")) {
            return Optional.of(
                    "does not belong to what stands above it; check the indentation of this line and the one above");
        }
        return Optional.empty();
    }

    static String message(YAMLException wrong) {
        String message = String.valueOf(wrong.getMessage());
        if (message.contains("Nesting Depth")) {
            return "nests deeper than any setting; check the brackets and the indentation";
        }
        if (message.contains("aliases")) {
            return "uses more than 1000 aliases (*name); write some of them out";
        }
        return oneLine(message);
    }

    private static String oneLine(String text) {
        return text.lines().map(String::strip).findFirst().orElse("is no YAML");
    }
}
