package io.doksnap.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.Info;
import io.doksnap.docker.DockerException.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An engine behind its HTTP API. */
final class RemoteEngine implements DockerEngine {
    private static final String ROOTLESS = "name=rootless";

    private final EngineCalls calls;

    private final Containers containers;

    private final Services services;
    private final Holders holders;

    /** An engine does not become the other kind. */
    private volatile @Nullable Boolean rootless;

    RemoteEngine(EngineCalls calls) {
        this.calls = calls;
        this.containers = new RemoteContainers(calls);
        this.services = new RemoteServices(calls);
        this.holders = new RemoteHolders(calls);
    }

    @Override
    public EngineInfo info() throws DockerException {
        return calls.ask("describe itself", client -> {
            Info info = client.infoCmd().exec();
            String apiVersion = client.versionCmd().exec().getApiVersion();
            return new EngineInfo(text(info.getName()), text(info.getServerVersion()), text(apiVersion));
        });
    }

    @Override
    public boolean sharesFiles() throws DockerException {
        if (!calls.isOnThisHost()) {
            return false;
        }
        if (rootless == null) {
            rootless = calls.ask("describe itself", client -> {
                @Nullable List<String> options = client.infoCmd().exec().getSecurityOptions();
                return options != null && options.contains(ROOTLESS);
            });
        }
        return !rootless;
    }

    @Override
    public Optional<Volume> findVolume(String name) throws DockerException {
        checkName(name);
        return calls.ask("look up volume " + name, client -> {
            try {
                InspectVolumeResponse found = client.inspectVolumeCmd(name).exec();
                return Optional.of(volume(found));
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public Volume createVolume(String name, Map<String, String> labels, Map<String, String> options)
            throws DockerException {
        checkName(name);
        return calls.ask("create volume " + name, client -> {
            client.createVolumeCmd()
                    .withName(name)
                    .withDriver("local")
                    .withLabels(labels)
                    .withDriverOpts(options)
                    .exec();
            return volume(client.inspectVolumeCmd(name).exec());
        });
    }

    @Override
    public void removeVolume(String name) throws DockerException {
        checkName(name);
        List<String> users = calls.ask("remove volume " + name, client -> {
            try {
                client.removeVolumeCmd(name).exec();
                return List.of();
            } catch (NotFoundException e) {
                return List.of();
            } catch (ConflictException e) {
                List<String> found = users(client, name);
                if (found.isEmpty()) {
                    throw e;
                }
                return found;
            }
        });
        if (!users.isEmpty()) {
            throw new DockerException(
                    Kind.REFUSED,
                    "Volume " + name + " is in use by " + String.join(", ", users) + ". Remove "
                            + (users.size() == 1 ? "that container" : "those containers") + " first.",
                    null);
        }
    }

    @Override
    public boolean hasImage(String image) throws DockerException {
        return calls.ask("look up image " + image, client -> {
            try {
                return client.inspectImageCmd(image).exec() != null;
            } catch (NotFoundException e) {
                return false;
            }
        });
    }

    @Override
    public Map<String, String> imageLabels(String image) throws DockerException {
        try {
            return calls.ask("look up image " + image, client -> {
                @Nullable
                ContainerConfig config = client.inspectImageCmd(image).exec().getConfig();
                @Nullable Map<String, String> labels = config == null ? null : config.getLabels();
                return labels == null ? Map.<String, String>of() : labels;
            });
        } catch (DockerException e) {
            if (e.kind() == DockerException.Kind.UNAVAILABLE || e.isEnginesFault()) {
                throw e;
            }
            return Map.of();
        }
    }

    @Override
    public Containers containers() {
        return containers;
    }

    @Override
    public HelperContainers helpers() {
        return new RemoteHelpers(calls, this);
    }

    @Override
    public Holders holders() {
        return holders;
    }

    @Override
    public Services services() {
        return services;
    }

    @Override
    public void follow(Runnable changed, Duration within) throws DockerException {
        new EngineChanges(calls).follow(changed, within);
    }

    @Override
    public void close() {
        // Each call closes its own connection; what they share ends here.
        calls.close();
    }

    /** The containers that use a volume, running or not, by name. */
    private static List<String> users(DockerClient client, String volume) {
        return client.listContainersCmd().withShowAll(true).withVolumeFilter(List.of(volume)).exec().stream()
                .map(RemoteEngine::name)
                .sorted()
                .toList();
    }

    static String name(com.github.dockerjava.api.model.Container container) {
        String[] names = container.getNames();
        String name = names == null || names.length == 0 ? container.getId() : names[0];
        return name.startsWith("/") ? name.substring(1) : name;
    }

    private static Volume volume(InspectVolumeResponse found) {
        @Nullable Object createdAt = found.getRawValues().get("CreatedAt");
        @Nullable Map<String, String> labels = found.getLabels();
        @Nullable Map<String, String> options = found.getOptions();
        return new Volume(
                text(found.getName()),
                text(found.getDriver()),
                Path.of(text(found.getMountpoint())),
                createdAt == null ? "" : createdAt.toString(),
                labels == null ? Map.of() : labels,
                options == null ? Map.of() : options);
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static void checkName(String name) throws DockerException {
        if (!Volume.isName(name)) {
            throw new DockerException(
                    Kind.REFUSED,
                    "\"" + name.replaceAll("\\p{Cntrl}", "?") + "\" is no name of a Docker volume: two or more letters,"
                            + " digits, '_', '.' or '-', and the first a letter or digit.",
                    null);
        }
    }
}
