package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.Volume;
import io.doksnap.policy.AllowedPaths;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the directory in which a source's data lies. */
public final class SourceTrees {
    private final DockerEngine docker;
    private final AllowedPaths allowed;

    /** Creates a finder; directories must lie under the allowed paths, also after their links were followed. */
    public SourceTrees(DockerEngine docker, AllowedPaths allowed) {
        this.docker = docker;
        this.allowed = allowed;
    }

    /**
     * What a policy backs up, as it can be read now.
     *
     * @throws RunException with the reason when one of its sources, or its target, is not to be found
     */
    List<ReadableSource> resolve(Policy policy) throws RunException {
        List<ReadableSource> found = new ArrayList<>();
        for (Source source : policy.sources()) {
            found.add(
                    source instanceof Source.Dump dump
                            ? new ReadableSource.Command(dump)
                            : new ReadableSource.Tree(source, find(source)));
        }
        return found;
    }

    Path find(Source source) throws RunException {
        if (source instanceof Source.Volume volume) {
            return findVolume(volume.volume());
        }
        if (source instanceof Source.Directory directory) {
            return findDirectory(directory.directory());
        }
        throw new RunException(
                Reason.SOURCE_NOT_FOUND, "the source " + source.name() + " is no directory of this host");
    }

    private Path findDirectory(Path directory) throws RunException {
        Path real = real(directory, "the directory " + directory + " does not exist; correct the source, or create it");
        Optional<String> refusal = allowed.check(real);
        if (refusal.isPresent()) {
            String led = real.equals(directory) ? "" : directory + " is a link: ";
            throw new RunException(Reason.INVALID_SPEC, led + refusal.get());
        }
        if (!Files.isDirectory(real)) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND, directory + " is a file, not a directory; name its directory");
        }
        return real;
    }

    /** The directory of a volume of the engine on this host. */
    Path findVolume(String name) throws RunException {
        Volume volume;
        try {
            Optional<Volume> found = docker.findVolume(name);
            if (found.isEmpty()) {
                throw new RunException(
                        Reason.SOURCE_NOT_FOUND,
                        "there is no Docker volume " + name + "; `docker volume ls` lists them");
            }
            volume = found.get();
        } catch (DockerException e) {
            throw new RunException(Reason.DOCKER_UNAVAILABLE, String.valueOf(e.getMessage()), e);
        }
        if (!volume.driver().equals("local")) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND,
                    "the volume " + name + " is kept by the driver " + volume.driver()
                            + ", whose data cannot be read from this host; only the driver local can");
        }
        Path mountpoint = volume.mountpoint();
        return real(
                mountpoint,
                "the data of the volume " + name + " is not at " + mountpoint
                        + "; in a container, mount /var/lib/docker/volumes there; a remote engine's volumes cannot be read");
    }

    private static Path real(Path path, String missing) throws RunException {
        Path real;
        try {
            real = path.toRealPath();
        } catch (NoSuchFileException e) {
            throw new RunException(Reason.SOURCE_NOT_FOUND, missing, e);
        } catch (IOException e) {
            throw unreadable(path, Failures.describe(e), e);
        }
        if (!Files.isReadable(real)) {
            throw unreadable(path, "permission denied", null);
        }
        return real;
    }

    private static RunException unreadable(Path path, String why, @Nullable IOException cause) {
        return new RunException(
                Reason.READ_FAILED,
                "cannot read " + path + " (" + why + "); run as a user who may read it, usually root",
                cause);
    }
}
