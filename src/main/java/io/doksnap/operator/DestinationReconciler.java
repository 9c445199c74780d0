package io.doksnap.operator;

import io.doksnap.api.BackupDestination.BackupDestinationStatus;
import io.doksnap.api.Condition;
import io.doksnap.api.Condition.Status;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import io.doksnap.operator.Ownership.Whose;
import io.doksnap.operator.PolicyFacts.Trouble;
import io.doksnap.operator.resource.DestinationResource;
import io.doksnap.schedule.Schedule;
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

/** Says of each destination whether it can be used: by what a look at it found, which is asked for when its spec changes. */
final class DestinationReconciler implements Reconciler<DestinationResource> {
    private static final Duration TELL_TIME = Duration.ofHours(1);

    private final Control control;
    private final Looks looks;
    private final Map<String, Long> lookedAt = new ConcurrentHashMap<>();
    private final Written<BackupDestinationStatus> written = new Written<>();

    DestinationReconciler(Control control, Looks looks) {
        this.control = control;
        this.looks = looks;
    }

    @Override
    public List<EventSource<?, DestinationResource>> prepareEventSources(
            EventSourceContext<DestinationResource> context) {
        return List.of(control.destinationNudges().source());
    }

    @Override
    public UpdateControl<DestinationResource> reconcile(
            DestinationResource resource, Context<DestinationResource> context) {
        ObjectMeta metadata = resource.getMetadata();
        if (context.isPrimaryResourceDeleted()) {
            lookedAt.remove(metadata.getUid());
            return UpdateControl.noUpdate();
        }
        if (!control.isReady()) {
            return UpdateControl.<DestinationResource>noUpdate().rescheduleAfter(Control.UNTIL_READY);
        }
        String host = resource.toBackupDestination().spec().host();
        if (!control.ownership().looksAfter(host)) {
            return control.ownership().of(host) == Whose.NOBODYS
                    ? recordNobodys(resource, host)
                    : UpdateControl.noUpdate();
        }
        Looks.Place place = Looks.Place.of(resource);
        long generation = PolicyReconciler.generation(metadata);
        Long known = lookedAt.put(metadata.getUid(), generation);
        if (known == null || known != generation) {
            looks.request(place.namespace(), place.destination());
            return UpdateControl.noUpdate();
        }
        return looks.last(place.namespace(), place.destination())
                .map(look -> record(resource, look, generation))
                .orElseGet(UpdateControl::noUpdate);
    }

    /** Whoever mistyped the host would otherwise see nothing at all. */
    private UpdateControl<DestinationResource> recordNobodys(DestinationResource resource, @Nullable String host) {
        Trouble trouble = control.ownership().nobodys(host);
        Look none = Look.failed(control.clock().instant(), "", trouble, Optional.empty());
        return record(resource, none, PolicyReconciler.generation(resource.getMetadata()));
    }

    private UpdateControl<DestinationResource> record(DestinationResource resource, Look look, long generation) {
        ObjectMeta metadata = resource.getMetadata();
        Optional<BackupDestinationStatus> before = written.latest(metadata.getUid(), resource.getStatus());
        List<Condition> known = before.map(BackupDestinationStatus::conditions).orElse(List.of());
        List<Condition> conditions =
                conditions(new Conditions(known, generation, control.clock().instant()), look);
        Instant seen = look.at().truncatedTo(ChronoUnit.SECONDS);
        BackupDestinationStatus status = status(generation, conditions, look, seen);
        if (before.filter(told -> isOld(told, status, seen)).isPresent()) {
            return UpdateControl.noUpdate();
        }
        control.events().changes(resource, known, conditions);
        written.remember(metadata.getUid(), status);
        DestinationResource fresh = new DestinationResource();
        fresh.setMetadata(Control.identity(metadata));
        fresh.setStatus(status);
        return UpdateControl.patchStatus(fresh);
    }

    private static BackupDestinationStatus status(
            long generation, List<Condition> conditions, Look look, Instant seen) {
        return new BackupDestinationStatus(
                generation,
                conditions,
                look.snapshots(),
                look.storedBytes(),
                seen,
                look.location(),
                Amount.text(look.storedBytes()));
    }

    /** Whether nothing is new but the time, which is worth a write now and then. */
    private static boolean isOld(BackupDestinationStatus told, BackupDestinationStatus status, Instant seen) {
        Instant last = told.lastSeenTime();
        if (last == null || last.plus(TELL_TIME).isBefore(seen) || !Schedule.isBelievable(last, seen)) {
            return false;
        }
        BackupDestinationStatus then = new BackupDestinationStatus(
                status.observedGeneration(),
                status.conditions(),
                status.snapshots(),
                status.storedBytes(),
                last,
                status.location(),
                status.size());
        return told.equals(then);
    }

    private static List<Condition> conditions(Conditions conditions, Look look) {
        if (look.trouble().isEmpty()) {
            return conditions
                    .set(ConditionType.READY, Status.TRUE, Reason.AVAILABLE, "it answers, and can be listed")
                    .set(ConditionType.STALLED, Status.FALSE, Reason.AVAILABLE, "")
                    .list();
        }
        Reason reason = look.trouble().get().reason();
        String message = look.trouble().get().message();
        boolean stalled = Results.needsAPerson(reason);
        return conditions
                .set(ConditionType.READY, Status.FALSE, reason, message)
                .set(ConditionType.STALLED, stalled ? Status.TRUE : Status.FALSE, reason, stalled ? message : "")
                .list();
    }
}
