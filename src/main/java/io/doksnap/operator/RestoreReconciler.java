package io.doksnap.operator;

import io.doksnap.api.Condition;
import io.doksnap.api.Condition.Status;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Progress;
import io.doksnap.api.Reason;
import io.doksnap.api.Restore;
import io.doksnap.api.Restore.RestoreStatus;
import io.doksnap.operator.TaskFacts.Stage;
import io.doksnap.operator.TaskFacts.Work;
import io.doksnap.operator.resource.DoksnapNames;
import io.doksnap.operator.resource.RestoreResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Has Restores carried out, each once, and says how far they are. All that it decides, {@link TaskDecision} decides. */
final class RestoreReconciler implements Reconciler<RestoreResource> {
    private static final RestoreStatus NOTHING =
            new RestoreStatus(List.of(), null, null, null, 0, 0, List.of(), null, null, null, null, 0);

    private final Control control;
    private final Map<String, RestoreJob> jobs = new ConcurrentHashMap<>();
    private final Written<RestoreStatus> written = new Written<>();

    RestoreReconciler(Control control) {
        this.control = control;
    }

    @Override
    public List<EventSource<?, RestoreResource>> prepareEventSources(EventSourceContext<RestoreResource> context) {
        return List.of(control.restoreNudges().source());
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

    private void nudge(RestoreJob.Order order) {
        control.restoreNudges().at(order.namespace(), order.name());
    }

    @Override
    public UpdateControl<RestoreResource> reconcile(RestoreResource resource, Context<RestoreResource> context) {
        String uid = resource.getMetadata().getUid();
        if (context.isPrimaryResourceDeleted()) {
            control.runs().cancel("restore " + uid, Reason.CANCELLED);
            jobs.remove(uid);
            return UpdateControl.noUpdate();
        }
        if (!control.isReady()) {
            return UpdateControl.<RestoreResource>noUpdate().rescheduleAfter(Control.UNTIL_READY);
        }
        Instant now = control.clock().instant();
        RestoreStatus before = written.latest(uid, resource.getStatus()).orElse(NOTHING);
        RestoreSource.Reading reading =
                RestoreSource.read(resource.toRestore(), control.caches(), control.settings(), control.namesakes());
        TaskDecision decision =
                TaskDecision.of(facts(resource, before, reading, now), control.ownership()::ofClaim, now);
        return act(resource, before, reading, decision, now);
    }

    private TaskFacts facts(
            RestoreResource resource, RestoreStatus before, RestoreSource.Reading reading, Instant now) {
        ObjectMeta metadata = resource.getMetadata();
        Map<String, String> annotations = metadata.getAnnotations() == null ? Map.of() : metadata.getAnnotations();
        return new TaskFacts(
                metadata.getUid(),
                PolicyReconciler.created(metadata),
                Optional.empty(),
                metadata.getDeletionTimestamp() != null,
                metadata.getFinalizers().contains(DoksnapNames.UNDO),
                Optional.ofNullable(annotations.get(DoksnapNames.CLAIM)),
                Optional.ofNullable(before.result()),
                before.startTime() != null,
                before.attempts(),
                Optional.empty(),
                false,
                work(metadata, reading, now),
                stage(metadata.getUid()));
    }

    private Work work(ObjectMeta metadata, RestoreSource.Reading reading, Instant now) {
        if (reading instanceof RestoreSource.Reading.Elsewhere) {
            return new Work.Elsewhere();
        }
        Optional<PolicyFacts.Trouble> shape = LabelTrouble.of(metadata);
        if (shape.isPresent()) {
            return new Work.Senseless(shape.get().reason(), shape.get().message());
        }
        if (reading instanceof RestoreSource.Reading.Invalid invalid) {
            boolean early = invalid.reason() == Reason.HOST_UNKNOWN
                    && control.mayHostCome(PolicyReconciler.created(metadata), now);
            return early
                    ? new Work.NotThereYet(invalid.message())
                    : new Work.Senseless(invalid.reason(), invalid.message());
        }
        return new Work.Ready(1);
    }

    private Stage stage(String uid) {
        RestoreJob job = jobs.get(uid);
        if (job == null) {
            return Stage.NONE;
        }
        if (job.ended().isPresent()) {
            return Stage.ENDED;
        }
        if (control.runs().has(job.id())) {
            return Stage.ACTIVE;
        }
        jobs.remove(uid, job);
        return Stage.NONE;
    }

    private UpdateControl<RestoreResource> act(
            RestoreResource resource,
            RestoreStatus before,
            RestoreSource.Reading reading,
            TaskDecision decision,
            Instant now) {
        ObjectMeta metadata = resource.getMetadata();
        Conditions conditions = new Conditions(before.conditions(), PolicyReconciler.generation(metadata), now);
        if (decision instanceof TaskDecision.Start start && reading instanceof RestoreSource.Reading.Valid valid) {
            if (!submit(resource.toRestore(), metadata.getUid(), valid.source(), start.attempt())) {
                // The operator is about to end, and the next one takes it up.
                return UpdateControl.noUpdate();
            }
            return record(resource, before, waiting(before, conditions, start));
        } else if (decision instanceof TaskDecision.Wait wait) {
            return UpdateControl.<RestoreResource>noUpdate().rescheduleAfter(Duration.between(now, wait.until()));
        } else if (decision instanceof TaskDecision.Refuse refuse) {
            return record(resource, before, refused(before, conditions, refuse, now));
        } else if (decision instanceof TaskDecision.Report || decision instanceof TaskDecision.Cancel) {
            RestoreJob job = jobs.get(metadata.getUid());
            if (job == null) {
                return UpdateControl.noUpdate();
            }
            if (decision instanceof TaskDecision.Cancel) {
                job.cancelling();
                control.runs().cancel(job.id(), Reason.CANCELLED);
            }
            return record(resource, before, told(before, conditions, job, now));
        } else if (decision instanceof TaskDecision.Release) {
            control.claims().release(RestoreResource.class, metadata.getNamespace(), metadata.getName());
        }
        jobs.remove(metadata.getUid());
        if (reading instanceof RestoreSource.Reading.Elsewhere && before.result() == null) {
            return UpdateControl.<RestoreResource>noUpdate()
                    .rescheduleAfter(control.untilItMayBeOurs(PolicyReconciler.created(metadata), now));
        }
        return UpdateControl.noUpdate();
    }

    private boolean submit(Restore restore, String uid, RestoreSource source, int attempt) {
        String namespace = restore.metadata().namespace();
        String name = restore.metadata().name();
        RestoreJob.Order order = new RestoreJob.Order(
                namespace,
                name,
                uid,
                source,
                restore.spec().sources(),
                restore.spec().include(),
                restore.spec().dryRun(),
                attempt);
        RestoreJob job = new RestoreJob(
                order,
                control.site(),
                () -> control.claims().take(RestoreResource.class, namespace, name, uid, source.policy()),
                () -> nudge(order));
        jobs.put(uid, job);
        boolean taken = control.runs().submit(job);
        if (!taken) {
            jobs.remove(uid, job);
        }
        return taken;
    }

    private RestoreStatus waiting(RestoreStatus before, Conditions conditions, TaskDecision.Start start) {
        conditions.set(
                ConditionType.PROGRESSING,
                Status.TRUE,
                start.interrupted() ? Reason.INTERRUPTED : Reason.QUEUED,
                start.interrupted() ? "the program ended in the middle of it; it is begun again" : "");
        return new RestoreStatus(
                conditions.list(),
                before.startTime(),
                null,
                before.snapshot(),
                0,
                0,
                List.of(),
                control.settings().host(),
                null,
                new Progress(Progress.Phase.QUEUED, null, 0, 0, 0, null),
                null,
                before.attempts());
    }

    private RestoreStatus refused(
            RestoreStatus before, Conditions conditions, TaskDecision.Refuse refuse, Instant now) {
        boolean imported = refuse.reason() == Reason.IMPORTED;
        conditions.set(
                ConditionType.PROGRESSING,
                Status.FALSE,
                imported ? Reason.IMPORTED : Reason.ENDED,
                imported ? refuse.message() : "");
        if (!imported) {
            conditions.set(ConditionType.FAILED, Status.TRUE, refuse.reason(), refuse.message());
        }
        return new RestoreStatus(
                conditions.list(),
                before.startTime(),
                now.truncatedTo(ChronoUnit.SECONDS),
                before.snapshot(),
                0,
                0,
                List.of(),
                control.settings().host(),
                refuse.reason(),
                null,
                null,
                before.attempts());
    }

    private RestoreStatus told(RestoreStatus before, Conditions conditions, RestoreJob job, Instant now) {
        Optional<Instant> started = job.started().map(at -> at.truncatedTo(ChronoUnit.SECONDS));
        int attempts = job.started().isPresent() ? job.order().attempt() : before.attempts();
        if (job.ended().isEmpty()) {
            conditions.set(
                    ConditionType.PROGRESSING, Status.TRUE, started.isPresent() ? Reason.RUNNING : Reason.QUEUED, "");
            Progress progress = job.progress(now.truncatedTo(ChronoUnit.SECONDS));
            return new RestoreStatus(
                    conditions.list(),
                    started.orElse(before.startTime()),
                    null,
                    before.snapshot(),
                    0,
                    0,
                    List.of(),
                    control.settings().host(),
                    null,
                    isSame(before.progress(), progress) ? before.progress() : progress,
                    null,
                    attempts);
        }
        RestoreJob.Ended ended = job.ended().get();
        conditions.set(ConditionType.PROGRESSING, Status.FALSE, Reason.ENDED, "");
        conditions.set(
                Results.isSuccess(ended.reason()) ? ConditionType.COMPLETE : ConditionType.FAILED,
                Status.TRUE,
                ended.reason(),
                ended.message());
        return new RestoreStatus(
                conditions.list(),
                started.orElse(before.startTime()),
                ended.at().truncatedTo(ChronoUnit.SECONDS),
                ended.snapshot().orElse(null),
                ended.files(),
                ended.bytes(),
                ended.notes(),
                control.settings().host(),
                ended.reason(),
                null,
                ended.target(),
                attempts);
    }

    private static boolean isSame(@Nullable Progress known, Progress now) {
        return known != null && known.phase() == now.phase() && known.bytesRead() == now.bytesRead();
    }

    private UpdateControl<RestoreResource> record(
            RestoreResource resource, RestoreStatus before, RestoreStatus status) {
        boolean over = status.result() != null;
        Duration pause = over ? Control.UNTIL_READY : control.settings().longestPause();
        if (status.equals(before)) {
            return UpdateControl.<RestoreResource>noUpdate().rescheduleAfter(pause);
        }
        List<Condition> known = before.conditions();
        control.events().changes(resource, known, status.conditions());
        written.remember(resource.getMetadata().getUid(), status);
        RestoreResource fresh = new RestoreResource();
        fresh.setMetadata(Control.identity(resource.getMetadata()));
        fresh.setStatus(status);
        return UpdateControl.patchStatus(fresh).rescheduleAfter(pause);
    }
}
