package io.doksnap.run;

import io.doksnap.docker.DockerException;
import io.doksnap.docker.Holders;
import io.doksnap.docker.Mount;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the image and the volumes of what is stopped from being cleaned away, from before it is stopped until it is back or given up. By whatever it has an
 * id: a holder that a crash has left is found by the journal's entry.
 */
final class Safekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Safekeeping.class);

    private final Holders holders;

    Safekeeping(Holders holders) {
        this.holders = holders;
    }

    /** Without it nothing is lost that is not also cleaned away in the meantime: so whatever stands in its way is only told. */
    void begin(JournalEntry entry, List<Mount> mounts, WorkloadReport report) {
        if (entry.action() != JournalEntry.Action.STOP || entry.image().isEmpty()) {
            return;
        }
        List<String> volumes = mounts.stream()
                .filter(mount ->
                        mount.type() == Mount.Type.VOLUME && !mount.source().isEmpty())
                .map(Mount::source)
                .distinct()
                .toList();
        try {
            holders.hold(entry.id(), entry.image(), volumes);
        } catch (DockerException e) {
            report.note("while " + entry.summary() + " is stopped, its image and volumes are not kept from docker"
                    + " system prune: " + e.getMessage());
        }
    }

    void end(JournalEntry entry) {
        if (entry.action() != JournalEntry.Action.STOP) {
            return;
        }
        try {
            holders.release(entry.id());
        } catch (DockerException e) {
            LOG.warn("the container that held the volumes of {} is still there: {}", entry.summary(), e.getMessage());
        }
    }
}
