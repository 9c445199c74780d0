package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.tar.Includes;
import io.doksnap.policy.Source;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.LooseArchive;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.store.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A restore of one or several sources of a snapshot, one after the other, with what keys there are. The first failure ends it. */
public final class PolicyRestore {
    private final CatalogueEntry entry;
    private final Order order;
    private final ObjectStore store;
    private final SourceTrees trees;
    private volatile @Nullable RestoreRun current;

    /**
     * Creates it; nothing happens yet.
     *
     * @param store stays the caller's to close
     */
    public PolicyRestore(CatalogueEntry entry, Order order, ObjectStore store, SourceTrees trees) {
        this.entry = entry;
        this.order = order;
        this.store = store;
        this.trees = trees;
    }

    /**
     * What to restore, and where to.
     *
     * @param declared the policy's sources as they are declared now, which say where in place is; empty where it is declared no more
     * @param sources by name; empty: all of them
     * @param include globs of paths; empty: everything
     * @param target where to; several sources go into folders of their names in a directory
     * @param setOwners whether to set owners, which needs privilege
     * @param random makes the names of staging folders unique
     */
    public record Order(
            List<Source> declared,
            List<String> sources,
            List<String> include,
            RestoreTarget target,
            Keys keys,
            boolean setOwners,
            String random) {
        public Order {
            declared = List.copyOf(declared);
            sources = List.copyOf(sources);
            include = List.copyOf(include);
        }
    }

    /**
     * How it ended.
     *
     * @param done what is in place
     * @param failure why it ended before all was done; empty: all is
     */
    public record Ended(List<RestoreOutcome.Restored> done, Optional<RestoreOutcome.Failed> failure) {
        public Ended {
            done = List.copyOf(done);
        }
    }

    /** What it would do: one for each source. */
    public record Preview(List<RestorePreview> sources, Optional<RestoreOutcome.Failed> obstacle) {
        public Preview {
            sources = List.copyOf(sources);
        }
    }

    /** How many stored bytes of the source that was begun last were read. */
    public long bytesRead() {
        RestoreRun run = current;
        return run == null ? 0 : run.bytesRead();
    }

    /** Runs to the end. Never throws for what can happen on the way. */
    public Ended execute(Cancellation cancellation) {
        List<RestoreOutcome.Restored> done = new ArrayList<>();
        try {
            for (RestoreRun run : runs()) {
                current = run;
                RestoreOutcome outcome = run.execute(cancellation);
                if (outcome instanceof RestoreOutcome.Failed failed) {
                    return new Ended(done, Optional.of(failed));
                }
                done.add((RestoreOutcome.Restored) outcome);
            }
            return new Ended(done, Optional.empty());
        } catch (RunException e) {
            return new Ended(done, Optional.of(new RestoreOutcome.Failed(e.reason(), e.text())));
        }
    }

    /** Says what {@link #execute} would do; writes nothing. */
    public Preview preview() {
        List<RestorePreview> previews = new ArrayList<>();
        try {
            for (RestoreRun run : runs()) {
                RestorePreview preview = run.preview();
                previews.add(preview);
                if (preview.obstacle().isPresent()) {
                    return new Preview(previews, preview.obstacle());
                }
            }
            return new Preview(previews, Optional.empty());
        } catch (RunException e) {
            return new Preview(previews, Optional.of(new RestoreOutcome.Failed(e.reason(), e.text())));
        }
    }

    private List<RestoreRun> runs() throws RunException {
        Includes includes = includes();
        if (entry instanceof CatalogueEntry.Unreadable broken) {
            throw new RunException(
                    Reason.UNREADABLE,
                    "the snapshot " + broken.folder().id() + " cannot be restored: " + broken.problem()
                            + "; choose another");
        }
        if (entry instanceof CatalogueEntry.Original original) {
            LooseArchive archive = find(original);
            RestoreRun.Request request =
                    request(order.target(), order.sources().stream().findFirst(), decryption(archive), includes, 0);
            return List.of(new RestoreRun(order.declared(), archive, request, store, trees));
        }
        CatalogueEntry.Snapshot snapshot = (CatalogueEntry.Snapshot) entry;
        List<String> names = names(snapshot);
        Optional<Decryption> decryption = decryption(snapshot);
        List<RestoreRun> runs = new ArrayList<>();
        for (String name : names) {
            RestoreTarget target = names.size() > 1 ? targetOf(name) : order.target();
            RestoreRun.Request request = request(target, Optional.of(name), decryption, includes, runs.size());
            runs.add(new RestoreRun(order.declared(), snapshot, request, store, trees));
        }
        return runs;
    }

    private RestoreRun.Request request(
            RestoreTarget target,
            Optional<String> name,
            Optional<Decryption> decryption,
            Includes includes,
            int number) {
        return new RestoreRun.Request(target, name, decryption, order.setOwners(), order.random() + number, includes);
    }

    private Includes includes() throws RunException {
        try {
            return order.include().isEmpty() ? Includes.ALL : Includes.of(order.include());
        } catch (IllegalArgumentException e) {
            throw new RunException(Reason.INVALID_SPEC, "include: " + e.getMessage(), e);
        }
    }

    private List<String> names(CatalogueEntry.Snapshot snapshot) throws RunException {
        List<String> held =
                snapshot.manifest().sources().stream().map(SourceEntry::name).toList();
        for (String wanted : order.sources()) {
            if (!held.contains(wanted)) {
                throw new RunException(
                        Reason.SOURCE_NOT_FOUND,
                        "the snapshot holds no source " + wanted + "; it holds " + String.join(", ", held));
            }
        }
        boolean intoDatabase = order.target() instanceof RestoreTarget.Database;
        List<String> meant = intoDatabase
                ? SourceChoice.dumps(snapshot).stream().map(SourceEntry::name).toList()
                : held;
        List<String> names = order.sources().isEmpty() && !meant.isEmpty() ? meant : order.sources();
        if (names.size() > 1 && (intoDatabase || order.target() instanceof RestoreTarget.EmptyVolume)) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND,
                    (intoDatabase ? "a database" : "a volume") + " takes one source; choose one in sources: "
                            + String.join(", ", meant));
        }
        if (intoDatabase && names.isEmpty()) {
            throw new RunException(
                    Reason.SOURCE_NOT_FOUND,
                    "the snapshot holds no dump, which is all that a database takes; it holds "
                            + String.join(", ", held));
        }
        return names;
    }

    private RestoreTarget targetOf(String name) {
        return order.target() instanceof RestoreTarget.EmptyDirectory into
                ? new RestoreTarget.EmptyDirectory(into.directory().resolve(name))
                : order.target();
    }

    private LooseArchive find(CatalogueEntry.Original original) throws RunException {
        try {
            return LooseArchive.find(store, original.archive().key())
                    .orElseThrow(() -> new RunException(
                            Reason.SOURCE_NOT_FOUND,
                            "there is no object " + original.archive().key() + " any more"));
        } catch (IOException e) {
            throw Failures.of(e, Reason.READ_FAILED);
        }
    }

    private Optional<Decryption> decryption(CatalogueEntry.Snapshot snapshot) throws RunException {
        try {
            List<EncryptionEntry> entries = snapshot.manifest().sources().stream()
                    .map(SourceEntry::encryption)
                    .distinct()
                    .toList();
            return KeyChoice.of(order.keys().decryptions(entries), store, snapshot);
        } catch (KeyException e) {
            throw new RunException(Reason.KEY_MISSING, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw Failures.of(e, Reason.READ_FAILED);
        }
    }

    private Optional<Decryption> decryption(LooseArchive archive) throws RunException {
        try {
            return KeyChoice.of(order.keys().decryptions(List.of(archive.encryption())), store, archive);
        } catch (KeyException e) {
            throw new RunException(Reason.KEY_MISSING, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw Failures.of(e, Reason.READ_FAILED);
        }
    }
}
