package io.doksnap.run;

import io.doksnap.archive.Decryption;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.LooseArchive;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** Finds out which of several keys or passwords opens a snapshot: a manifest does not say with which password it was encrypted. */
public final class KeyChoice {
    private KeyChoice() {}

    /** The first that opens a snapshot; where none does, the first of all, whose failure then says what is wrong. */
    public static Optional<Decryption> of(
            List<Decryption> candidates, ObjectStore store, CatalogueEntry.Snapshot snapshot) throws IOException {
        Optional<SourceEntry> encrypted = snapshot.manifest().sources().stream()
                .filter(source -> !source.encryption().method().equals("none"))
                .findFirst();
        return encrypted.isEmpty()
                ? candidates.stream().findFirst()
                : of(
                        candidates,
                        store,
                        snapshot.folder().key(encrypted.get().objects().get(0).name()));
    }

    /** Likewise of an encrypted archive that has no manifest. */
    public static Optional<Decryption> of(List<Decryption> candidates, ObjectStore store, LooseArchive archive)
            throws IOException {
        return of(candidates, store, archive.key());
    }

    private static Optional<Decryption> of(List<Decryption> candidates, ObjectStore store, String key)
            throws IOException {
        if (candidates.size() > 1) {
            for (Decryption candidate : candidates) {
                if (opens(candidate, store, key)) {
                    return Optional.of(candidate);
                }
            }
        }
        return candidates.stream().findFirst();
    }

    private static boolean opens(Decryption candidate, ObjectStore store, String key) throws IOException {
        try (InputStream stored = store.read(key);
                InputStream plain = candidate.decrypt(stored)) {
            return plain.read() >= 0;
        } catch (ArchiveException e) {
            // A wrong password looks like damage about as often as it looks wrong.
            return false;
        }
    }
}
