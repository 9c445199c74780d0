package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveContent;
import io.doksnap.archive.tar.EngineTreeArchiver;
import io.doksnap.archive.tar.EntryVisitor;
import io.doksnap.archive.tar.Excludes;
import io.doksnap.archive.tar.TarWriter;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.HelperContainer;
import io.doksnap.docker.HelperContainers;
import io.doksnap.docker.HelperContainers.Access;
import io.doksnap.docker.HelperContainers.Leftover;
import io.doksnap.docker.Volume;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Volumes whose directories cannot be reached: through the archive API of their engine, by a helper container that is never started. */
final class EngineVolumes {
    private static final Logger LOG = LoggerFactory.getLogger(EngineVolumes.class);

    /** Whom the helpers of restores belong to, which hold no lock by which they could be told from what a crash has left. */
    private static final String RESTORE = "restore/";

    /** Longer than any run: whoever made such a helper has lost its data directory. */
    private static final Duration LONGEST_RUN = Duration.ofDays(30);

    private static final Duration LONGEST_RESTORE = Duration.ofDays(2);

    private final DockerEngine docker;

    EngineVolumes(DockerEngine docker) {
        this.docker = docker;
    }

    /** What a volume holds, to be archived for a run. */
    ArchiveContent content(
            String volume, Owner owner, Excludes excludes, TreeStats.Collector progress, EntryVisitor index) {
        return plain -> {
            try (HelperContainer helper = open(volume, Access.READ, owner.label());
                    InputStream archive = helper.read()) {
                new EngineTreeArchiver(new TarWriter(plain, index), excludes, progress).archive(archive, helper.root());
            }
        };
    }

    /** A run, by its data directory: the host may have another name tomorrow, and two installations may share it. */
    record Owner(DataDirectory data, String run) {
        private String label() throws DataDirectoryException {
            return data.id() + "/" + run;
        }
    }

    /** A helper for a restore. */
    HelperContainer openForRestore(String volume, Access access, String random) throws DockerException {
        return open(volume, access, RESTORE + random);
    }

    private HelperContainer open(String name, Access access, String owner) throws DockerException {
        Optional<Volume> volume = docker.findVolume(name);
        if (volume.isEmpty()) {
            throw new DockerException(
                    DockerException.Kind.NOT_FOUND,
                    "there is no Docker volume " + name + " any more; `docker volume ls` lists them",
                    null);
        }
        return docker.helpers().create(volume.get(), access, owner);
    }

    /**
     * Removes the helpers that a crash has left of runs from this data directory, and old ones of restores and of anybody. What cannot be removed now is found
     * again the next time.
     *
     * @param data whose lock tells that no other process makes backups from it
     */
    void collectLeftovers(DataDirectory data, Instant now) {
        HelperContainers helpers = docker.helpers();
        try {
            String ours = new Owner(data, "").label();
            for (Leftover helper : helpers.all()) {
                if (isLeft(helper, data, ours, now)) {
                    LOG.info("removing the helper container {} that an interrupted run left", helper.name());
                    helpers.remove(helper);
                }
            }
        } catch (DockerException | DataDirectoryException e) {
            LOG.warn("could not yet look for, or remove, what interrupted runs left in Docker: {}", e.getMessage());
        }
    }

    private static boolean isLeft(Leftover helper, DataDirectory data, String ours, Instant now) {
        if (helper.owner().startsWith(RESTORE)) {
            return helper.created().isBefore(now.minus(LONGEST_RESTORE));
        }
        if (!helper.owner().startsWith(ours)) {
            return helper.created().isBefore(now.minus(LONGEST_RUN));
        }
        return !data.running().contains(helper.owner().substring(ours.length()));
    }

    /** What a failure of the engine means where a volume was to be read or written. */
    static RunException failure(DockerException e, Reason refused) {
        Reason reason = switch (e.kind()) {
            case NOT_FOUND -> Reason.SOURCE_NOT_FOUND;
            case REFUSED -> refused;
            case UNAVAILABLE, PERMISSION_DENIED -> Reason.DOCKER_UNAVAILABLE;
        };
        return new RunException(reason, String.valueOf(e.getMessage()), e);
    }

    /** Whether there is nothing in it but its own directory. */
    boolean isEmpty(String volume, String random) throws IOException {
        try (HelperContainer helper = openForRestore(volume, Access.READ, random);
                InputStream archive = helper.read()) {
            return EngineTreeArchiver.isEmpty(archive);
        }
    }
}
