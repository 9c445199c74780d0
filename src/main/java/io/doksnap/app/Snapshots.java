package io.doksnap.app;

import io.doksnap.snapshot.Catalogue;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Newest;
import io.doksnap.snapshot.PointInTime;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds the snapshot that a person means. */
final class Snapshots {
    private final ObjectStore store;
    private final Instant now;
    private final Consumer<String> warn;

    /**
     * Finds them in one store.
     *
     * @param warn is told where the newest may be another one than the one that was found
     */
    Snapshots(ObjectStore store, Instant now, Consumer<String> warn) {
        this.store = store;
        this.now = now;
        this.warn = warn;
    }

    /**
     * Finds a snapshot of ours.
     *
     * @param host whose snapshots count when the newest is wanted; empty: there must be only one host
     */
    CatalogueEntry.Snapshot find(String policy, WantedSnapshot wanted, Optional<String> host)
            throws StoreException, CommandException {
        return (CatalogueEntry.Snapshot) readable(search(policy, wanted, host, Snapshots::isOurs));
    }

    /** Finds a {@link CatalogueEntry.Snapshot} like {@link #find}, or an archive of the original program, of which nothing tells the host. */
    CatalogueEntry findAny(String policy, WantedSnapshot wanted, Optional<String> host)
            throws StoreException, CommandException {
        return readable(search(policy, wanted, host, entry -> true));
    }

    /**
     * For whoever can make use also of a snapshot whose manifest cannot be read. The newest is one of ours; one of the original program has
     * to be named.
     */
    CatalogueEntry entry(String policy, WantedSnapshot wanted, Optional<String> host)
            throws StoreException, CommandException {
        return search(policy, wanted, host, wanted.isLatest() ? Snapshots::isOurs : entry -> true);
    }

    /** Every snapshot of a policy, of whatever host, oldest first within each; also those that cannot be read. There is at least one. */
    List<CatalogueEntry> all(String policy) throws StoreException, CommandException {
        List<CatalogueEntry> all = new ArrayList<>();
        new Catalogue(store).visit(Optional.of(policy), all::add);
        if (all.isEmpty()) {
            throw new CommandException(ExitCode.NOT_FOUND, missing(policy));
        }
        return all;
    }

    private static boolean isOurs(CatalogueEntry entry) {
        return !(entry instanceof CatalogueEntry.Original);
    }

    private static CatalogueEntry readable(CatalogueEntry chosen) throws CommandException {
        if (chosen instanceof CatalogueEntry.Unreadable broken) {
            throw new CommandException(
                    ExitCode.DAMAGED,
                    "the snapshot " + broken.folder().id() + " cannot be restored: " + broken.problem()
                            + "; choose another with --snapshot");
        }
        return chosen;
    }

    private CatalogueEntry search(
            String policy, WantedSnapshot wanted, Optional<String> host, Predicate<CatalogueEntry> counts)
            throws StoreException, CommandException {
        boolean latest = wanted.isLatest();
        String id = wanted.id().orElse(WantedSnapshot.LATEST);
        if (id.isEmpty()) {
            throw new CommandException(
                    ExitCode.USAGE, "the id of a snapshot is empty; doksnap list " + policy + " shows the ids");
        }
        Search search = latest ? new NewestOf(host, now) : new Named(id);
        Set<String> hosts = new TreeSet<>();
        TooYoung tooYoung = new TooYoung();
        new Catalogue(store).visit(Optional.of(policy), entry -> {
            if (counts.test(entry) && !wanted.admits(entry.place())) {
                tooYoung.add(entry);
            } else if (counts.test(entry)) {
                entry.place().madeBy().ifPresent(hosts::add);
                search.look(entry);
            }
        });
        if (search.matches() > 1) {
            throw CommandException.ambiguous(
                    search.matches() + " snapshots of " + policy + " begin with " + id + "; give more of it");
        }
        CatalogueEntry chosen = search.found();
        if (chosen == null) {
            throw new CommandException(
                    ExitCode.NOT_FOUND,
                    tooYoung.oldest(host)
                            .map(oldest -> notYet(policy, wanted, oldest))
                            .orElseGet(() -> missing(policy, wanted, host, hosts)));
        }
        if (latest && isOfAnybody(chosen, host, hosts)) {
            throw CommandException.ambiguous(
                    "there are snapshots of " + policy + " from several hosts (" + String.join(", ", hosts)
                            + (chosen instanceof CatalogueEntry.Original ? ", and the original program's" : "")
                            + "); choose one with --snapshot");
        }
        search.doubt().ifPresent(warn);
        return chosen;
    }

    /** Whether the newest is not surely the one that this host would mean. */
    private static boolean isOfAnybody(CatalogueEntry newest, Optional<String> host, Set<String> hosts) {
        return newest instanceof CatalogueEntry.Original
                ? hosts.stream().anyMatch(other -> !host.equals(Optional.of(other)))
                : host.isEmpty() && hosts.size() > 1;
    }

    private String missing(String policy) {
        return "there is no snapshot of " + policy + " in " + store.location() + "; doksnap list shows what there is";
    }

    private String missing(String policy, WantedSnapshot wanted, Optional<String> host, Set<String> hosts) {
        if (hosts.isEmpty()) {
            return missing(policy);
        }
        return !wanted.isLatest()
                ? "there is no snapshot " + wanted.id().orElse("") + " of " + policy + "; doksnap list " + policy
                        + " shows them"
                : "there is no snapshot of " + policy + " from this host (" + host.orElse("") + "), only from "
                        + String.join(", ", hosts) + "; choose one with --snapshot";
    }

    private String notYet(String policy, WantedSnapshot wanted, CatalogueEntry oldest) {
        return "there was no snapshot of " + policy + " in " + store.location() + " yet at "
                + wanted.at().map(PointInTime::toString).orElse("") + "; the oldest was begun at "
                + PointInTime.shown(oldest.place()) + " (" + oldest.place().id() + ")";
    }

    /** What was passed over for its youth: of each host the oldest. */
    private static final class TooYoung {
        private final List<CatalogueEntry> oldest = new ArrayList<>();

        void add(CatalogueEntry entry) {
            Optional<String> host = entry.place().madeBy();
            if (oldest.stream().noneMatch(other -> other.place().madeBy().equals(host))) {
                oldest.add(entry);
            }
        }

        Optional<CatalogueEntry> oldest(Optional<String> host) {
            return oldest.stream()
                    .filter(entry -> host.isEmpty()
                            || entry.place().madeBy().map(host.get()::equals).orElse(true))
                    .min(Comparator.comparing(entry -> entry.place().name()));
        }
    }

    /** Looks at one entry after another, and keeps the one that is meant. */
    private interface Search {
        void look(CatalogueEntry entry);

        @Nullable
        CatalogueEntry found();

        int matches();

        /** Why it may be another one that is meant. */
        default Optional<String> doubt() {
            return Optional.empty();
        }
    }

    private static final class NewestOf implements Search {
        private final Optional<String> host;
        private final Newest places;
        private @Nullable CatalogueEntry newest;

        NewestOf(Optional<String> host, Instant now) {
            this.host = host;
            this.places = new Newest(now);
        }

        @Override
        public void look(CatalogueEntry entry) {
            boolean counts = host.isEmpty()
                    || entry.place().madeBy().map(host.get()::equals).orElse(true);
            if (counts) {
                places.see(entry.place());
                newest = places.found().filter(entry.place()::equals).isPresent() ? entry : newest;
            }
        }

        @Override
        public Optional<String> doubt() {
            return places.doubt();
        }

        @Override
        public @Nullable CatalogueEntry found() {
            return newest;
        }

        @Override
        public int matches() {
            return newest == null ? 0 : 1;
        }
    }

    private static final class Named implements Search {
        private final String beginning;
        private @Nullable CatalogueEntry found;
        private boolean exact;
        private int matches;

        Named(String beginning) {
            this.beginning = beginning;
        }

        @Override
        public void look(CatalogueEntry entry) {
            String id = entry.place().id();
            String name = entry.place().name();
            if (id.equals(beginning) || name.equals(beginning)) {
                matches = exact ? matches + 1 : 1;
                exact = true;
                found = entry;
            } else if (name.startsWith(beginning) && !exact) {
                matches++;
                found = entry;
            }
        }

        @Override
        public @Nullable CatalogueEntry found() {
            return found;
        }

        @Override
        public int matches() {
            return matches;
        }
    }
}
