package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds volumes of an engine by name, and out how their data can be reached. */
final class Volumes {
    private final DockerEngine docker;

    Volumes(DockerEngine docker) {
        this.docker = docker;
    }

    /** The volume of exactly that name. */
    Optional<Volume> find(String name) throws RunException {
        try {
            return docker.findVolume(name);
        } catch (DockerException e) {
            // What the engine cannot tell now is not gone, and is asked for again.
            throw e.isEnginesFault() ? unavailable(e) : EngineVolumes.failure(e, Reason.SOURCE_NOT_FOUND);
        }
    }

    /** The place of a volume that must be there. */
    DataPlace place(String name) throws RunException {
        return place(find(name), name);
    }

    /** The place of a volume of that name that was looked for, and must be there. */
    DataPlace place(Optional<Volume> found, String name) throws RunException {
        return place(found.orElseThrow(() -> new RunException(
                Reason.SOURCE_NOT_FOUND, "there is no Docker volume " + name + "; `docker volume ls` lists them")));
    }

    /** Where its data is to be read. */
    DataPlace place(Volume volume) throws RunException {
        Path directory = volume.mountpoint();
        try {
            if (!volume.isPlainDirectory()) {
                return new DataPlace.ThroughEngine(
                        volume.name(),
                        "it is kept by the driver " + volume.driver() + " elsewhere than in a directory");
            }
            if (!docker.sharesFiles()) {
                return new DataPlace.ThroughEngine(volume.name(), "its engine is remote, or rootless");
            }
            Path real = directory.toRealPath();
            if (Files.isDirectory(real) && Files.isReadable(real)) {
                return new DataPlace.Directory(real);
            }
            return new DataPlace.ThroughEngine(volume.name(), "this user may not read " + directory);
        } catch (DockerException e) {
            throw unavailable(e);
        } catch (IOException e) {
            return new DataPlace.ThroughEngine(
                    volume.name(), directory + " cannot be read from here (" + Failures.describe(e) + ")");
        }
    }

    static RunException unavailable(DockerException e) {
        return new RunException(Reason.DOCKER_UNAVAILABLE, String.valueOf(e.getMessage()), e);
    }
}
