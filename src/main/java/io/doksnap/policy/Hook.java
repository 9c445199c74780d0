package io.doksnap.policy;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One thing that is carried out around a run. */
public sealed interface Hook {

    /**
     * Names the hook in a few words for messages, such as {@code docker stop shop}. Of a command it shows the program alone,
     * since passwords stand among arguments and in the environment.
     */
    String summary();

    /**
     * A command inside a container.
     *
     * @param command the program and its arguments, never empty; no shell looks at them
     * @param container by name; empty: the policy's target, which is then there
     * @param user as the engine takes it; empty: the container's own
     * @param directory an absolute path in the container; empty: the container's own
     * @param environment variables besides the container's own
     */
    record Exec(
            List<String> command,
            Optional<String> container,
            Optional<String> user,
            Optional<String> directory,
            Map<String, String> environment)
            implements Hook {
        public Exec {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }

        /** A command as the container's own user, in its own directory and environment. */
        public Exec(List<String> command, Optional<String> container) {
            this(command, container, Optional.empty(), Optional.empty(), Map.of());
        }

        @Override
        public String summary() {
            return "docker exec " + container.orElse("(target)") + " " + program(command);
        }

        @Override
        public String toString() {
            return summary();
        }
    }

    /**
     * Something that is done to a container. It counts as quiescing: what it stops or pauses is brought back after a crash.
     *
     * @param container by name, or a Swarm service by its name
     * @param gracePeriod how long stop and restart wait before they kill; may be zero; empty: the container's own
     * @param signal what kill sends, such as {@code TERM}; empty: {@code KILL}
     */
    record Docker(Action action, String container, Optional<Duration> gracePeriod, Optional<String> signal)
            implements Hook {

        /** An action with nothing out of the ordinary. */
        public Docker(Action action, String container) {
            this(action, container, Optional.empty(), Optional.empty());
        }

        @Override
        public String summary() {
            return "docker " + action.word() + " " + container;
        }
    }

    /**
     * A process on the operator's own host.
     *
     * @param argv the program and its arguments, never empty; no shell looks at them
     */
    record Local(List<String> argv) implements Hook {
        public Local {
            argv = List.copyOf(argv);
        }

        @Override
        public String summary() {
            return program(argv);
        }

        @Override
        public String toString() {
            return summary();
        }
    }

    /** What can be done to a container. */
    enum Action {
        START,
        STOP,
        RESTART,
        PAUSE,
        UNPAUSE,
        KILL;

        /** The action as {@code docker} calls it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static String program(List<String> words) {
        String program = words.isEmpty() ? "" : words.get(0);
        return words.size() > 1 ? program + " ..." : program;
    }
}
