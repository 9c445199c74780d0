package io.doksnap.run.dump;

import io.doksnap.docker.Container;
import io.doksnap.docker.Containers;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.ExecCommand;
import io.doksnap.docker.ExecOutcome;
import io.doksnap.docker.ExecStreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container in which a database's server and its tools are.
 *
 * @param user as which the tools run; empty: the container's own
 */
public record DatabaseContainer(Containers containers, Container container, Optional<String> user) {
    private static final Duration ANSWER_WITHIN = Duration.ofMinutes(5);
    private static final int LONGEST_ANSWER = 4 << 20;

    /** Its name. */
    public String name() {
        return container.name();
    }

    /** What carries out scripts of ours there, one after the other in the same shell. */
    ExecCommand command(List<String> scripts, String... arguments) {
        List<String> words = new ArrayList<>(DumpFormat.shell(scripts));
        words.addAll(Arrays.asList(arguments));
        return new ExecCommand(words, user, Optional.empty(), Map.of());
    }

    /** What it prints, once it has succeeded. */
    String ask(String purpose, ExecCommand command) throws IOException {
        return ask(purpose, command, ANSWER_WITHIN);
    }

    /** The same of what may take its time. */
    String ask(String purpose, ExecCommand command, Duration within) throws IOException {
        Answer answer = new Answer();
        ExecOutcome outcome;
        try {
            outcome = containers.stream(container, command, ExecStreams.to(answer), within);
        } catch (DockerException e) {
            throw e.kind() == DockerException.Kind.UNAVAILABLE
                    ? e
                    : new DumpException(purpose + " failed: " + e.getMessage());
        }
        check(purpose, outcome);
        return answer.bytes.toString(StandardCharsets.UTF_8);
    }

    /** Throws where a command did not succeed. */
    public static void check(String purpose, ExecOutcome outcome) throws DumpException {
        if (outcome instanceof ExecOutcome.Overdue overdue) {
            throw new DumpException(purpose + " was not done in time; "
                    + (overdue.gone() ? "it was killed" : "it may go on in there (is the container paused?)")
                    + LastWords.of(outcome.output()));
        }
        int exitCode = ((ExecOutcome.Ended) outcome).exitCode();
        if (exitCode != 0) {
            throw new DumpException(purpose + " failed with exit code " + exitCode + LastWords.of(outcome.output()));
        }
    }

    /** Bounded, as everything is. */
    private static final class Answer extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] piece, int offset, int length) throws IOException {
            if (bytes.size() + length > LONGEST_ANSWER) {
                throw new DumpException("the database's answer is longer than " + LONGEST_ANSWER + " bytes");
            }
            bytes.write(piece, offset, length);
        }
    }
}
