package io.doksnap.run;

import io.doksnap.archive.Decryption;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.snapshot.Catalogue;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Identity;
import io.doksnap.snapshot.Newest;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Verifies the newest snapshot that a policy has in a destination, with what keys there are. */
public final class PolicyVerify {
    private final Identity identity;
    private final VerifyLevel level;
    private final Keys keys;
    private final String program;
    private final Clock clock;

    /**
     * Creates it; nothing happens yet.
     *
     * @param level a drill is not to be had: then everything short of it is done
     */
    public PolicyVerify(Identity identity, VerifyLevel level, Keys keys, String program, Clock clock) {
        this.identity = identity;
        this.level = level == VerifyLevel.DRILL ? VerifyLevel.FULL : level;
        this.keys = keys;
        this.program = program;
        this.clock = clock;
    }

    /** The snapshot that was looked at, and what was found. */
    public record Found(CatalogueEntry snapshot, VerifyOutcome outcome) {}

    /**
     * Looks; empty where the policy has no snapshot there.
     *
     * @throws StoreException when the destination cannot even be listed
     * @throws KeyException when a key cannot be read
     */
    public Optional<Found> execute(ObjectStore store, Cancellation cancellation) throws StoreException, KeyException {
        Newest newest = new Newest(clock.instant());
        String prefix = SnapshotFolder.ROOT + identity.policy() + "/" + identity.host() + "/";
        store.list(prefix, object -> SnapshotFolder.ofManifest(object.key()).ifPresent(newest::see));
        if (newest.found().isEmpty()) {
            return Optional.empty();
        }
        CatalogueEntry entry =
                new Catalogue(store).entry((SnapshotFolder) newest.found().get());
        VerifyRun.Request request = new VerifyRun.Request(level, decryption(entry, store), program);
        return Optional.of(new Found(entry, new VerifyRun(entry, request, store, clock).execute(cancellation)));
    }

    private Optional<Decryption> decryption(CatalogueEntry entry, ObjectStore store)
            throws StoreException, KeyException {
        if (level != VerifyLevel.FULL || !(entry instanceof CatalogueEntry.Snapshot snapshot)) {
            return Optional.empty();
        }
        List<Decryption> candidates = keys.decryptions(snapshot.manifest().sources().stream()
                .map(source -> source.encryption())
                .distinct()
                .toList());
        try {
            return KeyChoice.of(candidates, store, snapshot);
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            // The check itself will say what is wrong with it.
            return candidates.stream().findFirst();
        }
    }
}
