package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveReader;
import io.doksnap.archive.tar.Includes;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.HelperContainer;
import io.doksnap.docker.HelperContainers.Access;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Puts an archive into an empty volume through its engine.
 *
 * <p>What was unpacked cannot be staged there. So the whole archive is read and checked first, every entry by the rules by which it is written afterwards,
 * and only then read once more and written, by a container of no use to anybody that mounts this volume alone.
 */
final class EngineRestore {
    private static final String ANY_ROOT = "volume";

    private final EngineVolumes volumes;
    private final DataPlace.ThroughEngine volume;
    private final RestoreRun.Request request;
    private final AtomicLong bytesRead;

    EngineRestore(
            EngineVolumes volumes, DataPlace.ThroughEngine volume, RestoreRun.Request request, AtomicLong bytesRead) {
        this.volumes = volumes;
        this.volume = volume;
        this.request = request;
        this.bytesRead = bytesRead;
    }

    /** Throws where the volume could not take a restore. */
    void checkEmpty() throws RunException, IOException {
        try {
            if (!volumes.isEmpty(volume.volume(), request.random())) {
                throw new RunException(
                        Reason.TARGET_UNUSABLE,
                        "the volume " + volume.volume() + " is not empty; restore into a new or empty one");
            }
        } catch (DockerException e) {
            throw EngineVolumes.failure(e, Reason.TARGET_UNUSABLE);
        }
    }

    /** Reads all of the archive as if it were restored, and writes nothing. */
    TreeStats check(RestorableArchive archive, ArchiveReader reader) throws RunException, IOException {
        TreeStats.Collector counted = new TreeStats.Collector();
        archive.read(
                stored -> reader.transfer(
                        stored,
                        ANY_ROOT,
                        request.includes(),
                        counted,
                        tar -> tar.transferTo(OutputStream.nullOutputStream())),
                bytesRead);
        return counted.stats();
    }

    /** Writes it; what fails here may leave part of it in the volume. */
    void write(RestorableArchive archive, ArchiveReader reader, TreeStats.Collector progress)
            throws RunException, IOException {
        bytesRead.set(0);
        Includes includes = request.includes();
        try (HelperContainer helper = volumes.openForRestore(volume.volume(), Access.WRITE, request.random())) {
            archive.read(
                    stored -> reader.transfer(stored, helper.root(), includes, progress, helper::write), bytesRead);
        } catch (DockerException e) {
            throw EngineVolumes.failure(e, Reason.TARGET_UNUSABLE);
        }
    }
}
