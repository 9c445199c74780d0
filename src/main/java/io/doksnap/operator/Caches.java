package io.doksnap.operator;

import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.DestinationResource;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.SnapshotResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.controller.ControllerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the watches have told of our kinds. Each kind is held once; nothing that is read here may be changed. */
final class Caches {
    private static final String BY_POLICY = "policy";
    private static final String BY_DESTINATION = "destination";
    private static final String BY_NAME = "name";

    private @Nullable ControllerEventSource<PolicyResource> policies;
    private @Nullable ControllerEventSource<BackupResource> backups;
    private @Nullable ControllerEventSource<SnapshotResource> snapshots;
    private @Nullable ControllerEventSource<DestinationResource> destinations;

    void policies(RegisteredController<PolicyResource> controller) {
        policies = source(controller);
        index(policies, BY_NAME, policy -> Optional.of(Namesakes.name(policy)));
    }

    void backups(RegisteredController<BackupResource> controller) {
        backups = source(controller);
        index(
                backups,
                BY_POLICY,
                backup -> Optional.ofNullable(backup.toBackup().spec().policy()));
    }

    void snapshots(RegisteredController<SnapshotResource> controller) {
        snapshots = source(controller);
        index(
                snapshots,
                BY_DESTINATION,
                snapshot -> Optional.ofNullable(snapshot.toSnapshot().spec().destination()));
    }

    void destinations(RegisteredController<DestinationResource> controller) {
        destinations = source(controller);
    }

    private static <R extends HasMetadata> ControllerEventSource<R> source(RegisteredController<R> controller) {
        return ((Controller<R>) controller).getEventSourceManager().getControllerEventSource();
    }

    private static <R extends HasMetadata> void index(
            ControllerEventSource<R> source, String name, Function<R, Optional<String>> value) {
        source.addIndexers(Map.of(
                name,
                resource -> value
                        .apply(resource)
                        .map(of -> key(resource.getMetadata().getNamespace(), of))
                        .stream()
                        .toList()));
    }

    private static String key(String namespace, String name) {
        return namespace + "/" + name;
    }

    Optional<PolicyResource> policy(String namespace, String name) {
        return there(policies).get(new ResourceID(name, namespace));
    }

    List<PolicyResource> policies() {
        return there(policies).list().toList();
    }

    /** The policies that store under a name. */
    Stream<PolicyResource> named(String namespace, String name) {
        return there(policies).byIndex(BY_NAME, key(namespace, name)).stream();
    }

    List<BackupResource> backups() {
        return there(backups).list().toList();
    }

    List<SnapshotResource> snapshots() {
        return there(snapshots).list().toList();
    }

    /** The Backups of a policy. */
    List<BackupResource> backupsOf(String namespace, String policy) {
        return there(backups).byIndex(BY_POLICY, key(namespace, policy));
    }

    List<SnapshotResource> snapshotsIn(String namespace, String destination) {
        return there(snapshots).byIndex(BY_DESTINATION, key(namespace, destination));
    }

    Optional<SnapshotResource> snapshot(String namespace, String name) {
        return there(snapshots).get(new ResourceID(name, namespace));
    }

    Optional<DestinationResource> destination(String namespace, String name) {
        return there(destinations).get(new ResourceID(name, namespace));
    }

    List<DestinationResource> destinations() {
        return there(destinations).list().toList();
    }

    private static <T> T there(@Nullable T source) {
        if (source == null) {
            throw new IllegalStateException("asked before the operator was put together");
        }
        return source;
    }
}
