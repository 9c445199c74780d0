package io.doksnap.app;

import io.doksnap.archive.Decryption;
import io.doksnap.policy.Source;
import io.doksnap.run.KeyChoice;
import io.doksnap.run.RestoreRun;
import io.doksnap.run.SourceTrees;
import io.doksnap.snapshot.Catalogue;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.LooseArchive;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What a person wants to restore. */
sealed interface RestoreChoice {

    /** A snapshot, of which the manifest tells everything. */
    record OfSnapshot(CatalogueEntry.Snapshot snapshot, Optional<String> source) implements RestoreChoice {}

    /** An archive that has no manifest. */
    record OfArchive(LooseArchive archive) implements RestoreChoice {
        @Override
        public Optional<String> source() {
            return Optional.empty();
        }
    }

    /** The source that was chosen with it. */
    Optional<String> source();

    /** Finds the snapshot, or the archive of the original program, that is meant. */
    static RestoreChoice find(
            String name, WantedSnapshot wanted, Snapshots snapshots, ObjectStore store, Optional<String> host)
            throws StoreException, CommandException {
        CatalogueEntry found = snapshots.findAny(name, wanted, host);
        return found instanceof CatalogueEntry.Original original
                ? loose(original.archive().key(), store)
                : new OfSnapshot((CatalogueEntry.Snapshot) found, Optional.empty());
    }

    /** Finds the archive of a key, and the snapshot that it is of where a manifest names it. */
    static RestoreChoice byKey(String key, ObjectStore store) throws StoreException, CommandException {
        if (!LooseArchive.isNamedLikeOne(key)) {
            throw new CommandException(
                    ExitCode.USAGE,
                    key + " is not named like an archive, so its format is not known; it ends in .tar, .tar.gz or"
                            + " .tar.zst, and then in .gpg, .age, .enc or nothing more");
        }
        Optional<CatalogueEntry.Snapshot> snapshot = new Catalogue(store).holding(key);
        if (snapshot.isEmpty()) {
            return loose(key, store);
        }
        String object = key.substring(snapshot.get().folder().prefix().length());
        return new OfSnapshot(
                snapshot.get(), snapshot.get().manifest().sourceOf(object).map(source -> source.name()));
    }

    private static RestoreChoice loose(String key, ObjectStore store) throws StoreException, CommandException {
        return LooseArchive.find(store, key)
                .map(OfArchive::new)
                .orElseThrow(() -> new CommandException(
                        ExitCode.NOT_FOUND, "there is no object " + key + " in " + store.location()));
    }

    /** What people call it. */
    default String name() {
        return this instanceof OfSnapshot chosen
                ? chosen.snapshot().folder().id()
                : ((OfArchive) this).archive().key();
    }

    /** The later it was made, the larger; for what was found by its snapshot. */
    default String order() {
        return name().substring(name().lastIndexOf('/') + 1);
    }

    /** Names it to people, with what it is. */
    default String describe() {
        return (this instanceof OfSnapshot ? "snapshot " : "archive ") + name();
    }

    /** What opens it; empty where nothing was given or is needed. */
    default Optional<Decryption> decryption(IdentityOptions identity, ObjectStore store, Workspace workspace, Cli cli)
            throws CommandException, IOException {
        if (this instanceof OfSnapshot chosen) {
            CatalogueEntry.Snapshot snapshot = chosen.snapshot();
            return KeyChoice.of(identity.decryptions(snapshot.manifest(), workspace, cli), store, snapshot);
        }
        LooseArchive archive = ((OfArchive) this).archive();
        List<Decryption> candidates = identity.decryptions(archive, workspace, cli);
        boolean canAsk = candidates.isEmpty() && archive.encryption().method().equals(Decryption.ORIGINAL);
        return canAsk
                ? PasswordOption.ask(archive.key(), cli).map(Decryption.OriginalPassword::new)
                : KeyChoice.of(candidates, store, archive);
    }

    /** The restore of it. */
    default RestoreRun run(List<Source> declared, RestoreRun.Request request, ObjectStore store, SourceTrees trees) {
        return this instanceof OfSnapshot chosen
                ? new RestoreRun(declared, chosen.snapshot(), request, store, trees)
                : new RestoreRun(declared, ((OfArchive) this).archive(), request, store, trees);
    }
}
