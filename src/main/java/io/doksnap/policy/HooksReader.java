package io.doksnap.policy;

import io.doksnap.api.HooksSpec;
import io.doksnap.api.HooksSpec.DockerSpec;
import io.doksnap.api.HooksSpec.EnvSpec;
import io.doksnap.api.HooksSpec.ExecSpec;
import io.doksnap.api.HooksSpec.HookSpec;
import io.doksnap.api.HooksSpec.LocalSpec;
import io.doksnap.policy.Hook.Action;
import io.doksnap.policy.HookStep.OnError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what is carried out around a run. */
final class HooksReader {
    static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
    static final Pattern SIGNAL = Pattern.compile("(SIG)?[A-Z][A-Z0-9+-]{1,15}|[1-9][0-9]?");
    static final Map<String, OnError> ON_ERROR = Map.of("Fail", OnError.FAIL, "Continue", OnError.CONTINUE);
    static final Map<String, Action> ACTIONS =
            Arrays.stream(Action.values()).collect(Collectors.toMap(Action::word, Function.identity()));

    private final Field field;
    private final boolean hasTarget;
    private final LocalHooks localHooks;

    HooksReader(Field field, boolean hasTarget, LocalHooks localHooks) {
        this.field = field;
        this.hasTarget = hasTarget;
        this.localHooks = localHooks;
    }

    Hooks read(@Nullable HooksSpec spec) {
        return spec == null
                ? Hooks.NONE
                : new Hooks(
                        steps(field.at("pre"), spec.pre()),
                        steps(field.at("post"), spec.post()),
                        steps(field.at("failure"), spec.failure()));
    }

    private List<HookStep> steps(Field list, List<HookSpec> specs) {
        List<HookStep> steps = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            Field here = list.at(i);
            HookSpec spec = specs.get(i);
            Optional<Hook> hook = hook(here, spec);
            Optional<Duration> timeout = here.at("timeout").span(spec.timeout());
            OnError onError =
                    here.at("onError").choice(spec.onError(), ON_ERROR).orElse(OnError.FAIL);
            hook.ifPresent(found ->
                    steps.add(new HookStep(found, timeout.orElseGet(() -> HookStep.usualTimeout(found)), onError)));
        }
        return steps;
    }

    private Optional<Hook> hook(Field here, HookSpec spec) {
        ExecSpec exec = spec.exec();
        DockerSpec docker = spec.docker();
        LocalSpec local = spec.local();
        List<String> kinds = new ArrayList<>();
        if (exec != null) {
            kinds.add("exec");
        }
        if (docker != null) {
            kinds.add("docker");
        }
        if (local != null) {
            kinds.add("local");
        }
        if (kinds.size() != 1) {
            here.wrong(
                    kinds.isEmpty()
                            ? "says nothing to do; write one of exec, docker and local, or remove it"
                            : "is " + String.join(" and ", kinds) + " at once; make each a hook of its own");
            return Optional.empty();
        }
        if (exec != null) {
            return exec(here.at("exec"), exec);
        }
        return docker != null ? docker(here.at("docker"), docker) : local(here.at("local"), local);
    }

    private Optional<Hook> exec(Field here, ExecSpec spec) {
        Optional<String> container =
                Field.text(spec.container()).flatMap(name -> TargetReader.dockerName(here.at("container"), name));
        if (Field.text(spec.container()).isEmpty() && !hasTarget) {
            here.at("container").wrong("is missing, and the policy has no target to run in; name one");
        }
        Optional<String> user = Field.text(spec.user());
        user.filter(HooksReader::hasControl)
                .ifPresent(unused -> here.at("user").wrong("holds a control character; remove it"));
        Optional<String> directory = Field.text(spec.workingDir());
        directory
                .filter(path -> !path.startsWith("/") || hasControl(path))
                .ifPresent(path ->
                        here.at("workingDir").wrong("'" + path + "' is not an absolute path; write it from the root"));
        List<String> command = command(here.at("command"), spec.command(), "[sh, -c, \"sync\"]");
        Map<String, String> environment = environment(here.at("env"), spec.env());
        return Optional.of(new Hook.Exec(command, container, user, directory, environment));
    }

    private Optional<Hook> docker(Field here, DockerSpec spec) {
        Optional<Action> action = here.at("action").choice(spec.action(), ACTIONS);
        if (Field.text(spec.action()).isEmpty()) {
            here.at("action").wrong("is missing; write one of start, stop, restart, pause, unpause and kill");
        }
        Optional<String> container =
                Field.text(spec.container()).flatMap(name -> TargetReader.dockerName(here.at("container"), name));
        if (Field.text(spec.container()).isEmpty()) {
            here.at("container").wrong("is missing; name the container, or the Swarm service");
        }
        Optional<Duration> grace = here.at("gracePeriod").spanOrZero(spec.gracePeriod());
        if (grace.isPresent() && action.isPresent() && !waits(action.get())) {
            here.at("gracePeriod").wrong("is for stop and restart alone; remove it");
        }
        Optional<String> signal = Field.text(spec.signal());
        if (signal.isPresent() && action.isPresent() && action.get() != Action.KILL) {
            here.at("signal").wrong("is for kill alone; remove it");
        } else if (signal.isPresent() && !SIGNAL.matcher(signal.get()).matches()) {
            here.at("signal").wrong("'" + signal.get() + "' is no signal; write one such as HUP, SIGTERM or 15");
        }
        return action.flatMap(what -> container.map(which -> new Hook.Docker(what, which, grace, signal)));
    }

    private static boolean waits(Action action) {
        return action == Action.STOP || action == Action.RESTART;
    }

    private Optional<Hook> local(Field here, @Nullable LocalSpec spec) {
        if (localHooks == LocalHooks.REFUSED) {
            here.wrong("runs a process on the operator's own host, which only its config.yaml may;"
                    + " use exec to run a command inside a container");
            return Optional.empty();
        }
        return Optional.of(new Hook.Local(
                command(here.at("argv"), spec == null ? List.of() : spec.argv(), "[/usr/local/bin/flush-cache]")));
    }

    /** A program and its arguments. */
    static List<String> command(Field field, List<String> words, String example) {
        if (words.isEmpty() || words.get(0).isBlank()) {
            field.wrong("names no program; write the program and its arguments, such as " + example);
        }
        if (words.stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
            field.wrong("holds a NUL character, which no argument can; remove it");
        }
        return words;
    }

    private static Map<String, String> environment(Field field, List<EnvSpec> specs) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (int i = 0; i < specs.size(); i++) {
            Field name = field.at(i).at("name");
            String variable = Field.text(specs.get(i).name()).orElse("");
            String value = specs.get(i).value();
            if (!VARIABLE.matcher(variable).matches()) {
                name.wrong("'" + variable + "' is no name of a variable; use letters, digits and '_'");
            } else if (environment.putIfAbsent(variable, value == null ? "" : value) != null) {
                name.wrong("'" + variable + "' is set twice; remove one of them");
            }
            if (value != null && value.indexOf('\0') >= 0) {
                field.at(i).at("value").wrong("holds a NUL character, which no variable can; remove it");
            }
        }
        return environment;
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }
}
