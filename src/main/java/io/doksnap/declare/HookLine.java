package io.doksnap.declare;

import io.doksnap.api.HooksSpec.HookSpec;
import io.doksnap.api.HooksSpec.LocalSpec;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Turns a hook that was written as one line of text into hooks: docker through the engine's API, the rest as processes. */
final class HookLine {
    /** The longest that a command given as text may take: people brought such lines along from where there was no limit. */
    static final String TIMEOUT = "1h";

    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*", Pattern.DOTALL);

    private HookLine() {}

    /** The hooks of one line, in their order; several where it names several containers. */
    static List<HookSpec> read(String line) throws CommandLineException {
        List<String> words = ShellWords.split(line.strip());
        if (words.isEmpty() || words.get(0).isEmpty()) {
            throw new CommandLineException("is empty; write a command, such as 'docker stop shop', or remove it");
        }
        if (ASSIGNMENT.matcher(words.get(0)).matches()) {
            throw new CommandLineException(
                    "starts with a variable, which only a shell would set; wrap it in sh -c '...'");
        }
        Optional<List<HookSpec>> docker = DockerCommand.read(words, TIMEOUT);
        return docker.orElseGet(() -> List.of(new HookSpec(null, null, new LocalSpec(words), TIMEOUT, null)));
    }
}
