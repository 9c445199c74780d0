package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveReader;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.tar.Includes;
import io.doksnap.archive.tar.TarEntry;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A source of a snapshot, of which the manifest tells everything. */
record SnapshotArchive(SnapshotFolder folder, SourceEntry entry, ObjectStore store) implements RestorableArchive {
    @Override
    public String name() {
        return folder.id();
    }

    @Override
    public String source() {
        return entry.name();
    }

    @Override
    public long storedBytes() {
        return entry.archiveBytes();
    }

    @Override
    public long plainBytes(TreeStats unpacked) {
        return entry.plainBytes();
    }

    @Override
    public ArchiveReader reader(Optional<Decryption> given) throws RunException {
        return ArchiveReaders.of(entry, given);
    }

    @Override
    public void checkThere() throws IOException, RunException {
        for (StoredPart part : entry.objects()) {
            String key = folder.key(part.name());
            Optional<StoredObject> there = store.find(key);
            if (there.isEmpty() || there.get().size() != part.size()) {
                String what = there.isEmpty()
                        ? "is not there any more"
                        : "has " + there.get().size() + " bytes instead of " + part.size();
                throw new RunException(
                        Reason.MISMATCH, key + " in " + store.location() + " " + what + "; restore another snapshot");
            }
        }
    }

    @Override
    public void read(Extraction extraction, AtomicLong bytesRead) throws IOException, RunException {
        try (StoredArchive stored = new StoredArchive(store, folder, entry.objects(), bytesRead)) {
            try {
                extraction.extract(stored);
                stored.drain();
            } catch (IOException | RuntimeException e) {
                // Whatever a decoder says about damaged bytes, what helps is the name of the object that is damaged.
                stored.checkCurrent();
                throw e;
            }
        }
    }

    @Override
    public void checkTarget(RestoreTarget target) throws RunException {
        if (entry.holdsDump() && target instanceof RestoreTarget.EmptyVolume) {
            throw new RunException(
                    Reason.TARGET_UNUSABLE,
                    "the source " + entry.name() + " is a dump (" + entry.dump()
                            + "), which belongs into a database and not into its volume; load it into a server that"
                            + " runs with --to-service, or take it as a file with --to-directory");
        }
        if (!entry.holdsDump() && target instanceof RestoreTarget.Database) {
            throw new RunException(
                    Reason.TARGET_UNUSABLE,
                    "the source " + entry.name()
                            + " is no dump, so it cannot be loaded into a database; restore it with"
                            + " --to-volume or --to-directory");
        }
    }

    @Override
    public void extract(
            ArchiveReader reader,
            InputStream stored,
            Path folder,
            RestoreRun.Request request,
            TreeStats.Collector progress)
            throws IOException {
        if (entry.holdsDump()) {
            DumpFile.of(entry).extract(reader, stored, folder, request.includes(), progress);
        } else {
            reader.extract(stored, folder, request.includes(), request.setOwners(), progress);
        }
    }

    @Override
    public TreeStats count(Includes includes, Optional<Decryption> given) throws RunException {
        if (includes.isAll()) {
            return new TreeStats(entry.files(), entry.directories(), entry.plainBytes(), List.of());
        }
        long[] found = new long[3];
        FileListing.of(folder, entry, given, store).visitOrFail(file -> {
            if (includes.take(file.path())) {
                found[file.type() == TarEntry.Type.DIRECTORY ? 1 : 0]++;
                found[2] += file.size();
            }
        });
        return new TreeStats(found[0], found[1], found[2], List.of());
    }

    @Override
    public void checkUnpacked(TreeStats unpacked) throws RunException {
        if (unpacked.files() != entry.files() || unpacked.directories() != entry.directories()) {
            throw new RunException(
                    Reason.MISMATCH,
                    "the archive of " + entry.name() + " holds " + unpacked.files() + " files and "
                            + unpacked.directories() + " directories, but its manifest says " + entry.files() + " and "
                            + entry.directories() + "; restore another snapshot");
        }
    }

    @Override
    public Optional<Path> root(Path unpacked) {
        return Optional.empty();
    }

    @Override
    public EncryptionEntry encryption() {
        return entry.encryption();
    }

    @Override
    public Optional<String> caveat() {
        return entry.holdsDump() ? Optional.of(DumpFile.of(entry).howToLoad()) : Optional.empty();
    }
}
