package io.doksnap.operator;

import io.doksnap.api.Backup.BackupSpec;
import io.doksnap.api.BackupPolicy;
import io.doksnap.api.BackupPolicy.BackupPolicyStatus;
import io.doksnap.api.Condition;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import io.doksnap.operator.Ownership.Whose;
import io.doksnap.operator.PolicyFacts.Trouble;
import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.DoksnapNames;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.policy.Policy;
import io.doksnap.policy.PolicyReader;
import io.doksnap.policy.PolicyResult;
import io.doksnap.run.CarriedOut;
import io.doksnap.run.PolicyBackup;
import io.doksnap.run.PolicyName;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps policies: creates a Backup when one is due, and says what is known. All that it decides, {@link PolicyDecision} decides. */
final class PolicyReconciler implements Reconciler<PolicyResource> {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyReconciler.class);

    private static final Duration FOR_A_NAME = Duration.ofSeconds(10);

    private final Control control;
    private final Looks looks;
    private final SourceLooks sources;
    private final UncoveredEvents uncovered;
    private final Verifications verifications;
    private final Set<String> chosen = ConcurrentHashMap.newKeySet();
    private final Written<BackupPolicyStatus> written = new Written<>();

    PolicyReconciler(
            Control control, Looks looks, SourceLooks sources, UncoveredEvents uncovered, Verifications verifications) {
        this.uncovered = uncovered;
        this.control = control;
        this.looks = looks;
        this.sources = sources;
        this.verifications = verifications;
    }

    @Override
    public List<EventSource<?, PolicyResource>> prepareEventSources(EventSourceContext<PolicyResource> context) {
        return List.of(control.policyNudges().source());
    }

    @Override
    public UpdateControl<PolicyResource> reconcile(PolicyResource resource, Context<PolicyResource> context) {
        if (!control.isReady()) {
            return UpdateControl.<PolicyResource>noUpdate().rescheduleAfter(Control.UNTIL_READY);
        }
        BackupPolicy declared = resource.toBackupPolicy();
        Whose whose = control.ownership().of(declared.spec().host());
        if (whose == Whose.ANOTHERS || resource.isMarkedForDeletion()) {
            return UpdateControl.noUpdate();
        }
        tellWhoseItIs(resource, declared);
        Instant now = control.clock().instant();
        PolicyFacts facts = observe(resource, declared, whose);
        PolicyDecision decision = PolicyDecision.of(
                facts, control.settings().history(), control.settings().longestPause(), now);
        decision.create().ifPresent(nominal -> create(resource, nominal));
        if (decision.verify() && facts.reading() instanceof PolicyResult.Valid valid) {
            verifications.begin(resource, valid.policy());
        }
        decision.outdated().forEach(name -> delete(resource, name));
        UpdateControl<PolicyResource> update = record(resource, facts, decision);
        boolean waits = control.namesakes().troubleOf(resource, facts.before()).isPresent();
        // Nothing tells when a name is free.
        return waits && FOR_A_NAME.compareTo(decision.recheck()) < 0 ? update.rescheduleAfter(FOR_A_NAME) : update;
    }

    /** Once: that somebody may have meant another host. */
    private void tellWhoseItIs(PolicyResource resource, BackupPolicy declared) {
        control.ownership()
                .chosenAmong(declared.spec().host())
                .filter(hosts -> chosen.add(resource.getMetadata().getUid()))
                .ifPresent(hosts -> control.events()
                        .record(
                                resource,
                                false,
                                "HostChosen",
                                "names no host of " + hosts + ": "
                                        + control.settings().host()
                                        + ", whose API this is, carries it out; set spec.host where another is meant"));
    }

    private PolicyFacts observe(PolicyResource resource, BackupPolicy declared, Whose whose) {
        ObjectMeta metadata = resource.getMetadata();
        Optional<BackupPolicyStatus> before = written.latest(metadata.getUid(), resource.getStatus());
        Optional<Trouble> unusable = whose == Whose.NOBODYS
                ? Optional.of(control.ownership().nobodys(declared.spec().host()))
                : LabelTrouble.of(metadata).or(() -> control.namesakes().troubleOf(resource, before));
        PolicyResult reading = unusable.map(LabelTrouble::unreadable)
                .orElseGet(() -> reader(declared).read(declared));
        Optional<Policy> policy =
                reading instanceof PolicyResult.Valid valid ? Optional.of(valid.policy()) : Optional.empty();
        List<BackupSeen> backups = control.caches().backupsOf(metadata.getNamespace(), metadata.getName()).stream()
                .map(backup -> seen(backup, control.ownership()))
                .toList();
        policy.ifPresent(valid -> looks.watch(valid));
        Optional<Revivals.State> revival = policy.map(PolicyName::of).flatMap(control.revivals()::of);
        return new PolicyFacts(
                metadata.getName(),
                created(metadata),
                generation(metadata),
                before,
                reading,
                Outline.of(declared, reader(declared)),
                backups,
                policy.map(valid -> troubles(metadata, valid))
                        .orElse(unusable.stream().toList()),
                uncovered.of(resource),
                revival.flatMap(Revivals.State::trouble),
                revival.filter(state -> state.trouble().isEmpty())
                        .filter(state -> backups.stream()
                                .noneMatch(backup -> backup.result().isPresent()
                                        && backup.ended().isAfter(state.since())))
                        .isPresent(),
                policy.flatMap(valid -> looks.snapshotsOf(valid)),
                verifications.result(metadata.getUid()),
                verifications.isUnderWay(metadata.getUid()));
    }

    private PolicyReader reader(BackupPolicy declared) {
        return new PolicyReader(
                control.settings().zone(),
                control.settings().allowedPaths(),
                control.site().places().localHooks(declared));
    }

    private List<Trouble> troubles(ObjectMeta metadata, Policy policy) {
        List<Trouble> troubles = new ArrayList<>();
        CarriedOut.refusal(policy).ifPresent(message -> troubles.add(new Trouble(Reason.INVALID_SPEC, message)));
        PolicyBackup.keyProblem(control.site().keys(), policy)
                .ifPresent(message -> troubles.add(new Trouble(Reason.KEY_MISSING, message)));
        policy.destinations()
                .forEach(name -> looks.troubleOf(policy.namespace(), name).ifPresent(troubles::add));
        sources.troubleOf(new SourceLooks.Key(metadata.getNamespace(), metadata.getName()), policy)
                .ifPresent(troubles::add);
        return troubles;
    }

    static BackupSeen seen(BackupResource resource, Ownership ownership) {
        ObjectMeta metadata = resource.getMetadata();
        Map<String, String> labels = metadata.getLabels() == null ? Map.of() : metadata.getLabels();
        Map<String, String> annotations = metadata.getAnnotations() == null ? Map.of() : metadata.getAnnotations();
        boolean applied = annotations.containsKey("kubectl.kubernetes.io/last-applied-configuration")
                || metadata.getManagedFields().stream()
                        .anyMatch(entry -> "Apply".equals(entry.getOperation())
                                && !DoksnapNames.FIELD_MANAGER.equals(entry.getManager()));
        return new BackupSeen(
                resource.toBackup(),
                created(metadata),
                Control.SCHEDULE.equals(labels.get(DoksnapNames.ORIGIN)),
                Claim.read(annotations.getOrDefault(DoksnapNames.CLAIM, ""))
                        .filter(claim -> !ownership.isUs(claim.host()))
                        .isPresent(),
                applied);
    }

    static Instant created(ObjectMeta metadata) {
        return metadata.getCreationTimestamp() == null
                ? Instant.EPOCH
                : OffsetDateTime.parse(metadata.getCreationTimestamp()).toInstant();
    }

    static long generation(ObjectMeta metadata) {
        return metadata.getGeneration() == null ? 0 : metadata.getGeneration();
    }

    /** Its name is that of its nominal time, so whoever tries again finds it there. */
    private void create(PolicyResource policy, Instant nominal) {
        ObjectMeta metadata = policy.getMetadata();
        BackupResource backup = new BackupResource();
        backup.setMetadata(new ObjectMetaBuilder()
                .withName(ResourceNames.backup(metadata.getName(), nominal))
                .withNamespace(metadata.getNamespace())
                .addToLabels(DoksnapNames.POLICY, ResourceNames.label(metadata.getName()))
                .addToLabels(DoksnapNames.ORIGIN, Control.SCHEDULE)
                .addNewOwnerReference()
                .withApiVersion(policy.getApiVersion())
                .withKind(policy.getKind())
                .withName(metadata.getName())
                .withUid(metadata.getUid())
                .withController(true)
                .endOwnerReference()
                .build());
        backup.setSpec(new BackupSpec(metadata.getName(), nominal));
        try {
            client().resource(backup).create();
            LOG.info(
                    "{}/{} is due: created the Backup {}",
                    metadata.getNamespace(),
                    metadata.getName(),
                    backup.getMetadata().getName());
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    private void delete(PolicyResource policy, String backup) {
        client().resources(BackupResource.class)
                .inNamespace(policy.getMetadata().getNamespace())
                .withName(backup)
                .delete();
    }

    private KubernetesClient client() {
        return control.client();
    }

    private UpdateControl<PolicyResource> record(PolicyResource resource, PolicyFacts facts, PolicyDecision decision) {
        ObjectMeta metadata = resource.getMetadata();
        if (facts.before().filter(decision.status()::equals).isPresent()) {
            return UpdateControl.<PolicyResource>noUpdate().rescheduleAfter(decision.recheck());
        }
        List<Condition> before =
                facts.before().map(BackupPolicyStatus::conditions).orElse(List.of());
        control.events().changes(resource, before, decision.status().conditions());
        facts.workload()
                .filter(trouble -> !isTold(before, trouble.reason()))
                .ifPresent(trouble -> control.events()
                        .record(resource, true, trouble.reason().toString(), "NOT BROUGHT BACK: " + trouble.message()));
        written.remember(metadata.getUid(), decision.status());
        PolicyResource fresh = new PolicyResource();
        fresh.setMetadata(Control.identity(metadata));
        fresh.setStatus(decision.status());
        return UpdateControl.patchStatus(fresh).rescheduleAfter(decision.recheck());
    }

    private static boolean isTold(List<Condition> before, Reason reason) {
        return Conditions.find(before, ConditionType.WORKLOAD_RESTORED)
                .filter(known -> known.reason() == reason)
                .isPresent();
    }
}
