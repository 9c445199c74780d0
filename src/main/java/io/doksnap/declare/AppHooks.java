package io.doksnap.declare;

import io.doksnap.api.HooksSpec;
import io.doksnap.api.HooksSpec.DockerSpec;
import io.doksnap.api.HooksSpec.EnvSpec;
import io.doksnap.api.HooksSpec.ExecSpec;
import io.doksnap.api.HooksSpec.HookSpec;
import io.doksnap.api.HooksSpec.LocalSpec;
import io.doksnap.declare.Section.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads an app's hooks: each is one line of text, or settings that say exec, docker, local or run. */
final class AppHooks {
    private final Section hooks;
    private final Problems problems;
    private final FieldPlaces places;

    AppHooks(Section hooks, Problems problems, FieldPlaces places) {
        this.hooks = hooks;
        this.problems = problems;
        this.places = places;
    }

    @Nullable
    HooksSpec read() {
        HooksSpec spec = new HooksSpec(
                list("pre_backup", "spec.hooks.pre"),
                list("post_backup", "spec.hooks.post"),
                list("on_failure", "spec.hooks.failure"));
        hooks.reportUnknownKeys();
        boolean none =
                spec.pre().isEmpty() && spec.post().isEmpty() && spec.failure().isEmpty();
        return none ? null : spec;
    }

    private List<HookSpec> list(String key, String field) {
        List<HookSpec> specs = new ArrayList<>();
        for (Item item : hooks.items(key)) {
            String path = field + "[" + specs.size() + "]";
            List<HookSpec> found = item instanceof Text text ? line(text) : settings((Section) item, path);
            for (HookSpec spec : found) {
                places.put(field + "[" + specs.size() + "]", item.place());
                specs.add(spec);
            }
        }
        return specs;
    }

    private List<HookSpec> line(Text text) {
        try {
            return HookLine.read(text.value());
        } catch (CommandLineException wrong) {
            problems.add(text.place(), String.valueOf(wrong.getMessage()));
            return List.of();
        }
    }

    private List<HookSpec> settings(Section hook, String field) {
        String timeout = hook.text("timeout").orElse(null);
        String onError = hook.text("on_error").map(Words::capitalized).orElse(null);
        places.put(field + ".timeout", hook.place("timeout"));
        places.put(field + ".onError", hook.place("on_error"));
        ExecSpec exec = hook.holds("exec") ? exec(hook, field + ".exec") : null;
        DockerSpec docker = hook.holds("docker") ? docker(hook.section("docker"), field + ".docker") : null;
        LocalSpec local = hook.holds("local") ? new LocalSpec(words(hook, "local", field + ".local.argv")) : null;
        List<Text> run = hook.texts("run");
        hook.reportUnknownKeys();
        if (run.isEmpty()) {
            return List.of(new HookSpec(exec, docker, local, timeout, onError));
        }
        if (exec != null || docker != null || local != null || run.size() > 1) {
            problems.add(
                    hook.place("run"), "is one command line, and the hook's only command; make each a hook of its own");
            return List.of();
        }
        return line(run.get(0)).stream()
                .map(spec -> new HookSpec(
                        spec.exec(), spec.docker(), spec.local(), timeout == null ? spec.timeout() : timeout, onError))
                .toList();
    }

    private ExecSpec exec(Section hook, String field) {
        if (!hook.holdsSettings("exec")) {
            return new ExecSpec(words(hook, "exec", field + ".command"), null, null, null, List.of());
        }
        Section exec = hook.section("exec");
        List<EnvSpec> environment = new ArrayList<>();
        exec.textsByKey("env").forEach((name, value) -> {
            places.put(field + ".env[" + environment.size() + "]", value.place());
            environment.add(new EnvSpec(name, value.value()));
        });
        ExecSpec spec = new ExecSpec(
                words(exec, "command", field + ".command"),
                text(exec, "container", field + ".container"),
                text(exec, "user", field + ".user"),
                text(exec, "working_dir", field + ".workingDir"),
                environment);
        exec.reportUnknownKeys();
        return spec;
    }

    private DockerSpec docker(Section docker, String field) {
        DockerSpec spec = new DockerSpec(
                text(docker, "action", field + ".action"),
                text(docker, "container", field + ".container"),
                text(docker, "grace_period", field + ".gracePeriod"),
                text(docker, "signal", field + ".signal"));
        docker.reportUnknownKeys();
        return spec;
    }

    private @Nullable String text(Section section, String key, String field) {
        places.put(field, section.place(key));
        Optional<String> text = section.text(key);
        return text.orElse(null);
    }

    /** A program with its arguments: a list, or one line that is split into words. */
    private List<String> words(Section section, String key, String field) {
        places.put(field, section.place(key));
        return Words.of(section, key, problems);
    }
}
