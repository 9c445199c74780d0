package io.doksnap.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is carried out around a run.
 *
 * @param pre before anything is read; one that fails fails the run
 * @param post after the read, also after a failure
 * @param failure only after a failure
 */
public record HooksSpec(List<HookSpec> pre, List<HookSpec> post, List<HookSpec> failure) {
    public HooksSpec {
        pre = Absent.list(pre);
        post = Absent.list(post);
        failure = Absent.list(failure);
    }

    /**
     * One hook: exactly one of {@code exec}, {@code docker} and {@code local}.
     *
     * @param exec a command inside a container
     * @param docker something that is done to a container
     * @param local a process on the host; only where the operator's own configuration says it
     * @param timeout the longest it may take, such as {@code 60s}; absent: 60s, for {@code docker} 5m
     * @param onError {@code Fail} or {@code Continue}; absent: {@code Fail}
     */
    public record HookSpec(
            @Nullable ExecSpec exec,
            @Nullable DockerSpec docker,
            @Nullable LocalSpec local,
            @Nullable String timeout,
            @Nullable String onError) {}

    /**
     * A command inside a container.
     *
     * @param command the program and its arguments; no shell looks at them
     * @param container by name; absent: the target
     * @param user as the engine takes it, such as {@code postgres} or {@code 1000:1000}; absent: the container's own
     * @param workingDir an absolute path in the container; absent: the container's own
     * @param env variables besides the container's own
     */
    public record ExecSpec(
            List<String> command,
            @Nullable String container,
            @Nullable String user,
            @Nullable String workingDir,
            List<EnvSpec> env) {
        public ExecSpec {
            command = Absent.list(command);
            env = Absent.list(env);
        }
    }

    /**
     * A variable of the environment.
     *
     * @param name letters, digits and {@code _}
     * @param value what it holds; absent: nothing
     */
    public record EnvSpec(@Nullable String name, @Nullable String value) {

        /** Only the name: values are often passwords. */
        @Override
        public String toString() {
            return name + "=...";
        }
    }

    /**
     * Something that is done to a container.
     *
     * @param action {@code start}, {@code stop}, {@code restart}, {@code pause}, {@code unpause} or {@code kill}
     * @param container by name, or a Swarm service by its name
     * @param gracePeriod how long stop and restart wait before they kill, such as {@code 30s}; absent: the container's own
     * @param signal what kill sends; absent: {@code KILL}
     */
    public record DockerSpec(
            @Nullable String action,
            @Nullable String container,
            @Nullable String gracePeriod,
            @Nullable String signal) {}

    /**
     * A process on the operator's own host.
     *
     * @param argv the program and its arguments; no shell looks at them
     */
    public record LocalSpec(List<String> argv) {
        public LocalSpec {
            argv = Absent.list(argv);
        }
    }
}
