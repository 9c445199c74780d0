package io.doksnap.declare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.api.HooksSpec.DockerSpec;
import io.doksnap.api.HooksSpec.EnvSpec;
import io.doksnap.api.HooksSpec.ExecSpec;
import io.doksnap.api.HooksSpec.HookSpec;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HookLineTest {

    @ParameterizedTest
    @ValueSource(strings = {"start", "stop", "restart", "pause", "unpause", "kill"})
    void actionOnAContainerIsCarriedOutThroughTheEngine(String action) throws Exception {
        HookSpec expected = docker(action, "shop", null, null);
        assertThat(HookLine.read("docker " + action + " shop")).containsExactly(expected);
        assertThat(HookLine.read(" docker container " + action + " 'shop' ")).containsExactly(expected);
        assertThat(HookLine.read("/usr/bin/docker " + action + " -- shop")).containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "docker stop -t 30 shop, 30s",
        "docker stop -t30 shop, 30s",
        "docker stop -t=30 shop, 30s",
        "docker stop --time 30 shop, 30s",
        "docker stop --time=30 shop, 30s",
        "docker stop --timeout=30 shop, 30s",
        "docker stop shop -t 0, 0s",
    })
    void graceOfAStopIsUnderstoodInEveryForm(String line, String grace) throws Exception {
        assertThat(HookLine.read(line)).containsExactly(docker("stop", "shop", grace, null));
    }

    @Test
    void signalOfAKillIsUnderstood() throws Exception {
        assertThat(HookLine.read("docker kill -s HUP shop")).containsExactly(docker("kill", "shop", null, "HUP"));
        assertThat(HookLine.read("docker kill --signal=SIGHUP shop"))
                .containsExactly(docker("kill", "shop", null, "SIGHUP"));
    }

    @Test
    void eachOfSeveralContainersIsAHookInItsOrder() throws Exception {
        assertThat(HookLine.read("docker stop -t 5 web worker db"))
                .containsExactly(
                        docker("stop", "web", "5s", null),
                        docker("stop", "worker", "5s", null),
                        docker("stop", "db", "5s", null));
    }

    @Test
    void execIsUnderstoodWithItsOptions() throws Exception {
        assertThat(HookLine.read("docker exec shop-db sh -c 'sync && echo \"$HOME\"'"))
                .containsExactly(exec(List.of("sh", "-c", "sync && echo \"$HOME\""), "shop-db", null, null, List.of()));
        List<EnvSpec> env = List.of(new EnvSpec("A", "b=c"), new EnvSpec("D", ""));
        HookSpec full = exec(List.of("psql", "-t", "-u", "x"), "db", "postgres", "/tmp", env);
        assertThat(HookLine.read("docker exec -i -t -u postgres -w /tmp -e A=b=c --env D= db psql -t -u x"))
                .containsExactly(full);
        assertThat(HookLine.read("docker container exec -itupostgres --workdir=/tmp -eA=b=c -e D= -- db psql -t -u x"))
                .containsExactly(full);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/local/bin/flush --now 'all of it'",
                "docker compose stop",
                "docker service scale shop=0",
                "dockerize stop shop",
                "./docker stop shop"
            })
    void anythingElseIsALocalProcess(String line) throws Exception {
        List<HookSpec> hooks = HookLine.read(line);
        assertThat(hooks).hasSize(1);
        assertThat(Objects.requireNonNull(hooks.get(0).local()).argv()).isEqualTo(ShellWords.split(line));
        assertThat(hooks.get(0).timeout()).isEqualTo("1h");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "docker stop|'docker stop' names no container; write one, such as 'docker stop shop'",
                "docker stop -t 30|'docker stop' names no container; write one, such as 'docker stop shop'",
                "docker|'docker' alone does nothing; write one such as 'docker stop shop'",
                "docker exec shop|'docker exec' needs a container and a command, such as 'docker exec shop sync'",
                "docker stop -f shop|the option '-f' of 'docker stop' is not understood; remove it (understood: --time, --timeout, -t)",
                "docker stop --force=yes shop|the option '--force' of 'docker stop' is not understood; remove it (understood: --time, --timeout, -t)",
                "docker start -a shop|the option '-a' of 'docker start' is not understood; remove it",
                "docker exec -d shop sync|the option '-d' of 'docker exec' is not understood; remove it (understood: --env, --user, --workdir, -e, -u, -w)",
                "docker exec -id shop sync|the option '-d' of 'docker exec' is not understood; remove it (understood: --env, --user, --workdir, -e, -u, -w)",
                "docker stop shop -t|the option '-t' of 'docker stop' has no value; add it",
                "docker stop -t soon shop|the option '-t' of 'docker stop' takes whole seconds such as 30, not 'soon'",
                "docker stop -t -1 shop|the option '-t' of 'docker stop' takes whole seconds such as 30, not '-1'",
                "docker exec -e SECRET shop sync|the option '-e' of 'docker exec' takes NAME=VALUE, and 'SECRET' would come from this program's own environment; write its value",
                "docker --host=tcp://me:hunter2@x stop shop|the option '--host' of docker is not understood; remove it (docker.host says which engine is meant)",
                "docker -H tcp://x stop shop|the option '-H' of docker is not understood; remove it (docker.host says which engine is meant)",
                "PGPASSWORD=x pg_dump|starts with a variable, which only a shell would set; wrap it in sh -c '...'",
                "''|is empty; write a command, such as 'docker stop shop', or remove it",
            })
    void whatIsNotUnderstoodIsRefusedByName(String line, String message) {
        assertThatThrownBy(() -> HookLine.read(line))
                .isInstanceOf(CommandLineException.class)
                .hasMessage(message);
    }

    private static HookSpec docker(String action, String container, @Nullable String grace, @Nullable String signal) {
        return new HookSpec(null, new DockerSpec(action, container, grace, signal), null, null, null);
    }

    private static HookSpec exec(
            List<String> command,
            String container,
            @Nullable String user,
            @Nullable String directory,
            List<EnvSpec> env) {
        return new HookSpec(new ExecSpec(command, container, user, directory, env), null, null, "1h", null);
    }
}
