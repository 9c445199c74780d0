package io.doksnap.app;

import io.doksnap.api.BackupDestination.BackupDestinationStatus;
import io.doksnap.apiserver.credentials.Access;
import io.doksnap.apiserver.credentials.Credentials;
import io.doksnap.apiserver.credentials.CredentialsException;
import io.doksnap.app.objects.ClientObjects;
import io.doksnap.declare.ApiSettings;
import io.doksnap.operator.SecretReader;
import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.DestinationResource;
import io.doksnap.operator.resource.DoksnapNames;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.SnapshotResource;
import io.doksnap.policy.Nearest;
import io.doksnap.run.Cancellation;
import io.doksnap.run.SecretSource;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The operator that runs on this host, through its API, for the commands of a person. */
final class OperatorClient implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration UNDO = Duration.ofSeconds(55);

    private final KubernetesClient client;
    private final String address;
    private final Optional<String> host;
    private final Set<String> namespaces;

    private OperatorClient(KubernetesClient client, String address, Optional<String> host, Set<String> namespaces) {
        this.client = client;
        this.address = address;
        this.host = host;
        this.namespaces = namespaces;
    }

    private OperatorClient(KubernetesClient client, String address, Workspace workspace) {
        this(client, address, workspace.knownHost(), workspace.settings().api().namespaces());
    }

    /** The operator's view of itself, through the client that it has and keeps: this is not to be closed. */
    static OperatorClient ofItself(KubernetesClient client, String host, Set<String> namespaces) {
        return new OperatorClient(client, String.valueOf(client.getMasterUrl()), Optional.of(host), namespaces);
    }

    /** Finds the API that the configuration says; nothing is asked yet. */
    static OperatorClient of(Workspace workspace) throws CommandException {
        if (!(workspace.settings().api() instanceof ApiSettings.Embedded embedded)) {
            KubernetesClient client = ApiClients.ofCluster(workspace.settings().api());
            return new OperatorClient(client, String.valueOf(client.getMasterUrl()), workspace);
        }
        Path directory = workspace.dataDirectoryPath().resolve(ApiConnection.DIRECTORY);
        URI address = ApiAddress.read(directory, embedded);
        try {
            String kubeconfig = Credentials.kubeconfig(directory, Access.ADMIN, address);
            return new OperatorClient(ApiClients.of(kubeconfig), address.toString(), workspace);
        } catch (CredentialsException e) {
            throw new CommandException(ExitCode.BUSY, String.valueOf(e.getMessage()));
        }
    }

    /** Whether an operator has ever run with this data directory; where none has, whoever holds it is a command. */
    static boolean hasRun(Workspace workspace) {
        return !(workspace.settings().api() instanceof ApiSettings.Embedded)
                || Files.isDirectory(workspace.dataDirectoryPath().resolve(ApiConnection.DIRECTORY));
    }

    /** A policy by its name, or by the name that its author gave it; of several hosts' the one of this host. */
    PolicyResource policy(String name) throws CommandException {
        List<PolicyResource> all = policies();
        List<PolicyResource> found = all.stream()
                .filter(policy -> policy.getMetadata().getName().equals(name)
                        || shownAs(policy).equals(name))
                .toList();
        List<PolicyResource> ours = found.stream().filter(this::isOfThisHost).toList();
        if (found.size() > 1 && ours.size() == 1) {
            return ours.get(0);
        }
        if (found.size() > 1) {
            throw CommandException.ambiguous(name + " is several policies: "
                    + String.join(", ", found.stream().map(OperatorClient::path).toList())
                    + "; use kubectl, which tells namespaces apart");
        }
        if (found.isEmpty()) {
            List<String> names =
                    all.stream().map(OperatorClient::shownAs).sorted().toList();
            throw new CommandException(
                    ExitCode.NOT_FOUND,
                    "there is no policy " + name + "; "
                            + (names.isEmpty() ? "the operator has none" : Nearest.remedy(name, names)));
        }
        return found.get(0);
    }

    private boolean isOfThisHost(PolicyResource policy) {
        return host.isPresent()
                && host.get().equals(policy.toBackupPolicy().spec().host());
    }

    /** Whether a policy may protect what is on this host. */
    boolean mayBeOfThisHost(PolicyResource policy) {
        return mayBeThisHost(policy.toBackupPolicy().spec().host());
    }

    /** Whether a destination may be one that this host uses. */
    boolean mayBeOfThisHost(DestinationResource place) {
        return mayBeThisHost(place.toBackupDestination().spec().host());
    }

    private boolean mayBeThisHost(@Nullable String named) {
        return named == null || named.isEmpty() || host.isEmpty() || host.get().equals(named);
    }

    /** Every policy, by namespace and name. */
    List<PolicyResource> policies() throws CommandException {
        return asked(() -> policies(client, namespaces));
    }

    /** The same through any client. */
    static List<PolicyResource> policies(KubernetesClient client, Set<String> namespaces) {
        return list(client, PolicyResource.class, namespaces)
                .sorted(Comparator.comparing(OperatorClient::path))
                .toList();
    }

    /** Those in some namespaces; with none named, in all. */
    private static <R extends HasMetadata> Stream<R> list(
            KubernetesClient client, Class<R> kind, Set<String> namespaces) {
        return namespaces.isEmpty()
                ? client.resources(kind).inAnyNamespace().list().getItems().stream()
                : namespaces.stream()
                        .flatMap(namespace -> client.resources(kind).inNamespace(namespace).list().getItems().stream());
    }

    /** The runs of a policy that are kept, in the order in which they were created. */
    List<BackupResource> backups(PolicyResource policy) throws CommandException {
        String namespace = policy.getMetadata().getNamespace();
        String name = policy.getMetadata().getName();
        return asked(() -> client.resources(BackupResource.class).inNamespace(namespace).list().getItems().stream()
                .filter(backup -> name.equals(backup.toBackup().spec().policy()))
                .sorted(Comparator.comparing(backup -> backup.getMetadata().getCreationTimestamp()))
                .toList());
    }

    /** What was reported about an object that is not normal, oldest first. */
    List<Event> warnings(String kind, String namespace, String name) throws CommandException {
        return asked(() -> client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event -> kind.equals(event.getInvolvedObject().getKind())
                        && name.equals(event.getInvolvedObject().getName())
                        && "Warning".equals(event.getType()))
                .sorted(Comparator.comparing(event -> String.valueOf(event.getLastTimestamp())))
                .toList());
    }

    /** The object of a snapshot in a destination. */
    SnapshotResource snapshot(String id, String destination) throws CommandException {
        return asked(() -> list(client, SnapshotResource.class, namespaces)
                        .filter(each -> id.equals(each.toSnapshot().spec().id())
                                && destination.equals(each.toSnapshot().spec().destination()))
                        .findFirst())
                .orElseThrow(() -> new CommandException(
                        ExitCode.NOT_FOUND,
                        "the operator has not found the snapshot " + id + " in " + destination
                                + " yet; kubectl get snap shows those that it knows"));
    }

    /** The same in one namespace, where it may not have been found yet. */
    Optional<SnapshotResource> findSnapshot(String namespace, String id, String destination) throws CommandException {
        return asked(() -> list(client, SnapshotResource.class, Set.of(namespace))
                .filter(each -> id.equals(each.toSnapshot().spec().id())
                        && destination.equals(each.toSnapshot().spec().destination()))
                .findFirst());
    }

    /** Where the destinations of a namespace are, by their names, as far as the operator has seen them. */
    Map<String, String> locations(String namespace) throws CommandException {
        Map<String, String> all = new HashMap<>();
        for (DestinationResource place : asked(
                () -> list(client, DestinationResource.class, Set.of(namespace)).toList())) {
            BackupDestinationStatus status = place.toBackupDestination().status();
            if (status != null && status.location() != null) {
                all.put(place.getMetadata().getName(), status.location());
                Map<String, String> annotations = place.getMetadata().getAnnotations();
                all.put(
                        Objects.requireNonNullElse(annotations, Map.<String, String>of())
                                .getOrDefault(
                                        DoksnapNames.NAME, place.getMetadata().getName()),
                        status.location());
            }
        }
        return all;
    }

    /** Every destination that has an object. */
    List<DestinationResource> destinations() throws CommandException {
        return asked(() -> list(client, DestinationResource.class, namespaces).toList());
    }

    /** The Secrets that policies name. */
    SecretSource secrets() {
        return new SecretReader(client);
    }

    <R extends HasMetadata> R create(R order) throws CommandException {
        return asked(() -> client.resource(order).create());
    }

    /** As it is now; empty when it is gone. */
    <R extends HasMetadata> Optional<R> find(R order) throws CommandException {
        return asked(() -> Optional.ofNullable(client.resource(order).get()));
    }

    /** Deletes a run, which calls it off where it is under way, and waits until what it changed is undone. */
    void cancel(HasMetadata order, Clock clock) throws CommandException {
        asked(() -> client.resource(order).delete());
        Instant end = clock.instant().plus(UNDO);
        Cancellation pause = new Cancellation();
        while (find(order).isPresent() && clock.instant().isBefore(end)) {
            boolean ignored = pause.awaits(LOOK);
        }
    }

    /** The name that people know a policy by. */
    static String shownAs(PolicyResource policy) {
        String written = policy.toBackupPolicy().spec().displayName();
        return written == null || written.isBlank() ? policy.getMetadata().getName() : written;
    }

    static String path(PolicyResource policy) {
        return policy.getMetadata().getNamespace() + "/" + policy.getMetadata().getName();
    }

    private <T> T asked(Supplier<T> call) throws CommandException {
        try {
            return call.get();
        } catch (KubernetesClientException e) {
            if (e.getStatus() == null) {
                throw new CommandException(
                        ExitCode.BUSY,
                        "no operator answers at " + address + " (" + ClientObjects.message(e)
                                + "); start one with doksnap run, or wait until it is ready");
            }
            String remedy = e.getCode() == HttpURLConnection.HTTP_UNAUTHORIZED
                    ? "; the API there belongs to another data directory"
                    : "";
            throw new CommandException(
                    ExitCode.FAILED, "the API at " + address + " refuses: " + ClientObjects.message(e) + remedy);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
