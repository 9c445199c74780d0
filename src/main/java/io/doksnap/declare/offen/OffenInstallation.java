package io.doksnap.declare.offen;

import io.doksnap.docker.Mount;
import java.util.List;

/**
 * All that is known of an installation.
 *
 * @param name of its container or service, for a schedule that has no name; empty where it is not known
 * @param mounts of its container
 * @param workloads everything else, with its labels
 * @param own the backup's own container or service, whose labels may hold hooks, too; among the workloads, or not
 */
public record OffenInstallation(
        String name,
        List<OffenSchedule> schedules,
        List<Mount> mounts,
        List<OffenWorkload> workloads,
        List<OffenWorkload> own) {
    public OffenInstallation {
        schedules = List.copyOf(schedules);
        mounts = List.copyOf(mounts);
        workloads = List.copyOf(workloads);
        own = List.copyOf(own);
    }
}
