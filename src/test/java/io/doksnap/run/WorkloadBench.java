package io.doksnap.run;

import io.doksnap.policy.Hook;
import io.doksnap.policy.HookStep;
import io.doksnap.policy.Hooks;
import io.doksnap.policy.NoStopWindows;
import io.doksnap.policy.Quiesce;
import io.doksnap.policy.Target;
import io.doksnap.testing.FakeContainers;
import io.doksnap.testing.FakeDockerEngine;
import io.doksnap.testing.FakeServices;
import io.doksnap.testing.SettableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A workload on containers that are no more than their state, with a journal on a real disk. */
final class WorkloadBench implements AutoCloseable {
    final SettableClock clock = SettableClock.at("2026-11-22T02:00:00Z");
    final FakeDockerEngine docker;
    final FakeContainers containers;
    final FakeServices services;
    final Cancellation cancellation = new Cancellation();
    final List<HookStep> pre = new ArrayList<>();
    final List<HookStep> post = new ArrayList<>();
    final List<HookStep> failure = new ArrayList<>();
    Optional<Target> target = Optional.empty();
    Optional<NoStopWindows> noStops = Optional.empty();
    ZoneId zone = ZoneOffset.UTC;
    Quiesce quiesce = Quiesce.NONE;
    DataDirectory data;
    Runnable whenTimePasses = () -> {};
    private final Path state;
    private int runs;

    WorkloadBench(Path home) throws IOException {
        this.docker = new FakeDockerEngine(home.resolve("volumes"));
        this.containers = docker.containers();
        this.services = docker.services();
        this.state = home.resolve("state");
        this.data = DataDirectory.open(state);
    }

    void stop(String container, String... with) {
        target = Optional.of(new Target.Container(container));
        quiesce = new Quiesce(
                Quiesce.Mode.STOP, Duration.ofMinutes(5), Quiesce.Release.AUTO, Optional.empty(), List.of(with));
    }

    void stopService(String service, String... with) {
        stop(service, with);
        target = Optional.of(new Target.Service(service));
    }

    void pauseService(String service) {
        pause(service);
        target = Optional.of(new Target.Service(service));
    }

    void pause(String container) {
        target = Optional.of(new Target.Container(container));
        quiesce = new Quiesce(
                Quiesce.Mode.PAUSE, Duration.ofMinutes(5), Quiesce.Release.AUTO, Optional.empty(), List.of());
    }

    static HookStep docker(Hook.Action action, String container) {
        return HookStep.of(new Hook.Docker(action, container));
    }

    static HookStep exec(String container, String... command) {
        return HookStep.of(new Hook.Exec(List.of(command), Optional.of(container)));
    }

    Workloads workloads() {
        return new Workloads(docker, data, clock, Map.of("PATH", "/usr/bin:/bin"), noStops, new Pause() {
            @Override
            public void take(Duration time) {
                clock.advance(time);
                whenTimePasses.run();
            }

            @Override
            public Duration uptime() {
                return Duration.between(Instant.EPOCH, clock.instant());
            }
        });
    }

    Workload open() {
        return open(workloads());
    }

    Workload open(Workloads workloads) {
        return workloads.open(
                new PolicyName("default", "shop"),
                new Workload.Plan(target, quiesce, new Hooks(pre, post, failure), zone, false),
                "20261122_020000_0000000" + ++runs,
                cancellation);
    }

    /** What a run does that goes well. */
    WorkloadReport run() throws IOException, RunException {
        return run(() -> {});
    }

    /** A run of one source, in the middle of whose read something happens. */
    WorkloadReport run(Runnable whileRead) throws IOException, RunException {
        try (Workload workload = open()) {
            workload.awaitTurn();
            workload.quiesce();
            workload.read(reading -> {
                try (reading) {
                    whileRead.run();
                    reading.checkStill();
                    reading.done();
                    return "";
                }
            });
            workload.finish();
            return workload.report();
        }
    }

    /** The next start of the program, after the last one ended in whatever way. */
    WorkloadReport restart() throws IOException {
        containers.set(FakeContainers.Fault.NONE);
        data.close();
        data = DataDirectory.open(state);
        return workloads().replay();
    }

    List<String> journals() {
        try (Stream<Path> files = Files.list(state)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.startsWith("workload-"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        data.close();
    }
}
