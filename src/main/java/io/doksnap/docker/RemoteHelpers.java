package io.doksnap.docker;

import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.VolumeOptions;
import io.doksnap.docker.DockerException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Helper containers of an engine behind its HTTP API. */
final class RemoteHelpers implements HelperContainers {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteHelpers.class);

    /** It is never run; the engine wants one all the same. */
    private static final String COMMAND = "never-started";

    private static final int ID_LENGTH = 8;
    private static final int IMAGES_TO_TRY = 10;
    private static final int ATTEMPTS = 5;
    private static final long PAUSE_MILLIS = 300;

    private final EngineCalls calls;
    private final DockerEngine engine;

    RemoteHelpers(EngineCalls calls, DockerEngine engine) {
        this.calls = calls;
        this.engine = engine;
    }

    @Override
    public HelperContainer create(Volume volume, Access access, String owner) throws DockerException {
        String id = UUID.randomUUID().toString().substring(0, ID_LENGTH);
        String root = "doksnap-" + id;
        DockerException last = null;
        for (String image : images(volume.name())) {
            try {
                Created created = new Created(create(volume, access, owner, root, image), root, volume.name());
                checkSame(volume, created);
                return created;
            } catch (DockerException e) {
                if (e.kind() != Kind.REFUSED) {
                    throw e;
                }
                LOG.debug("no helper container of the image {}: {}", image, e.getMessage());
                last = e;
            }
        }
        if (last != null) {
            throw last;
        }
        throw new DockerException(
                Kind.NOT_FOUND,
                "The Docker Engine has no image at all, and one is needed to reach the volume " + volume.name()
                        + " through it (none is ever pulled). Put a small one there: docker pull busybox",
                null);
    }

    private String create(Volume volume, Access access, String owner, String root, String image)
            throws DockerException {
        return calls.ask("reach volume " + volume.name() + " by a helper container", client -> {
            try {
                return client.createContainerCmd(image)
                        .withName(root)
                        .withEntrypoint(COMMAND)
                        .withCmd(COMMAND)
                        .withLabels(Map.of(LABEL, owner))
                        .withHostConfig(HostConfig.newHostConfig()
                                .withNetworkMode("none")
                                .withMounts(List.of(new Mount()
                                        .withType(MountType.VOLUME)
                                        .withSource(volume.name())
                                        .withTarget("/" + root)
                                        .withReadOnly(access == Access.READ)
                                        .withVolumeOptions(new VolumeOptions().withNoCopy(true)))))
                        .exec()
                        .getId();
            } catch (NotFoundException e) {
                // The image was removed since it was listed: the next will do.
                throw new com.github.dockerjava.api.exception.DockerException(e.getMessage(), e.getHttpStatus(), e);
            }
        });
    }

    /** The engine creates a volume that is not there, which would be taken for one that is empty. */
    private void checkSame(Volume volume, Created created) throws DockerException {
        Optional<Volume> now = engine.findVolume(volume.name());
        if (now.isPresent() && now.get().createdAt().equals(volume.createdAt())) {
            return;
        }
        created.close();
        throw new DockerException(
                Kind.NOT_FOUND,
                "The volume " + volume.name() + " was removed while it was being looked at"
                        + (now.isPresent()
                                ? "; the one of that name that is there now is another, and was made by the engine where it is"
                                        + " empty"
                                : "")
                        + ".",
                null);
    }

    /** Those of the containers that use the volume are sure to be there; then the smallest. */
    private List<String> images(String volume) throws DockerException {
        return calls.ask("list images", client -> {
            Set<String> images = new LinkedHashSet<>();
            client.listContainersCmd()
                    .withShowAll(true)
                    .withVolumeFilter(List.of(volume))
                    .exec()
                    .forEach(container -> images.add(container.getImageId()));
            client.listImagesCmd().exec().stream()
                    .sorted(Comparator.comparing(RemoteHelpers::size))
                    .forEach(image -> images.add(image.getId()));
            return images.stream().limit(IMAGES_TO_TRY).toList();
        });
    }

    private static long size(Image image) {
        @Nullable Long size = image.getSize();
        return size == null ? Long.MAX_VALUE : size;
    }

    @Override
    public List<Leftover> all() throws DockerException {
        return calls.ask("list helper containers", client -> {
            List<Leftover> found = new ArrayList<>();
            for (Container container : client.listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(List.of(LABEL))
                    .exec()) {
                // One that runs is not ours, whatever its label says: ours never do.
                if ("created".equals(container.getState())) {
                    found.add(new Leftover(
                            container.getId(),
                            RemoteEngine.name(container),
                            container.getLabels().getOrDefault(LABEL, ""),
                            Instant.ofEpochSecond(container.getCreated())));
                }
            }
            return List.copyOf(found);
        });
    }

    @Override
    public void remove(Leftover leftover) throws DockerException {
        remove(leftover.id(), leftover.name());
    }

    /** With the volumes that its image declares, which nobody named; never with the one that it mounts by name. */
    private void remove(String id, String name) throws DockerException {
        boolean ignored = calls.ask("remove helper container " + name, client -> {
            try {
                client.removeContainerCmd(id)
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec();
                return true;
            } catch (NotFoundException e) {
                return false;
            }
        });
    }

    /** One of our own. */
    private final class Created implements HelperContainer {
        private final String id;
        private final String root;
        private final String volume;
        private @Nullable InputStream open;

        Created(String id, String root, String volume) {
            this.id = id;
            this.root = root;
            this.volume = volume;
        }

        @Override
        public String root() {
            return root;
        }

        @Override
        public InputStream read() throws DockerException {
            InputStream stream = new EngineArchives(calls).read("read volume " + volume, id, "/" + root);
            open = stream;
            return stream;
        }

        @Override
        public void write(InputStream tar) throws IOException {
            new EngineArchives(calls).write("write to volume " + volume, id, "/", tar);
        }

        /** Also when the thread is interrupted. The engine may still be at work on a stream that was cut off. */
        @Override
        public void close() throws DockerException {
            boolean interrupted = Thread.interrupted();
            try {
                if (open != null) {
                    open.close();
                }
                for (int attempt = 1; ; attempt++) {
                    try {
                        remove(id, root);
                        return;
                    } catch (DockerException e) {
                        if (attempt == ATTEMPTS || e.kind() != Kind.REFUSED) {
                            throw e;
                        }
                        boolean ignored = new CountDownLatch(1).await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                    }
                }
            } catch (DockerException e) {
                throw e;
            } catch (InterruptedException | IOException e) {
                interrupted = true;
                throw new DockerException(Kind.UNAVAILABLE, "Interrupted while removing " + root + ".", e);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
