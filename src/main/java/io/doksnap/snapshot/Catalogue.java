package io.doksnap.snapshot;

import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import io.doksnap.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots that lie in a store: those that have a manifest, and the archives of the original program. Nothing is held whole: entries
 * are visited one by one.
 */
public final class Catalogue {
    /** A manifest lists objects, not files: one that is larger is none of ours. */
    private static final int LARGEST_MANIFEST = 16 << 20;

    /** Findings are counted out when they are written. */
    private static final int LARGEST_VERIFICATION = 16 << 20;

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
        FolderByFolder folders = new FolderByFolder(byTime);
        store.list(prefix, object -> {
            folders.next(object);
            Optional<OriginalArchive> archive = OriginalArchive.of(object);
            if (archive.isPresent()) {
                byTime.add(archive.get());
            }
        });
        folders.finish();
        byTime.finish();
    }

    /** The snapshot of which an object is part, as its manifest says; empty where no manifest names the object. */
    public Optional<CatalogueEntry.Snapshot> holding(String key) throws StoreException {
        Optional<SnapshotFolder> folder = SnapshotFolder.of(key);
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        boolean verified = store.find(folder.get().verificationKey()).isPresent();
        if (!(read(folder.get(), verified) instanceof CatalogueEntry.Snapshot snapshot)) {
            return Optional.empty();
        }
        String name = key.substring(folder.get().prefix().length());
        return snapshot.manifest().sourceOf(name).map(source -> snapshot);
    }

    /** What verification found in a folder. */
    public VerificationEntry verification(SnapshotFolder folder) throws StoreException {
        try (InputStream in = store.read(folder.verificationKey())) {
            byte[] json = in.readNBytes(LARGEST_VERIFICATION + 1);
            if (json.length > LARGEST_VERIFICATION) {
                return new VerificationEntry.Unusable("it is larger than 16 MiB", false);
            }
            Verification verification = SnapshotJson.readVerification(json);
            return verification.id().equals(folder.id())
                    ? new VerificationEntry.Found(verification)
                    : new VerificationEntry.Unusable("it belongs to another snapshot", false);
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.NOT_FOUND) {
                return new VerificationEntry.Found(Verification.none(folder));
            }
            throw e;
        } catch (IOException e) {
            return new VerificationEntry.Unusable(String.valueOf(e.getMessage()), e instanceof NewerFormatException);
        }
    }

    /**
     * Visits where every snapshot lies, of all policies, without reading any; in the order of the keys.
     *
     */
    public void visitPlaces(PlaceVisitor places) throws StoreException {
        PlaceByPlace folders = new PlaceByPlace(places);
        store.list(SnapshotFolder.ROOT, object -> {
            folders.next(object);
            Optional<OriginalArchive> archive = OriginalArchive.of(object);
            if (archive.isPresent()) {
                places.visit(archive.get(), Optional.empty());
            }
        });
        folders.finish();
    }

    /** What lies in one folder that has a manifest. */
    public CatalogueEntry entry(SnapshotFolder folder) throws StoreException {
        return read(folder, store.find(folder.verificationKey()).isPresent());
    }

    CatalogueEntry read(SnapshotFolder folder, boolean verified) throws StoreException {
        try (InputStream in = store.read(folder.manifestKey())) {
            byte[] json = in.readNBytes(LARGEST_MANIFEST + 1);
            if (json.length > LARGEST_MANIFEST) {
                return new CatalogueEntry.Unreadable(folder, "its manifest is larger than 16 MiB");
            }
            Manifest manifest = SnapshotJson.readManifest(json);
            return manifest.belongsTo(folder)
                    ? new CatalogueEntry.Snapshot(folder, manifest, verified)
                    : new CatalogueEntry.Unreadable(folder, "its manifest belongs to another snapshot");
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.NOT_FOUND) {
                return new CatalogueEntry.Unreadable(
                        folder, "its manifest was removed meanwhile", CatalogueEntry.Cause.REMOVED);
            }
            throw e;
        } catch (IOException e) {
            boolean newer = e instanceof NewerFormatException;
            return new CatalogueEntry.Unreadable(
                    folder,
                    "its manifest cannot be used: " + e.getMessage(),
                    newer ? CatalogueEntry.Cause.NEWER : CatalogueEntry.Cause.DAMAGED);
        }
    }

    /** Reads each folder that a listing comes by. */
    private final class FolderByFolder extends PlaceByPlace {
        FolderByFolder(Visitor visitor) {
            super((place, verified) -> visitor.visit(read((SnapshotFolder) place, verified.isPresent())));
        }
    }

    /** Puts together what a listing has of each folder. All keys of a folder come in a row, the manifest's before the verification's. */
    private static class PlaceByPlace {
        private final PlaceVisitor visitor;
        private @Nullable SnapshotFolder folder;
        private Optional<StoredObject> verified = Optional.empty();

        PlaceByPlace(PlaceVisitor visitor) {
            this.visitor = visitor;
        }

        void next(StoredObject object) throws StoreException {
            String key = object.key();
            if (folder != null && !key.startsWith(folder.prefix())) {
                finish();
            }
            if (folder == null) {
                folder = SnapshotFolder.ofManifest(key).orElse(null);
            } else if (key.equals(folder.verificationKey())) {
                verified = Optional.of(object);
            }
        }

        void finish() throws StoreException {
            SnapshotFolder whole = folder;
            if (whole != null) {
                Optional<StoredObject> was = verified;
                folder = null;
                verified = Optional.empty();
                visitor.visit(whole, was);
            }
        }
    }

    /** Receives where snapshots lie. */
    @FunctionalInterface
    public interface PlaceVisitor {
        /** Takes the next place, and what lies beside it that verification found. */
        void visit(SnapshotPlace place, Optional<StoredObject> verified) throws StoreException;
    }

    /** Receives the entries. */
    @FunctionalInterface
    public interface Visitor {
        /** Takes the next entry. */
        void visit(CatalogueEntry entry) throws StoreException;
    }
}
