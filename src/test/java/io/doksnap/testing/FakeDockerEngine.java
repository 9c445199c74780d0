package io.doksnap.testing;

import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.DockerException.Kind;
import io.doksnap.docker.EngineInfo;
import io.doksnap.docker.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An engine without Docker: its volumes are directories, and their data lies in {@code _data} as in the real one. */
public final class FakeDockerEngine implements DockerEngine {
    private final Path volumes;
    private final Map<String, Set<String>> users = new TreeMap<>();
    private final Map<String, Volume> made = new TreeMap<>();
    private final FakeContainers containers = new FakeContainers();
    private final FakeServices services = new FakeServices(containers);
    private final FakeHelpers helpers = new FakeHelpers();
    private final FakeHolders holders = new FakeHolders();
    private final Set<String> goneImages = new TreeSet<>();
    private boolean available = true;
    private boolean sharesFiles = true;

    /** An engine that keeps its volumes in a directory of the test's. */
    public FakeDockerEngine(Path volumes) {
        this.volumes = volumes;
    }

    /** Lets a container use a volume from now on. */
    public void use(String volume, String container) {
        users.computeIfAbsent(volume, v -> new TreeSet<>()).add(container);
    }

    /** Lets all containers let go of their volumes. */
    public void releaseAll() {
        users.clear();
    }

    /** Whether the engine answers; one that does not fails every call as unavailable. */
    public void setAvailable(boolean available) {
        this.available = available;
    }

    /** Whether its volumes can be reached as directories; else only through its archive API. */
    public void setSharesFiles(boolean shares) {
        this.sharesFiles = shares;
    }

    @Override
    public boolean sharesFiles() throws DockerException {
        checkAvailable();
        return sharesFiles;
    }

    @Override
    public FakeHelpers helpers() {
        return helpers;
    }

    @Override
    public EngineInfo info() throws DockerException {
        checkAvailable();
        return new EngineInfo("fake-host", "20.10.24", "1.41");
    }

    @Override
    public Optional<Volume> findVolume(String name) throws DockerException {
        checkAvailable();
        checkName(name);
        return Files.isDirectory(data(name)) ? Optional.of(volume(name)) : Optional.empty();
    }

    @Override
    public Volume createVolume(String name, Map<String, String> labels, Map<String, String> options)
            throws DockerException {
        checkAvailable();
        checkName(name);
        try {
            if (!Files.isDirectory(data(name))) {
                Files.createDirectories(data(name));
                made.put(name, new Volume(name, "local", data(name), "", labels, options));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return volume(name);
    }

    @Override
    public void removeVolume(String name) throws DockerException {
        checkAvailable();
        checkName(name);
        if (users.containsKey(name)) {
            throw new DockerException(
                    Kind.REFUSED, "Volume " + name + " is in use by " + String.join(", ", users.get(name)) + ".", null);
        }
        if (Files.isDirectory(data(name))) {
            delete(volumes.resolve(name));
        }
        made.remove(name);
    }

    /** Somebody has removed an image, as {@code docker image prune -a} does. */
    public void removeImage(String image) {
        goneImages.add(image);
    }

    @Override
    public boolean hasImage(String image) {
        return !goneImages.contains(image);
    }

    @Override
    public FakeContainers containers() {
        return containers;
    }

    /** Tells nothing but that it has begun to. */
    @Override
    public void follow(Runnable changed, Duration within) throws DockerException {
        checkAvailable();
        changed.run();
        try {
            boolean ignored = new CountDownLatch(1).await(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DockerException(Kind.UNAVAILABLE, "Interrupted.", e);
        }
    }

    @Override
    public FakeHolders holders() {
        return holders;
    }

    @Override
    public FakeServices services() {
        return services;
    }

    @Override
    public void close() {}

    private Volume volume(String name) {
        return made.getOrDefault(name, new Volume(name, "local", data(name)));
    }

    private Path data(String name) {
        return volumes.resolve(name).resolve("_data");
    }

    private void checkAvailable() throws DockerException {
        if (!available) {
            throw new DockerException(Kind.UNAVAILABLE, "No Docker Engine at fake://. Start Docker.", null);
        }
    }

    private static void checkName(String name) throws DockerException {
        if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]+")) {
            throw new DockerException(Kind.REFUSED, "\"" + name + "\" is no name of a Docker volume.", null);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
