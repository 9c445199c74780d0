package io.doksnap.snapshot;

import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The snapshots that lie in a store: those that have a manifest, and the archives of the original program. Nothing is held whole: entries
 * are visited one by one.
 */
public final class Catalogue {
    /** A manifest lists objects, not files: one that is larger is none of ours. */
    private static final int LARGEST_MANIFEST = 16 << 20;

    private final ObjectStore store;

    /** Creates the catalogue of a store, which stays the caller's to close. */
    public Catalogue(ObjectStore store) {
        this.store = store;
    }

    /**
     * Visits every snapshot, of one policy or of all, oldest first within each policy and host. Archives of the original, of which nothing
     * tells the host, stand by their time among the snapshots of the policy's first host.
     */
    public void visit(Optional<String> policy, Visitor visitor) throws StoreException {
        String prefix = SnapshotFolder.ROOT + policy.map(name -> name + "/").orElse("");
        ByTime byTime = new ByTime(visitor);
        store.list(prefix, object -> {
            Optional<SnapshotFolder> folder = SnapshotFolder.ofManifest(object.key());
            if (folder.isPresent()) {
                byTime.visit(read(folder.get()));
            }
            Optional<OriginalArchive> archive = OriginalArchive.of(object);
            if (archive.isPresent()) {
                byTime.add(archive.get());
            }
        });
        byTime.finish();
    }

    /** The snapshot of which an object is part, as its manifest says; empty where no manifest names the object. */
    public Optional<CatalogueEntry.Snapshot> holding(String key) throws StoreException {
        Optional<SnapshotFolder> folder = SnapshotFolder.of(key);
        if (folder.isEmpty() || !(read(folder.get()) instanceof CatalogueEntry.Snapshot snapshot)) {
            return Optional.empty();
        }
        String name = key.substring(folder.get().prefix().length());
        return snapshot.manifest().sourceOf(name).map(source -> snapshot);
    }

    CatalogueEntry read(SnapshotFolder folder) throws StoreException {
        try (InputStream in = store.read(folder.manifestKey())) {
            byte[] json = in.readNBytes(LARGEST_MANIFEST + 1);
            if (json.length > LARGEST_MANIFEST) {
                return new CatalogueEntry.Unreadable(folder, "its manifest is larger than 16 MiB");
            }
            Manifest manifest = SnapshotJson.readManifest(json);
            return manifest.belongsTo(folder)
                    ? new CatalogueEntry.Snapshot(folder, manifest)
                    : new CatalogueEntry.Unreadable(folder, "its manifest belongs to another snapshot");
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.NOT_FOUND) {
                return new CatalogueEntry.Unreadable(folder, "its manifest was removed meanwhile");
            }
            throw e;
        } catch (IOException e) {
            return new CatalogueEntry.Unreadable(folder, "its manifest cannot be used: " + e.getMessage());
        }
    }

    /** Receives the entries. */
    @FunctionalInterface
    public interface Visitor {
        /** Takes the next entry. */
        void visit(CatalogueEntry entry) throws StoreException;
    }
}
