package io.doksnap.operator;

import io.doksnap.api.Backup;
import io.doksnap.api.Backup.BackupStatus;
import io.doksnap.api.BackupPolicy;
import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.Condition;
import io.doksnap.api.Reason;
import io.doksnap.operator.Ownership.Whose;
import io.doksnap.operator.TaskFacts.Stage;
import io.doksnap.operator.TaskFacts.Work;
import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.DoksnapNames;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.policy.Policy;
import io.doksnap.policy.PolicyReader;
import io.doksnap.policy.PolicyResult;
import io.doksnap.run.PolicyName;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Has Backups carried out, each once, and says how far they are. All that it decides, {@link TaskDecision} decides. */
final class BackupReconciler implements Reconciler<BackupResource> {
    /** How long a policy may come after its Backup, as when both stand in one file. */
    private static final Duration POLICY_MAY_COME = Duration.ofSeconds(30);

    private final Control control;
    private final Looks looks;
    private final Optional<RunWindow> window;
    private final UncoveredEvents uncovered;
    private final Map<String, BackupJob> jobs = new ConcurrentHashMap<>();
    private final Written<BackupStatus> written = new Written<>();

    /** Since when the labels of a Backup's policy make no sense, by the Backup's uid. */
    private final Map<String, Instant> troubled = new ConcurrentHashMap<>();

    BackupReconciler(Control control, Looks looks, UncoveredEvents uncovered) {
        this.control = control;
        this.looks = looks;
        this.window = control.settings()
                .window()
                .map(times -> new RunWindow(times, control.settings().zone()));
        this.uncovered = uncovered;
    }

    @Override
    public List<EventSource<?, BackupResource>> prepareEventSources(EventSourceContext<BackupResource> context) {
        return List.of(control.backupNudges().source());
    }

    /** Has all that run looked at, so that their progress is told. */
    void tick() {
        jobs.values().stream()
                .filter(job -> job.started().isPresent() && job.ended().isEmpty())
                .forEach(job -> nudge(job.order()));
    }

    /** Whether something has ended that no object says yet. */
    boolean hasLastWords() {
        return jobs.values().stream().anyMatch(job -> job.ended().isPresent());
    }

    private void nudge(BackupJob.Order order) {
        control.backupNudges().at(order.policy().namespace(), order.name());
    }

    @Override
    public UpdateControl<BackupResource> reconcile(BackupResource resource, Context<BackupResource> context) {
        String uid = resource.getMetadata().getUid();
        if (context.isPrimaryResourceDeleted()) {
            control.runs().cancel("backup " + uid, Reason.CANCELLED);
            jobs.remove(uid);
            troubled.remove(uid);
            nudgePolicy(resource);
            return UpdateControl.noUpdate();
        }
        if (!control.isReady()) {
            return UpdateControl.<BackupResource>noUpdate().rescheduleAfter(Control.UNTIL_READY);
        }
        Instant now = control.clock().instant();
        Optional<BackupStatus> before = written.latest(uid, resource.getStatus());
        Observed seen = observe(resource, before, now);
        TaskDecision decided = TaskDecision.of(seen.facts(), control.ownership()::ofClaim, now);
        TaskDecision decision =
                window.map(times -> times.hold(decided, seen.facts(), now)).orElse(decided);
        UpdateControl<BackupResource> update = act(resource, before.orElse(null), seen, decision, now);
        if (!(decision instanceof TaskDecision.Leave && seen.facts().work() instanceof Work.Elsewhere)) {
            nudgePolicy(resource);
        } else if (seen.facts().result().isEmpty()) {
            return UpdateControl.<BackupResource>noUpdate()
                    .rescheduleAfter(control.untilItMayBeOurs(seen.facts().created(), now));
        }
        return update;
    }

    private void nudgePolicy(BackupResource resource) {
        String policy = resource.toBackup().spec().policy();
        if (policy != null) {
            control.policyNudges().at(resource.getMetadata().getNamespace(), policy);
        }
    }

    private record Observed(TaskFacts facts, Optional<Declared> policy) {}

    /** A policy that makes sense, and what it was made of. */
    private record Declared(BackupPolicySpec spec, Policy policy) {}

    private Observed observe(BackupResource resource, Optional<BackupStatus> before, Instant now) {
        ObjectMeta metadata = resource.getMetadata();
        Backup backup = resource.toBackup();
        Optional<BackupStatus> status = before;
        Map<String, String> annotations = metadata.getAnnotations() == null ? Map.of() : metadata.getAnnotations();
        BackupSeen seen = PolicyReconciler.seen(resource, control.ownership());
        boolean ended = status.map(BackupStatus::result).isPresent();
        PolicyFound found = ended
                ? new PolicyFound(new Work.Ready(1), Optional.empty())
                : policy(metadata, backup, seen.created(), now);
        Work work = settled(metadata.getUid(), found.work(), now);
        TaskFacts facts = new TaskFacts(
                metadata.getUid(),
                seen.created(),
                Optional.ofNullable(backup.spec().nominalTime()),
                metadata.getDeletionTimestamp() != null,
                metadata.getFinalizers().contains(DoksnapNames.UNDO),
                Optional.ofNullable(annotations.get(DoksnapNames.CLAIM)),
                status.map(BackupStatus::result),
                status.map(BackupStatus::startTime).isPresent(),
                status.map(BackupStatus::attempts).orElse(0),
                status.map(BackupStatus::nextAttemptTime)
                        .map(next -> TaskFacts.believable(next, found.policy().map(Declared::policy), now)),
                seen.scheduled(),
                work,
                stage(metadata.getUid()));
        return new Observed(facts, found.policy());
    }

    /** Labels change one container at a time, so that they may disagree for a moment; from when on they do, this process remembers. */
    private Work settled(String uid, Work work, Instant now) {
        if (work instanceof Work.Unsettled unsettled) {
            Instant since = troubled.computeIfAbsent(uid, unknown -> now);
            return new Work.Unsettled(unsettled.reason(), unsettled.message(), since);
        }
        troubled.remove(uid);
        return work;
    }

    private Stage stage(String uid) {
        BackupJob job = jobs.get(uid);
        if (job == null) {
            return Stage.NONE;
        }
        if (job.ended().isPresent()) {
            return Stage.ENDED;
        }
        if (control.runs().has(job.id())) {
            return Stage.ACTIVE;
        }
        // It was somebody else's, or was dropped before it began.
        jobs.remove(uid, job);
        return Stage.NONE;
    }

    private record PolicyFound(Work work, Optional<Declared> policy) {}

    private PolicyFound policy(ObjectMeta metadata, Backup backup, Instant created, Instant now) {
        String name = backup.spec().policy();
        String namespace = backup.metadata().namespace();
        Optional<PolicyFacts.Trouble> shape = LabelTrouble.of(metadata);
        if (shape.isPresent() && control.ownership().speaksForNobody()) {
            return senseless(shape.get().message());
        }
        if (name == null || name.isEmpty()) {
            return senseless("spec.policy is missing; name the BackupPolicy to run");
        }
        Optional<PolicyResource> resource = control.caches().policy(namespace, name);
        if (resource.isEmpty() && !control.ownership().speaksForNobody()) {
            return new PolicyFound(new Work.Elsewhere(), Optional.empty());
        }
        if (resource.isEmpty()) {
            String message = "there is no BackupPolicy " + name + " in the namespace " + namespace
                    + "; kubectl get bp -n " + namespace + " lists them";
            return now.isBefore(created.plus(POLICY_MAY_COME))
                    ? new PolicyFound(new Work.NotThereYet(message), Optional.empty())
                    : senseless(message);
        }
        BackupPolicy declared = resource.get().toBackupPolicy();
        Whose whose = control.ownership().of(declared.spec().host());
        if (whose == Whose.ANOTHERS) {
            return new PolicyFound(new Work.Elsewhere(), Optional.empty());
        }
        if (whose == Whose.NOBODYS) {
            return nobodys(name, declared, created, now);
        }
        Optional<PolicyFacts.Trouble> unusable = LabelTrouble.of(resource.get().getMetadata())
                .or(() -> control.namesakes()
                        .troubleOf(
                                resource.get(),
                                Optional.ofNullable(resource.get().getStatus())));
        if (unusable.isPresent()) {
            return new PolicyFound(
                    new Work.Unsettled(
                            unusable.get().reason(),
                            "the BackupPolicy " + name + " makes no sense: "
                                    + unusable.get().message(),
                            now),
                    Optional.empty());
        }
        PolicyResult reading = new PolicyReader(
                        control.settings().zone(),
                        control.settings().allowedPaths(),
                        control.site().places().localHooks(declared))
                .read(declared);
        if (reading instanceof PolicyResult.Invalid invalid) {
            return senseless("the BackupPolicy " + name + " makes no sense: "
                    + invalid.problems().stream()
                            .map(problem -> problem.path() + " " + problem.message())
                            .collect(Collectors.joining("; ")));
        }
        Policy policy = ((PolicyResult.Valid) reading).policy();
        return new PolicyFound(
                new Work.Ready(policy.retry().attempts()), Optional.of(new Declared(declared.spec(), policy)));
    }

    private PolicyFound nobodys(String policy, BackupPolicy declared, Instant created, Instant now) {
        PolicyFacts.Trouble trouble =
                control.ownership().nobodys(declared.spec().host());
        String message = "the BackupPolicy " + policy + ": " + trouble.message();
        return new PolicyFound(
                control.mayHostCome(created, now)
                        ? new Work.NotThereYet(message)
                        : new Work.Unsettled(trouble.reason(), message, now),
                Optional.empty());
    }

    private static PolicyFound senseless(String message) {
        return new PolicyFound(new Work.Senseless(Reason.INVALID_SPEC, message), Optional.empty());
    }

    private UpdateControl<BackupResource> act(
            BackupResource resource, @Nullable BackupStatus before, Observed seen, TaskDecision decision, Instant now) {
        ObjectMeta metadata = resource.getMetadata();
        BackupStatuses statuses =
                new BackupStatuses(before, control.settings().host(), PolicyReconciler.generation(metadata), now);
        if (decision instanceof TaskDecision.Start start && seen.policy().isPresent()) {
            String policy = String.valueOf(resource.toBackup().spec().policy());
            if (!submit(metadata, policy, seen.policy().get(), start)) {
                // The operator is about to end, and the next one takes it up.
                return UpdateControl.noUpdate();
            }
            BackupStatus status = start.interrupted()
                    ? statuses.waiting(
                            Reason.INTERRUPTED,
                            "the program ended in the middle of attempt " + (start.attempt() - 1)
                                    + "; it is tried again")
                    : statuses.waiting(Reason.QUEUED, "");
            return record(resource, before, status, Optional.empty());
        } else if (decision instanceof TaskDecision.Wait wait) {
            BackupStatus status = wait.reason() == Reason.QUEUED
                    ? statuses.waiting(Reason.QUEUED, wait.message())
                    : before == null ? statuses.waiting(wait.reason(), wait.message()) : before;
            return record(resource, before, status, Optional.of(Duration.between(now, wait.until())));
        } else if (decision instanceof TaskDecision.Refuse refuse) {
            return record(resource, before, statuses.refused(refuse.reason(), refuse.message()), Optional.empty());
        } else if (decision instanceof TaskDecision.Cancel) {
            cancel(metadata.getUid());
            return report(resource, before, statuses, now);
        } else if (decision instanceof TaskDecision.Report) {
            return report(resource, before, statuses, now);
        } else if (decision instanceof TaskDecision.Release) {
            control.claims().release(BackupResource.class, metadata.getNamespace(), metadata.getName());
        }
        jobs.remove(metadata.getUid());
        return UpdateControl.noUpdate();
    }

    private boolean submit(ObjectMeta metadata, String name, Declared of, TaskDecision.Start start) {
        Policy policy = of.policy();
        BackupJob.Order order = new BackupJob.Order(
                metadata.getName(), metadata.getUid(), of.spec(), policy, start.attempt(), start.recover());
        BackupJob job = new BackupJob(
                order,
                control.site(),
                () -> {
                    boolean ours = control.claims()
                            .take(
                                    BackupResource.class,
                                    policy.namespace(),
                                    metadata.getName(),
                                    metadata.getUid(),
                                    name);
                    if (ours) {
                        uncovered.tell(policy);
                    }
                    return ours;
                },
                () -> nudge(order));
        jobs.put(metadata.getUid(), job);
        boolean taken = control.runs().submit(job);
        if (!taken) {
            jobs.remove(metadata.getUid(), job);
        }
        return taken;
    }

    private void cancel(String uid) {
        BackupJob job = jobs.get(uid);
        if (job != null) {
            job.cancelling();
            control.runs().cancel(job.id(), Reason.CANCELLED);
        }
    }

    private UpdateControl<BackupResource> report(
            BackupResource resource, @Nullable BackupStatus before, BackupStatuses statuses, Instant now) {
        BackupJob job = jobs.get(resource.getMetadata().getUid());
        if (job == null) {
            return UpdateControl.noUpdate();
        }
        if (job.ended().isPresent()) {
            BackupJob.Ended ended = job.ended().get();
            ended.workload()
                    .ifPresent(report -> report.troubles()
                            .forEach(trouble -> control.revivals()
                                    .isDown(PolicyName.of(job.order().policy()), trouble)));
            looks.request(job.order().policy());
            BackupStatus status = statuses.ended(job, ended);
            if (ended.again().isPresent()) {
                jobs.remove(job.order().uid());
            }
            Duration next = ended.again()
                    .map(at -> Duration.between(now, at))
                    .filter(pause -> !pause.isNegative())
                    .orElse(Control.UNTIL_READY);
            return record(resource, before, status, Optional.of(next));
        }
        if (job.started().isEmpty()) {
            return record(resource, before, statuses.waiting(Reason.QUEUED, ""), Optional.empty());
        }
        BackupStatus status = statuses.running(job.started().get(), job.order().attempt(), job.progress(now));
        return record(resource, before, status, Optional.empty());
    }

    private UpdateControl<BackupResource> record(
            BackupResource resource, @Nullable BackupStatus before, BackupStatus status, Optional<Duration> next) {
        Duration longest = control.settings().longestPause();
        Duration pause = next.filter(wait -> wait.compareTo(longest) < 0)
                .map(wait -> wait.compareTo(Control.UNTIL_READY) < 0 ? Control.UNTIL_READY : wait)
                .orElse(longest);
        if (status.equals(before)) {
            return UpdateControl.<BackupResource>noUpdate().rescheduleAfter(pause);
        }
        List<Condition> conditions = before == null ? List.of() : before.conditions();
        control.events().changes(resource, conditions, status.conditions());
        written.remember(resource.getMetadata().getUid(), status);
        BackupResource fresh = new BackupResource();
        fresh.setMetadata(Control.identity(resource.getMetadata()));
        fresh.setStatus(status);
        return UpdateControl.patchStatus(fresh).rescheduleAfter(pause);
    }
}
