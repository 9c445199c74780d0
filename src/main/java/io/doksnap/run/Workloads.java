package io.doksnap.run;

import io.doksnap.docker.DockerEngine;
import io.doksnap.policy.NoStopWindows;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The workloads of this host as runs have them: stopped or paused around a read, and brought back, also after a crash. */
public final class Workloads {
    private final DockerEngine docker;
    private final DataDirectory data;
    private final Clock clock;
    private final Map<String, String> environment;
    private final Pause pause;
    private final NoStops noStops;
    private final Turns turns = new Turns();
    private final Safekeeping safekeeping;
    private final Undoing undoing;
    private final TargetContainers targets;
    private final Replay replay;

    /**
     * Creates them; nothing is asked or touched yet.
     *
     * @param data held by the caller: who does not hold it replays nothing
     * @param environment ours; processes on the host get of it only what cannot be a secret
     * @param noStops when nothing is to be down; empty: as is usual where Dokploy runs, and else at no time
     */
    public Workloads(
            DockerEngine docker,
            DataDirectory data,
            Clock clock,
            Map<String, String> environment,
            Optional<NoStopWindows> noStops) {
        this(docker, data, clock, environment, noStops, Pause.REAL);
    }

    Workloads(
            DockerEngine docker,
            DataDirectory data,
            Clock clock,
            Map<String, String> environment,
            Optional<NoStopWindows> noStops,
            Pause pause) {
        this.docker = docker;
        this.data = data;
        this.clock = clock;
        this.environment = Map.copyOf(environment);
        this.pause = pause;
        this.noStops = new NoStops(docker, noStops, clock, pause);
        this.safekeeping = new Safekeeping(docker, data);
        this.undoing = new Undoing(new Revival(docker, clock, pause), safekeeping);
        this.targets = new TargetContainers(docker);
        this.replay = new Replay(data, undoing, turns, targets);
    }

    /** What one run does around its reads; nothing happens yet. */
    Workload open(PolicyName policy, Workload.Plan plan, String runId, Cancellation cancellation) {
        WorkloadReport report = new WorkloadReport();
        HeldJournal held = new HeldJournal(Journal.of(data, policy, runId), safekeeping, undoing, report);
        return new Workload(
                plan,
                new Workload.Host(
                        new Holds(docker, held, report, clock, pause),
                        new HookRunner(docker, plan.target(), environment),
                        targets,
                        noStops,
                        turns,
                        safekeeping),
                report,
                cancellation);
    }

    /**
     * Brings back what earlier runs have left stopped or paused. What cannot be brought back stays in its journal, and is
     * tried again the next time.
     */
    public WorkloadReport replay() throws DataDirectoryException {
        WorkloadReport report = new WorkloadReport();
        replay(policy -> report);
        return report;
    }

    /**
     * The same with a report for each policy of which there was anything to bring back, by its name; what belongs to none that can be told
     * stands under one that is unknown. May be called while runs are under way: what they keep still is left to them, and what they are at work in is postponed.
     */
    public Map<PolicyName, WorkloadReport> replayEach() throws DataDirectoryException {
        Map<PolicyName, WorkloadReport> reports = new TreeMap<>();
        replay(policy -> reports.computeIfAbsent(policy, fresh -> new WorkloadReport()));
        return reports;
    }

    /** Whether earlier runs have left anything stopped or paused; from the data directory alone. */
    public boolean isAnyLeft() {
        return replay.isAnyLeft();
    }

    private void replay(Function<PolicyName, WorkloadReport> reports) throws DataDirectoryException {
        replay.run(reports);
        safekeeping.collectLeftovers();
    }
}
