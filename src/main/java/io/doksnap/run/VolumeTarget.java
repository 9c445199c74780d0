package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.Volume;
import java.util.Optional;

/** The volume that a restore goes into. When it fails, one that the restore had to make is gone again, and one that was there is empty again, as far as that can be. */
final class VolumeTarget implements AutoCloseable {
    private final DockerEngine docker;
    private final Optional<Volume> found;
    private final String name;
    private boolean kept;
    private boolean touched;
    private Optional<String> left = Optional.empty();

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

    /** What a restore that failed could not take back, and what to do about it; known once it is closed. */
    Optional<String> left() {
        return left;
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
                removeWhatWasMade();
            } else if (touched) {
                empty(found.get());
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void removeWhatWasMade() {
        try {
            docker.removeVolume(name);
        } catch (DockerException e) {
            left = Optional.of("the volume " + name + ", which was made for this, is still there"
                    + (touched ? " with part of the files in it" : "") + " (" + e.getMessage()
                    + "); remove it before you try again: docker volume rm " + name);
        }
    }

    /** It was empty before, so a new one in its place is what it was; the engine refuses while a container uses it. */
    private void empty(Volume volume) {
        if (!volume.isPlainDirectory()) {
            partIsLeft("it keeps its data elsewhere than the engine keeps those of others");
            return;
        }
        try {
            if (!docker.findVolume(name).equals(found)) {
                partIsLeft("somebody else has changed it meanwhile");
                return;
            }
            docker.removeVolume(name);
        } catch (DockerException e) {
            partIsLeft(String.valueOf(e.getMessage()));
            return;
        }
        try {
            Volume ignored = docker.createVolume(name, volume.labels(), volume.options());
        } catch (DockerException e) {
            left = Optional.of(
                    "the volume " + name + ", which was there and empty, was removed with what had been written"
                            + " into it, and could not be made again (" + e.getMessage()
                            + "); deploy what it belongs to again, or: docker volume create " + name);
        }
    }

    private void partIsLeft(String why) {
        left = Optional.of("part of the files are left in the volume " + name + ", which could not be emptied (" + why
                + "); empty it before you restore into it again");
    }
}
