package io.doksnap.run;

import io.doksnap.api.BackupPolicySpec;
import io.doksnap.api.Reason;
import io.doksnap.archive.Encryption;
import io.doksnap.policy.Policy;
import io.doksnap.snapshot.Catalogue;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Identity;
import io.doksnap.snapshot.RetentionRules;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The backup of one policy with all that belongs to it, whoever asks for it: its attempts, and retention where one succeeded. */
public final class PolicyBackup {
    private final Policy policy;
    private final Identity identity;
    private final Encryption encryption;
    private final Writing writing;
    private final List<BackupRun.Target> targets;
    private final BackupRun.Surroundings here;

    /**
     * Creates it; nothing happens yet.
     *
     * @param targets every destination, open; they stay the caller's to close
     */
    public PolicyBackup(
            Policy policy,
            Identity identity,
            Encryption encryption,
            Writing writing,
            List<BackupRun.Target> targets,
            BackupRun.Surroundings here) {
        this.policy = policy;
        this.identity = identity;
        this.encryption = encryption;
        this.writing = writing;
        this.targets = List.copyOf(targets);
        this.here = here;
    }

    /**
     * What snapshots are told of, and how they are made.
     *
     * @param program what manifests name as their writer
     * @param spec what the policy was made of, to be kept with the snapshot
     * @param threads how many compress one archive; empty: as many as help
     */
    public record Writing(String program, Optional<BackupPolicySpec> spec, OptionalInt threads) {}

    /** The same with the keys that the policy names or the operator has. */
    public static PolicyBackup with(
            Keys keys,
            Policy policy,
            Identity identity,
            Writing writing,
            List<BackupRun.Target> targets,
            BackupRun.Surroundings here)
            throws KeyException {
        return new PolicyBackup(policy, identity, keys.encryption(policy), writing, targets, here);
    }

    /** Why a policy cannot be backed up for want of a key; empty where it has one, or needs none. */
    public static Optional<String> keyProblem(Keys keys, Policy policy) {
        try {
            keys.encryption(policy);
            return Optional.empty();
        } catch (KeyException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * A new attempt; nothing happens before it is executed.
     *
     * @param random makes its id unique: lower case letters and digits
     */
    public BackupRun attempt(String random) {
        BackupRun.Archiving archiving =
                new BackupRun.Archiving(encryption, random, writing.program(), writing.spec(), writing.threads());
        return new BackupRun(policy, identity, archiving, targets, here);
    }

    /**
     * What an attempt that was cut off committed before, and where; empty where it committed nowhere.
     *
     * @param randoms those of all attempts
     * @throws StoreException when one destination cannot say
     */
    public Optional<BackupOutcome.Succeeded> committed(Set<String> randoms) throws StoreException {
        List<BackupOutcome.Reached> reached = new ArrayList<>();
        List<BackupOutcome.Missed> missed = new ArrayList<>();
        List<SnapshotFolder> folders = new ArrayList<>();
        for (BackupRun.Target target : targets) {
            Optional<CatalogueEntry.Snapshot> found = find(target, randoms);
            if (found.isPresent()) {
                folders.add(found.get().folder());
                reached.add(new BackupOutcome.Reached(target.name(), found.get().manifest()));
            } else {
                missed.add(new BackupOutcome.Missed(
                        target.name(),
                        Reason.INTERRUPTED,
                        "the program ended before it was complete there; the next backup stores there again"));
            }
        }
        return reached.isEmpty()
                ? Optional.empty()
                : Optional.of(new BackupOutcome.Succeeded(folders.get(0), reached, missed, List.of()));
    }

    private Optional<CatalogueEntry.Snapshot> find(BackupRun.Target target, Set<String> randoms) throws StoreException {
        List<SnapshotFolder> folders = new ArrayList<>();
        String prefix = SnapshotFolder.ROOT + identity.policy() + "/" + identity.host() + "/";
        target.store()
                .list(
                        prefix,
                        object -> SnapshotFolder.ofManifest(object.key())
                                .filter(folder -> randoms.contains(OpenRuns.runId(folder)))
                                .ifPresent(folders::add));
        for (SnapshotFolder folder : folders) {
            if (new Catalogue(target.store()).entry(folder) instanceof CatalogueEntry.Snapshot snapshot) {
                return Optional.of(snapshot);
            }
        }
        return Optional.empty();
    }

    /** Prunes wherever a backup has succeeded, each destination alone; whatever comes of it, the backup stays a success. */
    public Map<String, PruneOutcome> retention(BackupOutcome.Succeeded backup, Cancellation cancellation) {
        RetentionRules rules = RetentionRules.of(policy);
        Map<String, PruneOutcome> outcomes = new LinkedHashMap<>();
        for (BackupRun.Target target : targets) {
            if (backup.reached(target.name()) && !rules.keepAll()) {
                PruneRun prune = new PruneRun(identity, rules, target.store(), here.clock());
                outcomes.put(target.name(), prune.execute(here.data(), cancellation));
            }
        }
        return outcomes;
    }
}
