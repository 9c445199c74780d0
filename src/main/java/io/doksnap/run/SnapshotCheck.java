package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveReader;
import io.doksnap.archive.ArchiveReader.Content;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.run.Inspection.EndedException;
import io.doksnap.run.OpeningCheck.Subject;
import io.doksnap.run.VerifyOutcome.Undecided;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Details;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at everything that a manifest names, as closely as the level says, so that in the end all that is damaged is known. */
final class SnapshotCheck {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotCheck.class);

    private final SnapshotFolder folder;
    private final Manifest manifest;
    private final VerifyRun.Request request;
    private final ObjectStore store;
    private final AtomicLong bytesRead;
    private final Inspection inspection;
    private final Map<String, Long> sizes = new HashMap<>();
    private final Map<String, String> plainDigests = new HashMap<>();

    SnapshotCheck(
            CatalogueEntry.Snapshot snapshot,
            VerifyRun.Request request,
            ObjectStore store,
            AtomicLong bytesRead,
            Cancellation cancellation) {
        this.folder = snapshot.folder();
        this.manifest = snapshot.manifest();
        this.request = request;
        this.store = store;
        this.bytesRead = bytesRead;
        this.inspection = new Inspection(store, cancellation);
    }

    /**
     * One finding for each source, in the manifest's order, and one for the details where there are any; fewer where something came up after
     * which nothing more can be checked.
     */
    List<SourceFinding> run() {
        List<SourceFinding> findings = new ArrayList<>();
        try {
            for (SourceEntry source : manifest.sources()) {
                SourceFinding finding = new SourceFinding(source.name());
                findings.add(finding);
                if (findings.size() == 1) {
                    list(finding);
                }
                checkPresence(source.allObjects(), finding);
                check(source, finding);
            }
            if (!manifest.details().isEmpty()) {
                SourceFinding finding = new SourceFinding(Details.OBJECT);
                findings.add(finding);
                checkPresence(manifest.details(), finding);
                checkDetails(finding, findings);
                if (finding.isForWantOfAKey()) {
                    // The sources, which need the same one, say so already.
                    findings.remove(finding);
                }
            }
        } catch (EndedException ended) {
            LOG.debug("the check of {} ended early", folder.id(), ended);
        }
        return findings;
    }

    /** One request for all sizes, where asking for each object would be one for each. */
    private void list(SourceFinding finding) throws EndedException {
        try {
            store.list(folder.prefix(), object -> sizes.put(object.key(), object.size()));
        } catch (StoreException e) {
            inspection.failed(folder.prefix(), finding, e);
            throw new EndedException();
        }
    }

    private void checkPresence(List<StoredPart> parts, SourceFinding finding) throws EndedException {
        ObjectCheck objects = new ObjectCheck(store, folder, finding.source());
        for (StoredPart part : parts) {
            String key = folder.key(part.name());
            Long size = sizes.get(key);
            if (size == null || size != part.size()) {
                // A listing may lag behind; the object itself does not.
                inspection.look(key, finding, () -> objects.presence(part));
            }
        }
    }

    private void check(SourceEntry source, SourceFinding finding) throws EndedException {
        if (request.level() != VerifyLevel.FULL || !finding.damages().isEmpty()) {
            // An archive that lacks something cannot be opened whole, but what else of it is damaged can still be told.
            readObjects(source.allObjects(), finding);
            return;
        }
        try {
            open(source, ArchiveReaders.of(source, request.decryption()), finding);
            if (finding.isSpotless()) {
                openIndex(source, ArchiveReaders.decryption(source, request.decryption()), finding);
            } else {
                readObjects(source.index(), finding);
            }
        } catch (RunException e) {
            finding.undecided(new Undecided(reason(e), e.text()));
            readObjects(source.index(), finding);
        }
    }

    private void open(SourceEntry source, ArchiveReader reader, SourceFinding finding) throws EndedException {
        Subject subject = new Subject("an archive", source.objects(), source.encryption());
        OpeningCheck check = new OpeningCheck(store, folder, subject, inspection, finding);
        check.run(
                stored -> {
                    Content content = source.holdsDump()
                            ? reader.copy(stored, OutputStream.nullOutputStream())
                            : reader.check(stored, new TreeStats.Collector());
                    TreeStats stats = content.stats();
                    String expected = holding(source.files(), source.directories(), source.plainBytes());
                    String found = holding(stats.files(), stats.directories(), content.plainBytes());
                    if (found.equals(expected)) {
                        plainDigests.put(source.name(), content.plainSha256());
                    } else {
                        check.differs(expected, found);
                    }
                },
                bytesRead);
    }

    private static String holding(long files, long directories, long bytes) {
        return "an archive of " + files + " files and " + directories + " directories in " + bytes + " bytes";
    }

    private void openIndex(SourceEntry source, Decryption decryption, SourceFinding finding) throws EndedException {
        if (source.index().isEmpty()) {
            return;
        }
        Subject subject = new Subject("a list of files", source.index(), source.encryption());
        OpeningCheck check = new OpeningCheck(store, folder, subject, inspection, finding);
        check.run(
                stored -> {
                    AtomicLong entries = new AtomicLong();
                    SnapshotListing.readIndex(stored, decryption, file -> entries.incrementAndGet());
                    long expected = source.files() + source.directories();
                    if (entries.get() != expected) {
                        check.differs("a list of " + expected + " files and directories", "a list of " + entries.get());
                    }
                },
                bytesRead);
    }

    private void checkDetails(SourceFinding finding, List<SourceFinding> findings) throws EndedException {
        if (request.level() != VerifyLevel.FULL || !finding.damages().isEmpty()) {
            readObjects(manifest.details(), finding);
            return;
        }
        SourceEntry like = manifest.sources().get(0);
        Decryption decryption;
        try {
            decryption = ArchiveReaders.decryption(like, request.decryption());
        } catch (RunException e) {
            finding.undecided(new Undecided(reason(e), e.text()));
            readObjects(manifest.details(), finding);
            return;
        }
        Subject subject = new Subject("details", manifest.details(), like.encryption());
        new OpeningCheck(store, folder, subject, inspection, finding)
                .run(stored -> compareDigests(DetailsFile.read(stored, decryption), findings), bytesRead);
    }

    /** The archives hold, bit by bit, what was read when they were made. */
    private void compareDigests(Details details, List<SourceFinding> findings) {
        for (SourceEntry source : manifest.sources()) {
            String found = plainDigests.get(source.name());
            Optional<String> expected = details.plainSha256(source.name());
            if (found != null && expected.isPresent() && !expected.get().equals(found)) {
                findings.stream()
                        .filter(finding -> finding.source().equals(source.name()))
                        .forEach(finding -> finding.damagedArchive(new Damage(
                                source.name(),
                                folder.key(source.objects().get(0).name()),
                                Reason.MISMATCH,
                                "content of SHA-256 " + expected.get(),
                                "content of SHA-256 " + found)));
            }
        }
    }

    private void readObjects(List<StoredPart> parts, SourceFinding finding) throws EndedException {
        if (request.level() != VerifyLevel.PRESENCE) {
            inspection.readAll(parts, new ObjectCheck(store, folder, finding.source()), finding, this::progress);
        }
    }

    private static Reason reason(RunException e) {
        return e.reason() == Reason.KEY_MISSING ? Reason.KEY_UNAVAILABLE : e.reason();
    }

    private void progress(int bytes) throws IOException {
        bytesRead.addAndGet(bytes);
        inspection.checkGoesOn();
    }
}
