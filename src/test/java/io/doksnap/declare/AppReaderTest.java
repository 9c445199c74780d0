package io.doksnap.declare;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Declarations.Rejected;
import io.doksnap.policy.Hook;
import io.doksnap.policy.Hook.Action;
import io.doksnap.policy.HookStep;
import io.doksnap.policy.HookStep.OnError;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Quiesce;
import io.doksnap.policy.Retry;
import io.doksnap.policy.Source;
import io.doksnap.policy.Source.DumpKind;
import io.doksnap.policy.Target;
import io.doksnap.policy.VerifyPlan;
import io.doksnap.schedule.CatchUp;
import io.doksnap.schedule.CronSchedule;
import io.doksnap.schedule.Schedule;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppReaderTest {

    @Test
    void everythingThatAPolicyCanSayAnAppCanSayToo() throws Exception {
        Policy policy = policy("""
                name: shop
                container: shop-web
                sources:
                  - {name: data, volume: /var/lib/docker/volumes/shop_data, exclude: ["*.log"]}
                  - volume: /app/uploads
                  - directory: /srv/shop/
                  - dump: postgres
                  - {name: sqlite, dump: {kind: command, command: "sqlite3 '/data/my shop.db' .dump", user: app}}
                schedule: "0 2 * * *"
                timezone: Europe/Berlin
                jitter: 10m
                catch_up: none
                starting_deadline: 2h
                suspend: true
                quiesce: {mode: stop, timeout: 1m, release: after_upload, max_downtime: 15m, with: [worker]}
                retry: {attempts: 3, backoff: 30s}
                verify: {schedule: weekly, level: drill, command: test -s /data/PG_VERSION}
                """);

        ZoneId berlin = ZoneId.of("Europe/Berlin");
        assertThat(policy.target()).contains(new Target.Container("shop-web"));
        assertThat(policy.sources())
                .containsExactly(
                        new Source.Volume("data", "shop_data", List.of("*.log")),
                        new Source.Mount("uploads", "/app/uploads", List.of()),
                        new Source.Directory("shop", Path.of("/srv/shop"), List.of()),
                        new Source.Dump("postgres", DumpKind.POSTGRES, List.of(), Optional.empty()),
                        new Source.Dump(
                                "sqlite",
                                DumpKind.COMMAND,
                                List.of("sqlite3", "/data/my shop.db", ".dump"),
                                Optional.of("app")));
        Schedule schedule = policy.schedule().orElseThrow();
        assertThat(schedule.cron()).isEqualTo(CronSchedule.parse("0 2 * * *", berlin));
        assertThat(schedule.delay()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(10));
        assertThat(schedule.catchUp()).isEqualTo(CatchUp.NONE);
        assertThat(schedule.startingDeadline()).contains(Duration.ofHours(2));
        assertThat(policy.suspended()).isTrue();
        assertThat(policy.quiesce())
                .isEqualTo(new Quiesce(
                        Quiesce.Mode.STOP,
                        Duration.ofMinutes(1),
                        Quiesce.Release.AFTER_UPLOAD,
                        Optional.of(Duration.ofMinutes(15)),
                        List.of("worker")));
        assertThat(policy.retry()).isEqualTo(new Retry(3, Duration.ofSeconds(30)));
        assertThat(policy.verify())
                .contains(new VerifyPlan(
                        Optional.of(CronSchedule.parse("weekly", berlin)),
                        VerifyPlan.Level.DRILL,
                        List.of("test", "-s", "/data/PG_VERSION"),
                        Optional.empty()));
    }

    @Test
    void shortFormsMeanTheUsualThing() throws Exception {
        Policy policy = policy("""
                name: shop
                target: {compose: {project: shop, service: db}}
                quiesce: pause
                verify: "@weekly"
                """);
        assertThat(policy.target()).contains(new Target.Compose("shop", "db"));
        assertThat(policy.sources()).isEmpty();
        assertThat(policy.quiesce().mode()).isEqualTo(Quiesce.Mode.PAUSE);
        assertThat(policy.verify().orElseThrow().level()).isEqualTo(VerifyPlan.Level.CHECKSUM);
        assertThat(policy("name: a\ntarget: {match_labels: {tier: data, app.kubernetes.io/name: shop}}\n")
                        .target())
                .contains(new Target.MatchLabels(Map.of("tier", "data", "app.kubernetes.io/name", "shop")));
        assertThat(policy("name: a\ntype: volume\nsource: /app/data\ncontainer: shop\n")
                        .sources())
                .containsExactly(new Source.Mount("a", "/app/data", List.of()));
    }

    @Test
    void policyWithoutAScheduleHasTheDefaultZone() {
        Declared declared = declared("""
                name: shop
                type: volume
                source: shop
                """, "defaults: {timezone: Asia/Tokyo}\n");
        assertThat(declared.policies().get(0).zone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
    }

    @Test
    void hooksAreTextOrSettings() {
        Policy policy = policy("""
                name: shop
                container: web
                hooks:
                  pre_backup:
                    - docker stop -t 30 shop worker
                    - exec: [sh, -c, "sync; echo $HOME"]
                    - exec: {command: psql -c CHECKPOINT, container: db, user: postgres, working_dir: /tmp, env: {A: b}}
                      timeout: 10s
                    - run: docker exec db sync
                      timeout: 2m
                      on_error: continue
                  post_backup:
                    docker: {action: restart, container: shop, grace_period: 5s}
                  on_failure: /usr/local/bin/alert "backup failed"
                """);
        assertThat(policy.hooks().pre())
                .containsExactly(
                        HookStep.of(stop("shop")),
                        HookStep.of(stop("worker")),
                        HookStep.of(new Hook.Exec(List.of("sh", "-c", "sync; echo $HOME"), Optional.empty())),
                        new HookStep(
                                new Hook.Exec(
                                        List.of("psql", "-c", "CHECKPOINT"),
                                        Optional.of("db"),
                                        Optional.of("postgres"),
                                        Optional.of("/tmp"),
                                        Map.of("A", "b")),
                                Duration.ofSeconds(10),
                                OnError.FAIL),
                        new HookStep(
                                new Hook.Exec(List.of("sync"), Optional.of("db")),
                                Duration.ofMinutes(2),
                                OnError.CONTINUE));
        assertThat(policy.hooks().post())
                .containsExactly(HookStep.of(
                        new Hook.Docker(Action.RESTART, "shop", Optional.of(Duration.ofSeconds(5)), Optional.empty())));
        assertThat(policy.hooks().failure())
                .containsExactly(new HookStep(
                        new Hook.Local(List.of("/usr/local/bin/alert", "backup failed")),
                        Duration.ofHours(1),
                        OnError.FAIL));
    }

    /** An app named shop; what is wrong stands in line 3, or in line 4 after a {@code ~}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "container: a, target: {service: b}|3: apps[0].container: and target are both given; keep one of them",
                "target: {container: a, service: b}|3: apps[0].target: names container and service; keep one of them",
                "target: {}|3: apps[0].target: names no workload; name a container, a service, compose or matchLabels, or leave it out",
                "target: {contaner: a}|3: apps[0].target.contaner: unknown setting; did you mean 'container'?",
                "target: {compose: {project: a}}|3: apps[0].target.compose.service: is missing; a Compose service is named by its project and its service",
                "container: a b|3: apps[0].container: 'a b' is no name that Docker gives; use letters, digits, '_', '.' and '-'",
                "container: a, quiesce: freeze|3: apps[0].quiesce: 'freeze' is unknown; known here: none, pause, stop",
                "container: a, quiesce: {mod: stop}|3: apps[0].quiesce.mod: unknown setting; did you mean 'mode'?",
                "container: a, quiesce: {release: after_reading}|3: apps[0].quiesce.release: 'afterReading' is unknown; did you mean 'afterRead'?",
                "container: a, quiesce: {mode: stop,~with: [b, b]}|4: apps[0].quiesce.with[1]: 'b' is named twice; remove one of them",
                "container: a, retry: {attempts: 99}|3: apps[0].retry.attempts: must be 1 to 10, and is 99; 1 never tries again",
                "container: a, retry: 3|3: apps[0].retry: expected settings, found a number",
                "container: a, verify: {level: deep}|3: apps[0].verify.level: 'deep' is unknown; known here: checksum, drill, full, presence",
                "container: a, verify: {lvel: full}|3: apps[0].verify.lvel: unknown setting; did you mean 'level'?",
                "container: a, jitter: 2d, schedule: daily|3: apps[0].jitter: is 2d, and may be at most 24h; write less",
                "container: a, catch_up: twice, schedule: daily|3: apps[0].catch_up: 'Twice' is unknown; known here: None, Once",
                "container: a, jitter: 2m|3: apps[0].schedule: is missing; write one such as '0 2 * * *' or @daily, or remove the schedule",
                "container: a, exclude: [b]|3: apps[0].exclude: has no source to belong to; list the sources",
                "sources: [{volume: a}], type: volume|3: apps[0].type: belongs to an app with one source; move it into the list of sources",
                "sources: [{volume: a},~{volume: a}]|4: apps[0].sources[1].name: 'a' is named twice; rename one of them",
                "sources: [{volume: a, directory: /srv}]|3: apps[0].sources[0]: names a volume and a directory; name exactly one of them",
                "sources: [{volum: a}]|3: apps[0].sources[0].volum: unknown setting; did you mean 'volume'?",
                "sources: [{directory: /etc}]|3: apps[0].sources[0].directory: '/etc' lies in /etc, which is never backed up; list /etc under docker.allowed_paths if you mean it",
                "sources: [{dump: postgres}]|3: apps[0].sources[0].dump: has no container to run in; name the policy's target",
                "container: a, hooks: {pre_backup: sh -c 'x}|3: apps[0].hooks.pre_backup: the quote ' at character 7 is never closed; add the closing quote",
                "container: a, hooks: {pre_backup: docker stop -f x}|3: apps[0].hooks.pre_backup: the option '-f' of 'docker stop' is not understood; remove it (understood: --time, --timeout, -t)",
                "container: a, hooks: {pre_backup: docker stop $x}|3: apps[0].hooks.pre_backup: '$x' at character 13 would be replaced by a shell, and no shell runs this; wrap it in sh -c '...', or put it in quotes to pass it on as it is",
                "container: a, hooks: {pre_backup: docker stop ../x}|3: apps[0].hooks.pre_backup: '../x' is no name that Docker gives; use letters, digits, '_', '.' and '-'",
                "container: a, hooks: {pre_backup: [{exec: sync, timout: 5s}]}|3: apps[0].hooks.pre_backup[0].timout: unknown setting; did you mean 'timeout'?",
                "container: a, hooks: {pre_backup: [{exec: sync, timeout: 5}]}|3: apps[0].hooks.pre_backup[0].timeout: '5' is no length of time; write one such as 90s, 5m, 12h or 1h30m, at most 366d",
                "container: a, hooks: {pre_backup: [{exec: sync, run: x}]}|3: apps[0].hooks.pre_backup[0].run: is one command line, and the hook's only command; make each a hook of its own",
                "container: a, hooks: {pre_backup: [{exec: sync, local: x}]}|3: apps[0].hooks.pre_backup[0]: is exec and local at once; make each a hook of its own",
                "container: a, hooks: {pre_backup: [{docker: {action: stop, containr: b}}]}|3: apps[0].hooks.pre_backup[0].docker.containr: unknown setting; did you mean 'container'?",
            })
    void wrongSettingGetsOneLineAtItsPlace(String settings, String message) {
        assertFirstProblem(settings, message);
    }

    @Test
    void shellOperatorIsToldAtTheItemItStandsIn() {
        assertFirstProblem(
                "container: a, sources: [{dump: {kind: command, command: \"a | b\"}}]",
                "3: apps[0].sources[0].dump.command: '|' at character 3 is a shell operator, and no shell runs this;");
        assertFirstProblem(
                "container: a, hooks: {pre_backup: [ok,~docker stop x || true]}",
                "4: apps[0].hooks.pre_backup[1]: '||' at character 15 is a shell operator, and no shell runs this; wrap it in"
                        + " sh -c '...', or set on_error: continue where a failure does not matter");
    }

    private static void assertFirstProblem(String settings, String message) {
        String text = "storage: {directory: /backups/doksnap}\napps:\n  - {name: shop, " + settings.replace('~', '\n')
                + "}\n";
        Declarations result = new ConfigParser("config.yaml", Path.of("/conf"), Map.of()).parse(text);
        assertThat(result).as(text).isInstanceOf(Rejected.class);
        assertThat(((Rejected) result).problems().get(0).toString()).startsWith("config.yaml:" + message);
    }

    private static Hook stop(String container) {
        return new Hook.Docker(Action.STOP, container, Optional.of(Duration.ofSeconds(30)), Optional.empty());
    }

    private static Policy policy(String app) {
        return declared(app, "").policies().get(0);
    }

    private static Declared declared(String app, String more) {
        String text = "storage: {directory: /backups/doksnap}\n" + more + "apps:\n  - "
                + app.strip().replace("\n", "\n    ") + "\n";
        Declarations result = new ConfigParser("config.yaml", Path.of("/conf"), Map.of()).parse(text);
        assertThat(result).as(() -> text + result).isInstanceOf(Declared.class);
        return (Declared) result;
    }
}
