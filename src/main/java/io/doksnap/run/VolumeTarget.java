package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.Volume;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The volume that a restore goes into. One that the restore had to make is gone again when it fails. */
final class VolumeTarget implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeTarget.class);

    private final DockerEngine docker;
    private final Optional<Volume> found;
    private final String name;
    private boolean kept;
    private boolean touched;

    private VolumeTarget(DockerEngine docker, String name, Optional<Volume> found) {
        this.docker = docker;
        this.name = name;
        this.found = found;
    }

    /** Makes the volume that a restore is to go into, where there is none; a restore to anywhere else needs none. */
    static VolumeTarget prepare(RestoreTarget target, DockerEngine docker) throws RunException {
        if (!(target instanceof RestoreTarget.EmptyVolume into)) {
            VolumeTarget none = new VolumeTarget(docker, "", Optional.empty());
            none.keep();
            return none;
        }
        try {
            Optional<Volume> found = docker.findVolume(into.volume());
            if (found.isEmpty()) {
                Volume ignored = docker.createVolume(into.volume());
            }
            return new VolumeTarget(docker, into.volume(), found);
        } catch (DockerException e) {
            throw EngineVolumes.failure(e, Reason.TARGET_UNUSABLE);
        }
    }

    /** From here on something may lie in it. */
    void touch() {
        touched = true;
    }

    /** The restore has succeeded: it stays. */
    void keep() {
        kept = true;
    }

    /** Also when the thread is interrupted. */
    @Override
    public void close() {
        if (kept) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            if (found.isEmpty()) {
                docker.removeVolume(name);
            } else if (touched) {
                empty(found.get());
            }
        } catch (DockerException e) {
            LOG.warn(
                    "part of the files may lie in the volume {}, and could not be removed ({}); remove the volume before you"
                            + " restore into it again",
                    name,
                    e.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** It was empty before, so a new one in its place is what it was; the engine refuses while a container uses it. */
    private void empty(Volume volume) throws DockerException {
        if (!volume.isPlainDirectory()
                || !volume.labels().isEmpty()
                || !volume.options().isEmpty()) {
            throw new DockerException(
                    DockerException.Kind.REFUSED, "it has labels or options that a new one would not have", null);
        }
        docker.removeVolume(name);
        Volume ignored = docker.createVolume(name);
    }
}
