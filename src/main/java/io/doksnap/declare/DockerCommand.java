package io.doksnap.declare;

import io.doksnap.api.HooksSpec.DockerSpec;
import io.doksnap.api.HooksSpec.EnvSpec;
import io.doksnap.api.HooksSpec.ExecSpec;
import io.doksnap.api.HooksSpec.HookSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Understands the command lines of {@code docker} that can be carried out through the engine's API, so that no docker binary
 * is needed: start, stop, restart, pause, unpause, kill and exec, with the options that people give them.
 */
final class DockerCommand {
    private static final Map<String, String> TIME = Map.of("-t", "time", "--time", "time", "--timeout", "time");
    private static final Map<String, String> SIGNAL = Map.of("-s", "signal", "--signal", "signal");
    private static final Map<String, String> EXEC = Map.of(
            "-u", "user", "--user", "user", "-w", "workdir", "--workdir", "workdir", "-e", "env", "--env", "env");

    /** The options with a value that a command takes, by what they are for. */
    private static final Map<String, Map<String, String>> VALUES = Map.of(
            "start", Map.of(),
            "stop", TIME,
            "restart", TIME,
            "pause", Map.of(),
            "unpause", Map.of(),
            "kill", SIGNAL,
            "exec", EXEC);

    /** Whose input or terminal a hook's command has, makes no difference to what it does: it has neither. */
    private static final Set<String> IGNORED = Set.of("-i", "--interactive", "-t", "--tty");

    private final String verb;
    private final List<String> rest;
    private final List<String> names = new ArrayList<>();
    private final List<EnvSpec> environment = new ArrayList<>();
    private @Nullable String user;
    private @Nullable String directory;
    private @Nullable String grace;
    private @Nullable String signal;
    private int at;

    private DockerCommand(String verb, List<String> rest) {
        this.verb = verb;
        this.rest = rest;
    }

    /**
     * The hooks that a command amounts to, one for each container; empty when it is no such command of docker.
     *
     * @param execTimeout how long a command in a container may take
     */
    static Optional<List<HookSpec>> read(List<String> words, @Nullable String execTimeout) throws CommandLineException {
        if (words.isEmpty() || !words.get(0).matches("(/.*/)?docker")) {
            return Optional.empty();
        }
        int verb = words.size() > 1 && words.get(1).equals("container") ? 2 : 1;
        if (words.size() > verb && words.get(verb).startsWith("-")) {
            String option = words.get(verb).startsWith("--")
                    ? words.get(verb).split("=", 2)[0]
                    : words.get(verb).substring(0, Math.min(2, words.get(verb).length()));
            throw new CommandLineException("the option '" + option
                    + "' of docker is not understood; remove it (docker.host says which engine is meant)");
        }
        if (words.size() <= verb) {
            throw new CommandLineException("'docker' alone does nothing; write one such as 'docker stop shop'");
        }
        if (!VALUES.containsKey(words.get(verb))) {
            return Optional.empty();
        }
        DockerCommand command = new DockerCommand(words.get(verb), words.subList(verb + 1, words.size()));
        return Optional.of(command.verb.equals("exec") ? List.of(command.exec(execTimeout)) : command.actions());
    }

    private HookSpec exec(@Nullable String timeout) throws CommandLineException {
        while (at < rest.size() && rest.get(at).startsWith("-")) {
            if (rest.get(at++).equals("--")) {
                break;
            }
            option(rest.get(at - 1));
        }
        if (rest.size() < at + 2) {
            throw new CommandLineException(
                    "'docker exec' needs a container and a command, such as 'docker exec shop sync'");
        }
        List<String> command = rest.subList(at + 1, rest.size());
        return new HookSpec(
                new ExecSpec(command, rest.get(at), user, directory, environment), null, null, timeout, null);
    }

    private List<HookSpec> actions() throws CommandLineException {
        boolean options = true;
        while (at < rest.size()) {
            String word = rest.get(at++);
            if (options && word.equals("--")) {
                options = false;
            } else if (options && word.startsWith("-") && word.length() > 1) {
                option(word);
            } else {
                names.add(word);
            }
        }
        if (names.isEmpty()) {
            throw new CommandLineException(
                    "'docker " + verb + "' names no container; write one, such as 'docker " + verb + " shop'");
        }
        return names.stream()
                .map(name -> new HookSpec(null, new DockerSpec(verb, name, grace, signal), null, null, null))
                .toList();
    }

    /** One word of options: {@code --name}, {@code --name=value}, {@code -n value}, {@code -nvalue} or {@code -it}. */
    private void option(String word) throws CommandLineException {
        if (word.startsWith("--")) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            apply(name, equals < 0 ? null : word.substring(equals + 1));
            return;
        }
        for (int i = 1; i < word.length(); i++) {
            String name = "-" + word.charAt(i);
            if (takesValue(name)) {
                String value = word.substring(i + 1);
                apply(name, value.isEmpty() ? null : value.replaceFirst("^=", ""));
                return;
            }
            apply(name, null);
        }
    }

    private boolean takesValue(String name) {
        return VALUES.getOrDefault(verb, Map.of()).containsKey(name);
    }

    private void apply(String name, @Nullable String attached) throws CommandLineException {
        if (verb.equals("exec") && IGNORED.contains(name) && attached == null) {
            return;
        }
        if (!takesValue(name)) {
            List<String> known = VALUES.getOrDefault(verb, Map.of()).keySet().stream()
                    .sorted()
                    .toList();
            throw new CommandLineException(
                    "the option '" + name + "' of 'docker " + verb + "' is not understood; remove it"
                            + (known.isEmpty() ? "" : " (understood: " + String.join(", ", known) + ")"));
        }
        String value = attached;
        if (value == null) {
            if (at == rest.size()) {
                throw new CommandLineException(
                        "the option '" + name + "' of 'docker " + verb + "' has no value; add it");
            }
            value = rest.get(at++);
        }
        set(VALUES.getOrDefault(verb, Map.of()).getOrDefault(name, ""), name, value);
    }

    private void set(String meaning, String name, String value) throws CommandLineException {
        switch (meaning) {
            case "time" -> {
                if (!value.matches("\\d{1,6}")) {
                    throw new CommandLineException("the option '" + name + "' of 'docker " + verb
                            + "' takes whole seconds such as 30, not '" + value + "'");
                }
                grace = value + "s";
            }
            case "signal" -> signal = value;
            case "user" -> user = value;
            case "workdir" -> directory = value;
            default -> {
                int equals = value.indexOf('=');
                if (equals < 1) {
                    throw new CommandLineException("the option '" + name + "' of 'docker exec' takes NAME=VALUE, and '"
                            + value + "' would come from this program's own environment; write its value");
                }
                environment.add(new EnvSpec(value.substring(0, equals), value.substring(equals + 1)));
            }
        }
    }
}
