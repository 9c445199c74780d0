package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveReader;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.run.Inspection.EndedException;
import io.doksnap.run.VerifyOutcome.Undecided;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at everything that a manifest names, as closely as the level says, so that in the end all that is damaged is known. */
final class SnapshotCheck {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotCheck.class);

    private final SnapshotFolder folder;
    private final List<SourceEntry> sources;
    private final VerifyRun.Request request;
    private final ObjectStore store;
    private final AtomicLong bytesRead;
    private final Inspection inspection;

    SnapshotCheck(
            CatalogueEntry.Snapshot snapshot,
            VerifyRun.Request request,
            ObjectStore store,
            AtomicLong bytesRead,
            Cancellation cancellation) {
        this.folder = snapshot.folder();
        this.sources = snapshot.manifest().sources();
        this.request = request;
        this.store = store;
        this.bytesRead = bytesRead;
        this.inspection = new Inspection(store, cancellation);
    }

    /** One finding for each source, in the manifest's order; fewer where something came up after which nothing more can be checked. */
    List<SourceFinding> run() {
        List<SourceFinding> findings = new ArrayList<>();
        Map<String, Long> sizes = new HashMap<>();
        try {
            for (SourceEntry source : sources) {
                SourceFinding finding = new SourceFinding(source.name());
                findings.add(finding);
                if (findings.size() == 1) {
                    list(sizes, finding);
                }
                check(source, sizes, finding);
            }
        } catch (EndedException ended) {
            LOG.debug("the check of {} ended early", folder.id(), ended);
        }
        return findings;
    }

    /** One request for all sizes, where asking for each object would be one for each. */
    private void list(Map<String, Long> sizes, SourceFinding finding) throws EndedException {
        try {
            store.list(folder.prefix(), object -> sizes.put(object.key(), object.size()));
        } catch (StoreException e) {
            inspection.failed(folder.prefix(), finding, e);
            throw new EndedException();
        }
    }

    private void check(SourceEntry source, Map<String, Long> sizes, SourceFinding finding) throws EndedException {
        ObjectCheck objects = new ObjectCheck(store, folder, source.name());
        for (StoredPart part : source.allObjects()) {
            String key = folder.key(part.name());
            Long size = sizes.get(key);
            if (size == null || size != part.size()) {
                // A listing may lag behind; the object itself does not.
                inspection.look(key, finding, () -> objects.presence(part));
            }
        }
        if (request.level() == VerifyLevel.FULL && finding.damages().isEmpty()) {
            open(source, finding);
            inspection.readAll(source.index(), objects, finding, this::progress);
        } else if (request.level() != VerifyLevel.PRESENCE) {
            // An archive that lacks something cannot be opened whole, but what else of it is damaged can still be told.
            inspection.readAll(source.allObjects(), objects, finding, this::progress);
        }
    }

    private void open(SourceEntry source, SourceFinding finding) throws EndedException {
        ArchiveReader reader;
        try {
            reader = ArchiveReaders.of(source, request.decryption());
        } catch (RunException e) {
            Reason reason = e.reason() == Reason.KEY_MISSING ? Reason.KEY_UNAVAILABLE : e.reason();
            finding.undecided(new Undecided(reason, e.text()));
            return;
        }
        new ArchiveCheck(store, folder, source, inspection, finding).run(reader, bytesRead);
    }

    private void progress(int bytes) throws IOException {
        bytesRead.addAndGet(bytes);
        inspection.checkGoesOn();
    }
}
