package io.doksnap.operator;

import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.DestinationResource;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.RestoreResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** What all reconcilers of one operator have in common. */
final class Control {
    /** How soon a reconciler looks again that was asked before all watches had told what there is. */
    static final Duration UNTIL_READY = Duration.ofMillis(200);

    /** How long a policy may come after what names it: they are often applied together. */
    private static final Duration POLICY_MAY_COME = Duration.ofSeconds(30);

    /** The hosts are asked for no more often, and nothing is refused for a host that has come a moment ago. */
    private static final Duration HOST_MAY_COME = HostLease.ASK_EVERY.multipliedBy(2);

    private static final Duration MEANWHILE = Duration.ofSeconds(2);

    /** The origin of Backups that the operator made, as a schedule says. */
    static final String SCHEDULE = "schedule";

    private final KubernetesClient client;
    private final OperatorSettings settings;
    private final Ownership ownership;
    private final Site site;
    private final Caches caches = new Caches();
    private final Namesakes namesakes;
    private final Runs runs;
    private final Claims claims;
    private final EventLog events;
    private final Nudges<PolicyResource> policyNudges = new Nudges<>("policy-nudges");
    private final Nudges<BackupResource> backupNudges = new Nudges<>("backup-nudges");
    private final Nudges<RestoreResource> restoreNudges = new Nudges<>("restore-nudges");
    private final Nudges<DestinationResource> destinationNudges = new Nudges<>("destination-nudges");
    private volatile boolean ready;

    Control(KubernetesClient client, OperatorSettings settings, Ownership ownership, Site site, EventLog events) {
        this.client = client;
        this.settings = settings;
        this.ownership = ownership;
        this.namesakes = new Namesakes(caches::named, ownership);
        this.site = site;
        this.runs = new Runs(settings.runs(), site.places()::stepBack);
        this.claims = new Claims(client, ownership);
        this.events = events;
    }

    KubernetesClient client() {
        return client;
    }

    OperatorSettings settings() {
        return settings;
    }

    Site site() {
        return site;
    }

    Clock clock() {
        return site.clock();
    }

    Caches caches() {
        return caches;
    }

    Namesakes namesakes() {
        return namesakes;
    }

    Runs runs() {
        return runs;
    }

    Claims claims() {
        return claims;
    }

    EventLog events() {
        return events;
    }

    Revivals revivals() {
        return site.revivals();
    }

    Ownership ownership() {
        return ownership;
    }

    Nudges<PolicyResource> policyNudges() {
        return policyNudges;
    }

    Nudges<BackupResource> backupNudges() {
        return backupNudges;
    }

    Nudges<RestoreResource> restoreNudges() {
        return restoreNudges;
    }

    Nudges<DestinationResource> destinationNudges() {
        return destinationNudges;
    }

    /** Whether every watch has told what there is: before, what seems to be missing may only not have been told yet. */
    boolean isReady() {
        return ready;
    }

    void ready(boolean is) {
        ready = is;
    }

    /** The metadata of an object that is applied to: its name, and nothing that somebody else may own. */
    static ObjectMeta identity(ObjectMeta of) {
        return new ObjectMetaBuilder()
                .withName(of.getName())
                .withNamespace(of.getNamespace())
                .build();
    }

    /** Whether it may only not be known yet that there is the host that an object names. */
    boolean mayHostCome(Instant created, Instant now) {
        return now.isBefore(created.plus(HOST_MAY_COME));
    }

    /** When to look again at what is another host's as it seems: its policy may only be on its way, or be given to this host later. */
    Duration untilItMayBeOurs(Instant created, Instant now) {
        return now.isBefore(created.plus(POLICY_MAY_COME))
                ? MEANWHILE
                : settings().longestPause();
    }
}
