package io.doksnap.run;

import io.doksnap.policy.Hook;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Quiesce.Mode;
import io.doksnap.policy.Quiesce.Release;
import java.io.IOException;
import java.util.Optional;

/** The archives of one run on their way to its destinations. Closing gives up what is not stored yet. */
interface Uploads extends AutoCloseable {
    /** Begins an archive in every destination that is left; the caller closes it. May be called by several threads. */
    ArchiveSink begin(String object) throws IOException;

    /** Once every archive is committed: waits until each is stored. */
    void finish() throws IOException;

    @Override
    void close();

    /**
     * The uploads of one run. Where a workload waits for the end of the reading they go through a spool: then a commit only says that an archive is
     * whole.
     *
     * @param space empty where there is none
     * @param atOnce how many archives memory allows to be stored at the same time
     * @param report is told where the workload has to wait for an upload all the same
     */
    static Uploads of(
            Policy policy, Destinations destinations, Optional<SpoolSpace> space, int atOnce, WorkloadReport report) {
        Release release = policy.quiesce().release();
        if (release == Release.AFTER_UPLOAD || !somethingWaits(policy)) {
            return new Direct(destinations);
        }
        if (space.isEmpty() || space.get().isOff()) {
            if (release == Release.AFTER_READ) {
                report.warn(
                        "quiesce.release is afterRead, but there is no spool, as spool.max is 0: the workload was kept"
                                + " still until everything was uploaded");
            }
            return new Direct(destinations);
        }
        SpoolSpace room = space.get();
        return new SpooledUploads(destinations, room, atOnce, why -> {
            String all =
                    "the workload was kept still for longer than reading it takes, at the pace of the upload: the spool in "
                            + room.directory() + " " + why;
            if (release == Release.AFTER_READ) {
                report.warn(
                        all + "; give it more room with spool.max or spool.directory, or say quiesce.release: auto");
            } else {
                report.note(all);
            }
        });
    }

    /** Whether anything is to go on after the reading: what is stopped or paused, or a post hook. */
    private static boolean somethingWaits(Policy policy) {
        return policy.quiesce().mode() != Mode.NONE
                || !policy.hooks().post().isEmpty()
                || policy.hooks().pre().stream().anyMatch(step -> step.hook() instanceof Hook.Docker);
    }

    /** At the pace of the upload. */
    record Direct(Destinations destinations) implements Uploads {
        @Override
        public ArchiveSink begin(String object) {
            return destinations.store(object);
        }

        @Override
        public void finish() {}

        @Override
        public void close() {}
    }
}
