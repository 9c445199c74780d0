package io.doksnap.policy;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HooksReaderTest {
    private static final LocalSpec FLUSH = new LocalSpec(List.of("/usr/local/bin/flush", "--password=hunter2"));

    private final List<Problem> problems = new ArrayList<>();

    @Test
    void everyKindOfHookIsRead() {
        Hooks hooks = read(
                new HooksSpec(
                        List.of(hook(exec(List.of("sync"), null)), hook(docker("stop", "shop", "30s", null))),
                        List.of(hook(docker("kill", "shop", null, "HUP"))),
                        List.of(new HookSpec(null, null, FLUSH, "5s", "Continue"))),
                true,
                LocalHooks.ALLOWED);

        assertThat(problems).isEmpty();
        assertThat(hooks.pre())
                .containsExactly(
                        new HookStep(
                                new Hook.Exec(List.of("sync"), Optional.empty()), Duration.ofSeconds(60), OnError.FAIL),
                        new HookStep(
                                new Hook.Docker(
                                        Action.STOP, "shop", Optional.of(Duration.ofSeconds(30)), Optional.empty()),
                                Duration.ofMinutes(5),
                                OnError.FAIL));
        assertThat(hooks.post())
                .containsExactly(
                        HookStep.of(new Hook.Docker(Action.KILL, "shop", Optional.empty(), Optional.of("HUP"))));
        assertThat(hooks.failure())
                .containsExactly(new HookStep(new Hook.Local(FLUSH.argv()), Duration.ofSeconds(5), OnError.CONTINUE));
    }

    @Test
    void execTakesUserDirectoryAndEnvironment() {
        ExecSpec spec = new ExecSpec(
                List.of("psql"),
                "db",
                "postgres",
                "/tmp",
                List.of(new EnvSpec("PGPASSWORD", "hunter2"), new EnvSpec("A", null)));
        Hooks hooks = read(pre(hook(spec)), false, LocalHooks.REFUSED);

        assertThat(problems).isEmpty();
        assertThat(hooks.pre().get(0).hook())
                .isEqualTo(new Hook.Exec(
                        List.of("psql"),
                        Optional.of("db"),
                        Optional.of("postgres"),
                        Optional.of("/tmp"),
                        Map.of("PGPASSWORD", "hunter2", "A", "")));
    }

    @Test
    void passwordsOfHooksAreNeverPrinted() {
        ExecSpec exec = new ExecSpec(
                List.of("mysql", "-phunter2"), "db", null, null, List.of(new EnvSpec("PASSWORD", "hunter2")));
        HooksSpec spec = new HooksSpec(List.of(hook(exec)), List.of(hook(FLUSH)), List.of());
        Hooks hooks = read(spec, false, LocalHooks.ALLOWED);

        assertThat(hooks.toString()).doesNotContain("hunter2");
        assertThat(hooks.pre().get(0).hook().summary()).isEqualTo("docker exec db mysql ...");
        assertThat(hooks.post().get(0).hook().summary()).isEqualTo("/usr/local/bin/flush ...");
        assertThat(new EnvSpec("PASSWORD", "hunter2").toString()).doesNotContain("hunter2");
    }

    @Test
    void processOnTheHostIsRefusedFromAnywhereButTheConfiguration() {
        read(pre(hook(FLUSH)), true, LocalHooks.REFUSED);
        assertThat(problems)
                .containsExactly(new Problem(
                        "spec.hooks.pre[0].local",
                        "runs a process on the operator's own host, which only its config.yaml may; use exec to run a"
                                + " command inside a container"));
    }

    @Test
    void hookIsExactlyOneOfTheKinds() {
        HookSpec two = new HookSpec(exec(List.of("a"), "b"), docker("stop", "b", null, null), null, null, null);
        HookSpec none = new HookSpec(null, null, null, null, null);
        read(new HooksSpec(List.of(two), List.of(none), List.of()), true, LocalHooks.ALLOWED);
        assertThat(problems)
                .containsExactly(
                        new Problem("spec.hooks.pre[0]", "is exec and docker at once; make each a hook of its own"),
                        new Problem(
                                "spec.hooks.post[0]",
                                "says nothing to do; write one of exec, docker and local, or remove it"));
    }

    @Test
    void execWithoutAContainerNeedsATarget() {
        read(pre(hook(exec(List.of("sync"), ""))), false, LocalHooks.REFUSED);
        assertThat(problems)
                .containsExactly(new Problem(
                        "spec.hooks.pre[0].exec.container",
                        "is missing, and the policy has no target to run in; name one"));
    }

    @ParameterizedTest
    @CsvSource({
        "stop, shop, 0s, ",
        "restart, shop, 2m, ",
        "kill, shop, , 9",
        "kill, shop, , SIGRTMIN+3",
        "unpause, a.b-c_d, , ",
    })
    void everyActionThatMakesSenseIsAccepted(
            String action, String container, @Nullable String grace, @Nullable String signal) {
        read(pre(hook(docker(action, container, grace, signal))), false, LocalHooks.REFUSED);
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "remove, shop, , , action",
        ", shop, , , action",
        "stop, , , , container",
        "stop, ../x, , , container",
        "start, shop, 5s, , gracePeriod",
        "stop, shop, 5, , gracePeriod",
        "stop, shop, , TERM, signal",
        "kill, shop, , hup!, signal",
    })
    void actionThatMakesNoSenseIsToldWhereItIs(
            @Nullable String action,
            @Nullable String container,
            @Nullable String grace,
            @Nullable String signal,
            String field) {
        read(pre(hook(docker(action, container, grace, signal))), false, LocalHooks.REFUSED);
        assertThat(problems).extracting(Problem::path).containsExactly("spec.hooks.pre[0].docker." + field);
    }

    @Test
    void everythingWrongWithACommandIsToldAtOnce() {
        ExecSpec spec = new ExecSpec(
                List.of(" ", "\0"),
                "a b",
                "a\nb",
                "tmp",
                List.of(new EnvSpec("1A", ""), new EnvSpec("B", "x"), new EnvSpec("B", "\0")));
        read(pre(hook(spec)), true, LocalHooks.REFUSED);
        assertThat(problems)
                .extracting(Problem::path)
                .containsExactly(
                        "spec.hooks.pre[0].exec.container",
                        "spec.hooks.pre[0].exec.user",
                        "spec.hooks.pre[0].exec.workingDir",
                        "spec.hooks.pre[0].exec.command",
                        "spec.hooks.pre[0].exec.command",
                        "spec.hooks.pre[0].exec.env[0].name",
                        "spec.hooks.pre[0].exec.env[2].name",
                        "spec.hooks.pre[0].exec.env[2].value");
    }

    private Hooks read(HooksSpec spec, boolean hasTarget, LocalHooks local) {
        return new HooksReader(new Field("spec.hooks", problems), hasTarget, local).read(spec);
    }

    private static HooksSpec pre(HookSpec hook) {
        return new HooksSpec(List.of(hook), List.of(), List.of());
    }

    private static HookSpec hook(ExecSpec exec) {
        return new HookSpec(exec, null, null, null, null);
    }

    private static HookSpec hook(DockerSpec docker) {
        return new HookSpec(null, docker, null, null, null);
    }

    private static HookSpec hook(LocalSpec local) {
        return new HookSpec(null, null, local, null, null);
    }

    private static ExecSpec exec(List<String> command, @Nullable String container) {
        return new ExecSpec(command, container, null, null, List.of());
    }

    private static DockerSpec docker(
            @Nullable String action, @Nullable String container, @Nullable String grace, @Nullable String signal) {
        return new DockerSpec(action, container, grace, signal);
    }
}
