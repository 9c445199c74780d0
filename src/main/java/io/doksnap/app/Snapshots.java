package io.doksnap.app;

import io.doksnap.snapshot.Catalogue;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the snapshot that a person means. */
final class Snapshots {
    /** Stands for the newest snapshot where one has to be named. */
    static final String LATEST = "latest";

    private final ObjectStore store;
    private @Nullable CatalogueEntry newest;
    private @Nullable CatalogueEntry named;
    private int found;

    Snapshots(ObjectStore store) {
        this.store = store;
    }

    /**
     * Finds a snapshot of a policy.
     *
     * @param id the whole id or its beginning; {@link #LATEST} or empty: the newest
     * @param host whose snapshots count when the newest is wanted; empty: there must be only one host
     */
    CatalogueEntry.Snapshot find(String policy, Optional<String> id, Optional<String> host)
            throws StoreException, CommandException {
        boolean latest = id.isEmpty() || id.get().equals(LATEST);
        Set<String> hosts = new TreeSet<>();
        new Catalogue(store).visit(Optional.of(policy), entry -> {
            hosts.add(entry.folder().host());
            if (latest && (host.isEmpty() || host.get().equals(entry.folder().host()))) {
                newest = newest == null
                                || newest.folder().id().compareTo(entry.folder().id()) < 0
                        ? entry
                        : newest;
            } else if (!latest && entry.folder().id().startsWith(id.orElse(""))) {
                named = entry;
                found++;
            }
        });
        if (!latest && found > 1) {
            throw new CommandException(
                    ExitCode.NOT_FOUND,
                    found + " snapshots of " + policy + " begin with " + id.get() + "; give more of it");
        }
        CatalogueEntry chosen = latest ? newest : named;
        if (chosen == null) {
            throw new CommandException(ExitCode.NOT_FOUND, missing(policy, id, host, hosts));
        }
        if (latest && host.isEmpty() && hosts.size() > 1) {
            throw new CommandException(
                    ExitCode.NOT_FOUND,
                    "there are snapshots of " + policy + " from several hosts (" + String.join(", ", hosts)
                            + "); choose one with --snapshot");
        }
        if (chosen instanceof CatalogueEntry.Unreadable broken) {
            throw new CommandException(
                    ExitCode.DAMAGED,
                    "the snapshot " + broken.folder().id() + " cannot be restored: " + broken.problem()
                            + "; choose another with --snapshot");
        }
        return (CatalogueEntry.Snapshot) chosen;
    }

    private String missing(String policy, Optional<String> id, Optional<String> host, Set<String> hosts) {
        if (hosts.isEmpty()) {
            return "there is no snapshot of " + policy + " in " + store.location()
                    + "; doksnap list shows what there is";
        }
        return id.isPresent() && !id.get().equals(LATEST)
                ? "there is no snapshot " + id.get() + " of " + policy + "; doksnap list " + policy + " shows them"
                : "there is no snapshot of " + policy + " from this host (" + host.orElse("") + "), only from "
                        + String.join(", ", hosts) + "; choose one with --snapshot";
    }
}
