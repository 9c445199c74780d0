package io.doksnap.operator;

import io.doksnap.api.Progress;
import io.doksnap.api.Reason;
import io.doksnap.policy.Source;
import io.doksnap.run.Cancellation;
import io.doksnap.run.Keys;
import io.doksnap.run.PlainSnapshot;
import io.doksnap.run.PolicyRestore;
import io.doksnap.run.RestoreOutcome;
import io.doksnap.run.RestorePreview;
import io.doksnap.run.RestoreTarget;
import io.doksnap.snapshot.Catalogue;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Newest;
import io.doksnap.snapshot.OriginalArchive;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.snapshot.SnapshotPlace;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** One Restore, from its claim to its end. Carried out by one thread; how far it is may be asked by others. */
final class RestoreJob implements Runs.Job {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreJob.class);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd_HHmmss").withZone(ZoneOffset.UTC);

    private final Order order;
    private final Site site;
    private final BooleanSupplier claim;
    private final Runnable changed;
    private volatile @Nullable Instant started;
    private volatile @Nullable PolicyRestore restore;
    private volatile boolean cancelled;
    private volatile @Nullable Ended ended;

    /**
     * Creates it.
     *
     * @param claim takes the object up; false where it is not to be had
     * @param changed is called when it has begun, and when it has ended
     */
    RestoreJob(Order order, Site site, BooleanSupplier claim, Runnable changed) {
        this.order = order;
        this.site = site;
        this.claim = claim;
        this.changed = changed;
    }

    /** What to do; sources, include and dryRun as in the spec. */
    record Order(
            String namespace,
            String name,
            String uid,
            RestoreSource source,
            List<String> sources,
            List<String> include,
            boolean dryRun,
            int attempt) {}

    /**
     * How it ended.
     *
     * @param snapshot the id of the one that was chosen; empty: none was found
     */
    record Ended(
            Reason reason,
            String message,
            Instant at,
            Optional<String> snapshot,
            String target,
            long files,
            long bytes,
            List<String> notes) {}

    Order order() {
        return order;
    }

    Optional<Instant> started() {
        return Optional.ofNullable(started);
    }

    Optional<Ended> ended() {
        return Optional.ofNullable(ended);
    }

    /** Somebody has asked for its end. */
    void cancelling() {
        cancelled = true;
    }

    Progress progress(Instant now) {
        PolicyRestore current = restore;
        Progress.Phase phase = started == null
                ? Progress.Phase.QUEUED
                : cancelled ? Progress.Phase.CANCELLING : Progress.Phase.RUNNING;
        return new Progress(phase, null, current == null ? 0 : current.bytesRead(), 0, 0, now);
    }

    @Override
    public String id() {
        return "restore " + order.uid();
    }

    /** Somebody waits for it. */
    @Override
    public boolean stepsBack() {
        return false;
    }

    @Override
    public Set<String> touches() {
        Set<String> all = new HashSet<>(Set.of("into " + target()));
        RestoreTarget target = order.source().target();
        if (target instanceof RestoreTarget.InPlace || target instanceof RestoreTarget.Database) {
            all.add("policy " + order.namespace() + "/" + order.source().policy());
        }
        if (target instanceof RestoreTarget.Database database) {
            all.add("workload " + database.workload());
        } else if (target instanceof RestoreTarget.InPlace place) {
            place.workload().ifPresent(workload -> all.add(BackupJob.workload(workload)));
        }
        return all;
    }

    private String target() {
        RestoreTarget target = order.source().target();
        if (target instanceof RestoreTarget.EmptyVolume volume) {
            return "the volume " + volume.volume();
        } else if (target instanceof RestoreTarget.Database database) {
            return "the database of " + database.workload();
        }
        return target instanceof RestoreTarget.EmptyDirectory directory
                ? directory.directory().toString()
                : "place of " + order.source().policy();
    }

    @Override
    public void run(Cancellation cancellation) {
        MDC.put("policy", order.namespace() + "/" + order.source().policy());
        MDC.put("run", order.name());
        try {
            if (claim.getAsBoolean()) {
                started = site.clock().instant();
                changed.run();
                LOG.info("the Restore {} begins", order.name());
                Ended how = carryOut(cancellation);
                LOG.info("the Restore {} ends: {}", order.name(), how.reason());
                ended = how;
            }
        } catch (RuntimeException e) {
            LOG.warn("the Restore {} could not be taken up: {}", order.name(), e.toString());
        } finally {
            changed.run();
            MDC.remove("policy");
            MDC.remove("run");
        }
    }

    private Ended carryOut(Cancellation cancellation) {
        List<String> failures = new ArrayList<>();
        Reason worst = Reason.SOURCE_NOT_FOUND;
        for (String destination : order.source().destinations()) {
            try (ObjectStore store = site.open(order.namespace(), destination)) {
                Newest newest = find(store);
                if (newest.found().isPresent()) {
                    CatalogueEntry entry = entry(newest.found().get(), store);
                    return restore(entry, newest.doubt(), store, cancellation);
                }
                failures.add(destination + " has no such snapshot");
            } catch (StoreException e) {
                worst = Reason.DESTINATION_UNREACHABLE;
                failures.add(destination + ": " + e.getMessage());
            }
        }
        String what = order.source().id().map(id -> "the snapshot " + id).orElse("a snapshot") + " of "
                + order.source().policy() + " was not found: ";
        return failed(worst, what + String.join("; ", failures), Optional.empty(), List.of());
    }

    private Ended failed(Reason reason, String message, Optional<String> snapshot, List<String> notes) {
        return new Ended(reason, message, site.clock().instant(), snapshot, target(), 0, 0, notes);
    }

    /** The one that was named, else the newest that is meant. */
    private Newest find(ObjectStore store) throws StoreException {
        Newest newest = new Newest(site.clock().instant());
        new Catalogue(store).visitPlaces((place, verified) -> {
            if (isMeant(place)) {
                newest.see(place);
            }
        });
        return newest;
    }

    private static CatalogueEntry entry(SnapshotPlace place, ObjectStore store) throws StoreException {
        return place instanceof SnapshotFolder folder
                ? new Catalogue(store).entry(folder)
                : new CatalogueEntry.Original((OriginalArchive) place);
    }

    private boolean isMeant(SnapshotPlace place) {
        RestoreSource source = order.source();
        if (source.path().isPresent()) {
            return place.path().equals(source.path().get());
        }
        boolean ofIt = place.policy().equals(source.policy())
                && place.madeBy().map(source.host().orElse("")::equals).orElse(false);
        boolean inTime = source.at()
                .map(at -> place.id().substring(0, STAMP.format(at).length()).compareTo(STAMP.format(at)) <= 0)
                .orElse(true);
        return ofIt && inTime;
    }

    private Ended restore(CatalogueEntry entry, Optional<String> doubt, ObjectStore store, Cancellation cancellation) {
        Optional<String> id = Optional.of(entry.place().id());
        Keys keys = order.source()
                .decryption()
                .map(key -> site.keys().with(order.namespace(), key))
                .orElse(site.keys());
        Optional<String> refusal = refusal();
        if (refusal.isPresent()) {
            return failed(Reason.INVALID_SPEC, refusal.get(), id, List.of());
        }
        List<String> warnings = new ArrayList<>();
        doubt.ifPresent(passedOver -> warnings.add(passedOver + " in spec.snapshot"));
        if (entry instanceof CatalogueEntry.Snapshot snapshot) {
            PlainSnapshot plain = plain();
            Optional<String> untrusted = plain.refusal(snapshot);
            if (untrusted.isPresent()) {
                return failed(Reason.INVALID_SPEC, untrusted.get() + " (spec.snapshot)", id, List.of());
            }
            plain.warning(snapshot).ifPresent(warnings::add);
        }
        PolicyRestore run = new PolicyRestore(
                entry,
                new PolicyRestore.Order(
                        declared(),
                        order.sources(),
                        order.include(),
                        order.source().target(),
                        keys,
                        site.places().maySetOwners(),
                        ResourceNames.attempt(order.uid(), order.attempt())),
                store,
                site.trees());
        restore = run;
        return order.dryRun()
                ? previewed(run.preview(), id, warnings)
                : restored(run.execute(cancellation), id, warnings);
    }

    private PlainSnapshot plain() {
        boolean encrypts = order.source()
                .maker()
                .map(policy -> PlainSnapshot.encrypts(site.keys(), policy))
                .orElse(false);
        RestoreSource source = order.source();
        return new PlainSnapshot(
                source.decryption().isPresent(), encrypts, source.path().isPresent());
    }

    /** Where in place is; nothing else asks for it. */
    private List<Source> declared() {
        boolean inPlace = order.source().target() instanceof RestoreTarget.InPlace;
        return order.source()
                .declared()
                .map(policy -> inPlace ? site.trees().settled(policy) : policy.sources())
                .orElse(List.of());
    }

    /** Where a link on the way leads is allowed or not as if it had been named. */
    private Optional<String> refusal() {
        if (!(order.source().target() instanceof RestoreTarget.EmptyDirectory into)) {
            return Optional.empty();
        }
        Path there = into.directory();
        while (there.getParent() != null && !Files.exists(there)) {
            there = there.getParent();
        }
        try {
            Path real = there.toRealPath().resolve(there.relativize(into.directory()));
            return site.allowedPaths().check(real.normalize());
        } catch (IOException e) {
            return Optional.of("cannot follow " + there + ": " + e.getMessage());
        }
    }

    private Ended previewed(PolicyRestore.Preview preview, Optional<String> id, List<String> warnings) {
        List<String> notes = new ArrayList<>(warnings);
        preview.sources()
                .forEach(source -> notes.add("would restore " + source.source() + " (" + source.files() + " files, "
                        + Amount.text(source.bytes()) + ") into " + source.target()));
        if (preview.obstacle().isPresent()) {
            RestoreOutcome.Failed obstacle = preview.obstacle().get();
            return failed(obstacle.reason(), "would fail: " + obstacle.message(), id, notes);
        }
        long files = preview.sources().stream().mapToLong(RestorePreview::files).sum();
        long bytes = preview.sources().stream().mapToLong(RestorePreview::bytes).sum();
        return new Ended(
                Reason.SUCCEEDED,
                "dry run: nothing was written",
                site.clock().instant(),
                id,
                target(),
                files,
                bytes,
                notes);
    }

    private Ended restored(PolicyRestore.Ended how, Optional<String> id, List<String> warnings) {
        List<String> notes = new ArrayList<>(warnings);
        for (RestoreOutcome.Restored done : how.done()) {
            notes.addAll(done.notes());
            notes.addAll(done.warnings());
        }
        if (how.failure().isPresent()) {
            RestoreOutcome.Failed failure = how.failure().get();
            how.done().forEach(done -> notes.add("in place already: " + done.target()));
            return failed(failure.reason(), failure.message(), id, notes);
        }
        String where = how.done().stream().map(done -> done.target().toString()).collect(Collectors.joining(", "));
        long files =
                how.done().stream().mapToLong(RestoreOutcome.Restored::files).sum();
        long bytes = how.done().stream()
                .mapToLong(RestoreOutcome.Restored::plainBytes)
                .sum();
        return new Ended(
                notes.isEmpty() ? Reason.SUCCEEDED : Reason.SUCCEEDED_WITH_WARNINGS,
                files + (files == 1 ? " file, " : " files, ") + Amount.text(bytes) + " into " + where,
                site.clock().instant(),
                id,
                where,
                files,
                bytes,
                notes);
    }

    @Override
    public void dropped(Reason because) {
        if (because == Reason.CANCELLED) {
            ended = failed(because, "stopped before it began", Optional.empty(), List.of());
        }
        changed.run();
    }
}
