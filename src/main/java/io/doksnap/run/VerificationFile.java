package io.doksnap.run;

import io.doksnap.snapshot.Catalogue;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.snapshot.SnapshotJson;
import io.doksnap.snapshot.Verification;
import io.doksnap.snapshot.Verification.Check;
import io.doksnap.snapshot.VerificationEntry;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps results in a snapshot's {@code verified.json}, with what earlier verifications found.
 *
 * <p>The folder of a snapshot that is removed meanwhile must stay empty. Whoever removes one takes the manifest first and lists the rest afterwards; so
 * it is enough to look for the manifest once more after writing.
 */
final class VerificationFile {
    private static final Logger LOG = LoggerFactory.getLogger(VerificationFile.class);

    private final ObjectStore store;
    private final SnapshotFolder folder;

    VerificationFile(ObjectStore store, SnapshotFolder folder) {
        this.store = store;
        this.folder = folder;
    }

    /** Adds results; says why that could not be done, to be read after what was to be kept. */
    Optional<String> add(List<Check> checks) {
        if (checks.isEmpty()) {
            return Optional.empty();
        }
        try {
            VerificationEntry before = new Catalogue(store).verification(folder);
            if (before instanceof VerificationEntry.Unusable unusable && unusable.newer()) {
                return Optional.of(folder.verificationKey() + " in " + store.location() + " cannot be added to: "
                        + unusable.problem());
            }
            Verification verification =
                    before instanceof VerificationEntry.Found found ? found.verification() : Verification.none(folder);
            if (snapshotIsThere()) {
                store.put(folder.verificationKey(), SnapshotJson.write(verification.with(checks)));
                if (!snapshotIsThere()) {
                    store.delete(folder.verificationKey());
                }
            }
            return Optional.empty();
        } catch (StoreException e) {
            LOG.debug("could not keep the result of a verification", e);
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private boolean snapshotIsThere() throws StoreException {
        return store.find(folder.manifestKey()).isPresent();
    }
}
