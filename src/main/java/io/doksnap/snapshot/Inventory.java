package io.doksnap.snapshot;

import io.doksnap.snapshot.RetentionPlan.Candidate;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What lies in a destination for one identity. Ours is only what says so itself, in its manifest or its run record, and lies where
 * this identity's runs put it.
 *
 * @param snapshots with those whose manifest cannot be read, in this identity's place, and those of the original program for an app of the
 *     policy's name
 * @param unfinished folders of runs without a manifest; one without a readable run record is nobody's, and not among them
 * @param foreign how many snapshots of other hosts or namespaces lie beside them
 * @param otherHosts the hosts that have any
 */
public record Inventory(List<Candidate> snapshots, List<Unfinished> unfinished, int foreign, Set<String> otherHosts) {
    private static final int LARGEST_RUN_RECORD = 1 << 20;

    public Inventory {
        snapshots = List.copyOf(snapshots);
        unfinished = List.copyOf(unfinished);
        otherHosts = Set.copyOf(otherHosts);
    }

    /**
     * The folder of a run that left no manifest, or has not written it yet.
     *
     * @param deadline when the run ended at the latest
     */
    public record Unfinished(SnapshotFolder folder, Instant deadline) {}

    /**
     * Lists all of it, and reads every manifest and run record that may be this identity's.
     *
     * @throws StoreException when the listing or a record could not be read to its end: then nothing is known
     */
    public static Inventory take(ObjectStore store, Identity identity) throws StoreException {
        Set<SnapshotFolder> committed = new LinkedHashSet<>();
        Set<SnapshotFolder> recorded = new LinkedHashSet<>();
        Set<SnapshotFolder> verified = new HashSet<>();
        List<Candidate> snapshots = new ArrayList<>();
        store.list(SnapshotFolder.ROOT + identity.policy() + "/", object -> {
            SnapshotFolder.ofManifest(object.key()).ifPresent(committed::add);
            SnapshotFolder.ofRunRecord(object.key()).ifPresent(recorded::add);
            SnapshotFolder.ofVerification(object.key()).ifPresent(verified::add);
            OriginalArchive.of(object).ifPresent(archive -> snapshots.add(new Candidate.Original(archive)));
        });
        recorded.removeAll(committed);
        Catalogue catalogue = new Catalogue(store);
        List<Unfinished> unfinished = new ArrayList<>();
        int foreign = 0;
        for (SnapshotFolder folder : committed) {
            Optional<Candidate> candidate = folder.host().equals(identity.host())
                    ? candidate(catalogue.read(folder, verified.contains(folder)), identity, catalogue)
                    : Optional.empty();
            candidate.ifPresent(snapshots::add);
            foreign += candidate.isPresent() ? 0 : 1;
        }
        for (SnapshotFolder folder : recorded) {
            if (folder.host().equals(identity.host())) {
                runRecord(store, folder)
                        .filter(record -> record.identity().equals(identity)
                                && record.id().equals(folder.id()))
                        .ifPresent(record -> unfinished.add(new Unfinished(folder, record.deadline())));
            }
        }
        return new Inventory(snapshots, unfinished, foreign, otherHosts(committed, identity));
    }

    private static Set<String> otherHosts(Set<SnapshotFolder> committed, Identity identity) {
        return committed.stream()
                .map(SnapshotFolder::host)
                .filter(host -> !host.equals(identity.host()))
                .collect(Collectors.toSet());
    }

    private static Optional<Candidate> candidate(CatalogueEntry entry, Identity identity, Catalogue catalogue)
            throws StoreException {
        if (entry instanceof CatalogueEntry.Unreadable broken) {
            return Optional.of(new Candidate.Unreadable(broken.folder(), broken.problem()));
        }
        CatalogueEntry.Snapshot snapshot = (CatalogueEntry.Snapshot) entry;
        Manifest manifest = snapshot.manifest();
        // A copy that somebody made still bears the name of the original.
        boolean ours = manifest.identity().equals(identity)
                && manifest.id().equals(snapshot.folder().id());
        if (!ours) {
            return Optional.empty();
        }
        return Optional.of(
                snapshot.verified() ? verified(snapshot, catalogue) : Candidate.Known.of(snapshot, Set.of()));
    }

    private static Candidate verified(CatalogueEntry.Snapshot snapshot, Catalogue catalogue) throws StoreException {
        SnapshotFolder folder = snapshot.folder();
        VerificationEntry entry = catalogue.verification(folder);
        if (entry instanceof VerificationEntry.Unusable unusable) {
            // It may have said that this is damaged: so nothing better may go for its sake, and neither may this.
            return new Candidate.Unreadable(
                    folder,
                    "verified.json, which says whether it is damaged, cannot be used: " + unusable.problem()
                            + (unusable.newer()
                                    ? ""
                                    : "; doksnap verify " + folder.policy() + " --snapshot " + folder.id()
                                            + " writes it anew"));
        }
        return Candidate.Known.of(
                snapshot, ((VerificationEntry.Found) entry).verification().damagedSources());
    }

    private static Optional<RunRecord> runRecord(ObjectStore store, SnapshotFolder folder) throws StoreException {
        try (InputStream in = store.read(folder.runRecordKey())) {
            return Optional.of(SnapshotJson.readRunRecord(in.readNBytes(LARGEST_RUN_RECORD)));
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
