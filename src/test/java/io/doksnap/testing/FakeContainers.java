package io.doksnap.testing;

import io.doksnap.docker.Container;
import io.doksnap.docker.Container.Health;
import io.doksnap.docker.Container.State;
import io.doksnap.docker.Containers;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.DockerException.Kind;
import io.doksnap.docker.ExecCommand;
import io.doksnap.docker.ExecOutcome;
import io.doksnap.docker.ExecStreams;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Containers that are no more than their state; every call can be made to fail, or to be the last of a process. */
public final class FakeContainers implements Containers {
    private final Map<String, Container> byId = Collections.synchronizedMap(new LinkedHashMap<>());
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile Fault fault = Fault.NONE;
    private Function<ExecCommand, ExecOutcome> exec = command -> new ExecOutcome.Ended(0, "");
    private Streaming stream = (command, streams) -> new ExecOutcome.Ended(0, "");
    private int starts;
    private int ids;

    /** What happens around a call, such as {@code stop shop-db}. */
    public interface Fault {
        Fault NONE = new Fault() {};

        /** Before the engine does it; what is thrown keeps it from doing it. */
        default void before(String call) throws DockerException {}

        /** After the engine did it; what is thrown is all that the caller sees. */
        default void after(String call) throws DockerException {}

        /** The engine refuses one call. */
        static Fault refuse(String refused) {
            return new Fault() {
                @Override
                public void before(String call) throws DockerException {
                    if (call.equals(refused)) {
                        throw new DockerException(Kind.REFUSED, "made to fail: " + call + ".", null);
                    }
                }
            };
        }

        /** The engine does it, and its answer is lost. */
        static Fault loseAnswer(String lost) {
            return new Fault() {
                @Override
                public void after(String call) throws DockerException {
                    if (call.equals(lost)) {
                        throw new DockerException(Kind.UNAVAILABLE, "made to be lost: " + call + ".", null);
                    }
                }
            };
        }

        /** Something happens right after a call. */
        static Fault then(String awaited, Runnable happens) {
            return new Fault() {
                private boolean happened;

                @Override
                public void after(String call) {
                    if (call.equals(awaited) && !happened) {
                        happened = true;
                        happens.run();
                    }
                }
            };
        }
    }

    /** The process is gone. No code of its own may catch it, and every later call of the same process throws it again. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Kills the process at a call, counted from 0, before or after the engine did it. */
    public static final class CrashAt implements Fault {
        private final int at;
        private final boolean afterwards;
        private int count;
        private boolean dead;

        public CrashAt(int at, boolean afterwards) {
            this.at = at;
            this.afterwards = afterwards;
        }

        /** Whether it came to that. */
        public boolean happened() {
            return dead;
        }

        @Override
        public void before(String call) {
            if (dead || (count == at && !afterwards)) {
                dead = true;
                throw new Crash();
            }
        }

        @Override
        public void after(String call) {
            if (count++ == at && afterwards) {
                dead = true;
                throw new Crash();
            }
        }
    }

    public void set(Fault fault) {
        this.fault = fault;
    }

    /** What commands inside containers do. */
    public void exec(Function<ExecCommand, ExecOutcome> exec) {
        this.exec = exec;
    }

    /** What a command does whose output is handed on. */
    @FunctionalInterface
    public interface Streaming {
        ExecOutcome run(ExecCommand command, ExecStreams streams) throws IOException;
    }

    /** What commands inside containers do whose output is handed on. */
    public void stream(Streaming stream) {
        this.stream = stream;
    }

    /** A container that runs. */
    public Container run(String name) {
        return add(name, State.RUNNING, c -> c);
    }

    public Container add(String name, State state) {
        return add(name, state, c -> c);
    }

    /** Adds a container, or puts another in the place of the one of that name. */
    public Container add(String name, State state, UnaryOperator<Container> changed) {
        byId.values().removeIf(container -> container.name().equals(name));
        Container container = changed.apply(new Container(
                "id" + ++ids,
                name,
                state,
                "start" + ++starts,
                0,
                Health.NONE,
                false,
                Duration.ofSeconds(10),
                Map.of()));
        byId.put(container.id(), container);
        return container;
    }

    public void remove(String name) {
        byId.values().removeIf(container -> container.name().equals(name));
    }

    public Container get(String name) {
        return byName(name).orElseThrow();
    }

    /** As somebody else would, past all faults. */
    public void startByHand(String name) {
        become(get(name), State.RUNNING);
    }

    public void stopByHand(String name) {
        become(get(name), State.EXITED);
    }

    public void unpauseByHand(String name) {
        put(with(get(name), State.RUNNING, get(name).startedAt()));
    }

    public void health(String name, Health health) {
        Container c = get(name);
        put(new Container(
                c.id(),
                c.name(),
                c.state(),
                c.startedAt(),
                c.exitCode(),
                health,
                c.goneWhenStopped(),
                c.grace(),
                c.labels(),
                c.image(),
                c.mounts()));
    }

    /** The names of those whose processes run. */
    public Set<String> running() {
        return byId.values().stream()
                .filter(Container::isUp)
                .map(Container::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Everything by name, with its state. */
    public Map<String, State> states() {
        return byId.values().stream().collect(Collectors.toMap(Container::name, Container::state));
    }

    /** What was asked for so far, other than looking. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    public void forgetCalls() {
        calls.clear();
    }

    @Override
    public Optional<Container> find(String nameOrId) throws DockerException {
        fault.before("find " + nameOrId);
        Optional<Container> found = Optional.ofNullable(byId.get(nameOrId)).or(() -> byName(nameOrId));
        fault.after("find " + nameOrId);
        return found;
    }

    @Override
    public List<Container> labelled(Map<String, String> labels) throws DockerException {
        fault.before("list");
        return byId.values().stream()
                .filter(container -> container.labels().entrySet().containsAll(labels.entrySet()))
                .sorted(Comparator.comparing(Container::name))
                .toList();
    }

    @Override
    public void start(Container container, Duration within) throws DockerException {
        change("start", container, c -> c.isUp() ? c : started(c));
    }

    @Override
    public void stop(Container container, Optional<Duration> grace, Duration within) throws DockerException {
        change("stop", container, c -> with(c, State.EXITED, c.startedAt()));
    }

    @Override
    public void restart(Container container, Optional<Duration> grace, Duration within) throws DockerException {
        change("restart", container, this::started);
    }

    @Override
    public void pause(Container container) throws DockerException {
        change("pause", container, c -> with(c, State.PAUSED, c.startedAt()));
    }

    @Override
    public void unpause(Container container) throws DockerException {
        change("unpause", container, c -> with(c, State.RUNNING, c.startedAt()));
    }

    @Override
    public void kill(Container container, String signal) throws DockerException {
        boolean ends = signal.equals("KILL");
        change("kill", container, c -> ends ? with(c, State.EXITED, c.startedAt()) : c);
    }

    @Override
    public ExecOutcome exec(Container container, ExecCommand command, Duration within) throws DockerException {
        String call = begin(container, command);
        ExecOutcome outcome = exec.apply(command);
        fault.after(call);
        return outcome;
    }

    @Override
    public ExecOutcome stream(Container container, ExecCommand command, ExecStreams streams, Duration within)
            throws IOException {
        String call = begin(container, command);
        ExecOutcome outcome = stream.run(command, streams);
        fault.after(call);
        return outcome;
    }

    private String begin(Container container, ExecCommand command) throws DockerException {
        String call = "exec " + container.name() + " " + command.program();
        calls.add(call);
        fault.before(call);
        there(container);
        if (get(container.name()).state() != State.RUNNING) {
            throw new DockerException(Kind.REFUSED, "Container " + container.name() + " is not running.", null);
        }
        return call;
    }

    private void change(String verb, Container container, UnaryOperator<Container> effect) throws DockerException {
        String call = verb + " " + container.name();
        fault.before(call);
        calls.add(call);
        put(effect.apply(there(container)));
        fault.after(call);
    }

    private Container there(Container container) throws DockerException {
        Container now = byId.get(container.id());
        if (now == null) {
            throw new DockerException(Kind.NOT_FOUND, "No such container: " + container.name() + ".", null);
        }
        return now;
    }

    void before(String call) throws DockerException {
        fault.before(call);
    }

    void note(String call) {
        calls.add(call);
    }

    void after(String call) throws DockerException {
        fault.after(call);
    }

    void removeLabelled(String label, String value) {
        byId.values().removeIf(container -> value.equals(container.labels().get(label)));
    }

    private Optional<Container> byName(String name) {
        return byId.values().stream()
                .filter(container -> container.name().equals(name))
                .findFirst();
    }

    private void become(Container container, State state) {
        put(state == State.RUNNING ? started(container) : with(container, state, container.startedAt()));
    }

    private Container started(Container container) {
        return with(container, State.RUNNING, "start" + ++starts);
    }

    private static Container with(Container c, State state, String startedAt) {
        return new Container(
                c.id(),
                c.name(),
                state,
                startedAt,
                c.exitCode(),
                c.health(),
                c.goneWhenStopped(),
                c.grace(),
                c.labels(),
                c.image(),
                c.mounts());
    }

    private void put(Container container) {
        byId.put(container.id(), container);
    }
}
