package io.doksnap.run;

import io.doksnap.docker.DockerEngine;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.Holders;
import io.doksnap.docker.Holders.Holder;
import io.doksnap.docker.Mount;
import io.doksnap.run.DataDirectory.DataDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the image and the volumes of what is stopped from being cleaned away, from before it is stopped until it is back or given up. By whatever it has an
 * id: a holder that a crash has left is found by the journal's entry, and one that could not be removed by its being in none.
 */
final class Safekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Safekeeping.class);

    private final DockerEngine docker;
    private final Holders holders;
    private final DataDirectory data;

    Safekeeping(DockerEngine docker, DataDirectory data) {
        this.docker = docker;
        this.holders = docker.holders();
        this.data = data;
    }

    /** Without it nothing is lost that is not also cleaned away in the meantime: so whatever stands in its way is only told. */
    void begin(JournalEntry entry, List<Mount> mounts, WorkloadReport report) {
        if (entry.action() != JournalEntry.Action.STOP || entry.image().isEmpty()) {
            return;
        }
        try {
            holders.hold(entry.id(), data.id(), entry.image(), volumes(mounts));
        } catch (DockerException | DataDirectoryException e) {
            report.note("while " + entry.summary() + " is stopped, its image and volumes are not kept from docker"
                    + " system prune: " + e.getMessage());
        }
    }

    /** Those that are on this node: where a service's tasks run elsewhere its volumes are there, and the engine would make empty ones here. */
    private List<String> volumes(List<Mount> mounts) throws DockerException {
        List<String> names = mounts.stream()
                .filter(mount ->
                        mount.type() == Mount.Type.VOLUME && !mount.source().isEmpty())
                .map(Mount::source)
                .distinct()
                .toList();
        List<String> here = new ArrayList<>();
        for (String name : names) {
            if (docker.findVolume(name).isPresent()) {
                here.add(name);
            }
        }
        return here;
    }

    void end(JournalEntry entry) {
        if (entry.action() != JournalEntry.Action.STOP) {
            return;
        }
        try {
            holders.release(entry.id());
        } catch (DockerException e) {
            LOG.warn(
                    "the container that held the volumes of {} is still there, and is to be removed by the next run:"
                            + " {}",
                    entry.summary(),
                    e.getMessage());
        }
    }

    /**
     * Removes the holders of what no journal of this data directory speaks of any more. Those of others are theirs, and what cannot be removed now is found
     * again the next time.
     */
    void collectLeftovers() {
        // In this order: a run writes its journal first.
        List<Holder> there = all();
        if (there.isEmpty()) {
            return;
        }
        try {
            String owner = data.id();
            Optional<Set<String>> wanted = Journal.ids(data);
            for (Holder holder : there) {
                if (holder.owner().equals(owner)
                        && wanted.isPresent()
                        && !wanted.get().contains(holder.of())) {
                    LOG.info(
                            "removing the container {} that an earlier run had left in the place of another",
                            holder.id());
                    holders.remove(holder);
                }
            }
        } catch (DockerException | DataDirectoryException e) {
            LOG.warn("could not remove the holders that earlier runs left: {}", e.getMessage());
        }
    }

    /** None where there is no engine to ask: whoever needs one says so. */
    private List<Holder> all() {
        try {
            return holders.all();
        } catch (DockerException e) {
            LOG.debug("could not look for the holders that earlier runs left: {}", e.getMessage());
            return List.of();
        }
    }
}
