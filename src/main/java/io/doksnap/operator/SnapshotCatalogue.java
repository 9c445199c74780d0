package io.doksnap.operator;

import io.doksnap.api.Condition;
import io.doksnap.api.Condition.Status;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import io.doksnap.api.Snapshot.SnapshotSpec;
import io.doksnap.api.Snapshot.SnapshotStatus;
import io.doksnap.api.Snapshot.StoredSource;
import io.doksnap.operator.resource.DoksnapNames;
import io.doksnap.operator.resource.SnapshotResource;
import io.doksnap.schedule.Schedule;
import io.doksnap.snapshot.Catalogue;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.snapshot.Manifest;
import io.doksnap.snapshot.OriginalArchive;
import io.doksnap.snapshot.SnapshotFolder;
import io.doksnap.snapshot.SnapshotPlace;
import io.doksnap.snapshot.Verification;
import io.doksnap.snapshot.VerificationEntry;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import io.doksnap.store.StoredObject;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one Snapshot object for each snapshot in a destination: made when there is a new one, made again when somebody deletes it, removed
 * when the snapshot is gone. A manifest never changes, so each is read once.
 *
 * <p>Of several operators, each keeps the objects of its own host's snapshots, and of others those that it was the first to see.
 */
final class SnapshotCatalogue {
    /** A server's clock may be off by so much when it says when verification wrote something. */
    private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);

    private final Control control;

    /** What verification had written beside each snapshot when it was read, by destination and path. */
    private final Map<Looks.Place, Map<String, StoredObject>> verifications = new ConcurrentHashMap<>();

    /** Snapshots of other namespaces, by destination and path, so that their manifests are not read at each look. */
    private final Map<Looks.Place, Set<String>> elsewhere = new ConcurrentHashMap<>();

    SnapshotCatalogue(Control control) {
        this.control = control;
    }

    /** Looks at everything in a destination. */
    Look look(Looks.Place place, ObjectStore store, Instant begun) throws StoreException {
        Pass pass = new Pass(place, store);
        new Catalogue(store).visitPlaces(pass::visit);
        pass.removeWhatIsGone();
        return new Look(begun, store.location(), Optional.empty(), pass.count, pass.storedBytes, pass.byPolicy);
    }

    /** One look. Holds the names of what it has seen, and nothing more of it. */
    private final class Pass {
        private final Looks.Place place;
        private final ObjectStore store;
        private final Set<String> skipped;
        private final Map<String, StoredObject> read;
        private final Set<String> seen = new HashSet<>();
        private final Map<String, Look.OfPolicy> byPolicy = new HashMap<>();
        private int count;
        private long storedBytes;

        Pass(Looks.Place place, ObjectStore store) {
            this.place = place;
            this.store = store;
            this.read = verifications.computeIfAbsent(place, fresh -> new ConcurrentHashMap<>());
            this.skipped = elsewhere.computeIfAbsent(place, fresh -> ConcurrentHashMap.newKeySet());
        }

        void visit(SnapshotPlace at, Optional<StoredObject> verified) throws StoreException {
            count++;
            if (skipped.contains(at.path())) {
                return;
            }
            String name = ResourceNames.snapshot(at.policy(), at.id(), place.destination());
            Optional<SnapshotResource> known = control.caches().snapshot(place.namespace(), name);
            boolean takenOver = known.isPresent() && !bearsOurName(known.get());
            if (takenOver && !isMadeHere(at) && !isOurs(known.get()) && !isNobodys(known.get())) {
                add(at, known.orElseThrow().toSnapshot().spec());
                return;
            }
            seen.add(name);
            SnapshotStatus before = known.map(SnapshotResource::getStatus).orElse(null);
            boolean verifiedAnew = isFresh(at, verified, before);
            boolean sameAsBefore = before != null && !verifiedAnew && !takenOver && !isMisshapen(known);
            SnapshotSpec spec;
            if (sameAsBefore) {
                spec = known.orElseThrow().toSnapshot().spec();
            } else {
                Optional<Found> found = read(at);
                if (found.isEmpty()) {
                    seen.remove(name);
                    return;
                }
                write(name, at, found.get(), known);
                spec = found.get().spec();
            }
            add(at, spec);
        }

        private void add(SnapshotPlace at, SnapshotSpec spec) {
            storedBytes += spec.storedBytes() == null ? 0 : spec.storedBytes();
            boolean ours = at.madeBy().isEmpty() || isMadeHere(at);
            Instant started = spec.startTime();
            if (ours && started != null) {
                Instant now = control.clock().instant();
                Optional<Instant> told = Optional.of(started).filter(when -> Schedule.isBelievable(when, now));
                byPolicy.merge(at.policy(), new Look.OfPolicy(1, told), Look.OfPolicy::plus);
            }
        }

        /** Whether verification may have written something since it was read. */
        private boolean isFresh(SnapshotPlace at, Optional<StoredObject> verified, @Nullable SnapshotStatus status) {
            if (verified.isEmpty()) {
                return false;
            }
            // With its size, as some stores tell times to the second.
            StoredObject last = read.put(at.path(), verified.get());
            if (last != null) {
                return !last.equals(verified.get());
            }
            if (status == null) {
                return true;
            }
            Instant verifiedAt = status.verifiedTime();
            return verifiedAt == null || verified.get().lastModified().isAfter(verifiedAt.plus(CLOCKS_DIFFER));
        }

        private Optional<Found> read(SnapshotPlace at) throws StoreException {
            if (at instanceof OriginalArchive archive) {
                return Optional.of(original(archive));
            }
            Catalogue catalogue = new Catalogue(store);
            CatalogueEntry entry = catalogue.entry((SnapshotFolder) at);
            if (entry instanceof CatalogueEntry.Unreadable broken) {
                return broken.cause() == CatalogueEntry.Cause.REMOVED
                        ? Optional.empty()
                        : Optional.of(unreadable(broken));
            }
            CatalogueEntry.Snapshot snapshot = (CatalogueEntry.Snapshot) entry;
            if (!snapshot.manifest().identity().namespace().equals(place.namespace())) {
                skipped.add(at.path());
                return Optional.empty();
            }
            Optional<VerificationEntry> verification =
                    snapshot.verified() ? Optional.of(catalogue.verification(snapshot.folder())) : Optional.empty();
            return Optional.of(found(snapshot, verification));
        }

        private Found original(OriginalArchive archive) {
            StoredSource source = new StoredSource(
                    archive.app(),
                    archive.size(),
                    0,
                    null,
                    "gzip",
                    archive.method().toString(),
                    List.of());
            SnapshotSpec spec = new SnapshotSpec(
                    place.destination(),
                    archive.app(),
                    null,
                    archive.id(),
                    archive.uploaded(),
                    List.of(source),
                    null,
                    archive.path(),
                    archive.size(),
                    List.of("made by the original program, without a manifest"));
            return new Found(spec, Status.UNKNOWN, Reason.NOT_YET, "", null, null);
        }

        private Found unreadable(CatalogueEntry.Unreadable broken) {
            SnapshotFolder folder = broken.folder();
            SnapshotSpec spec = new SnapshotSpec(
                    place.destination(),
                    folder.policy(),
                    folder.host(),
                    folder.id(),
                    null,
                    List.of(),
                    null,
                    folder.path(),
                    null,
                    List.of(broken.problem()));
            boolean newer = broken.cause() == CatalogueEntry.Cause.NEWER;
            return new Found(
                    spec, newer ? Status.UNKNOWN : Status.FALSE, Reason.UNREADABLE, broken.problem(), null, null);
        }

        private Found found(CatalogueEntry.Snapshot snapshot, Optional<VerificationEntry> verification) {
            Manifest manifest = snapshot.manifest();
            SnapshotSpec spec = new SnapshotSpec(
                    place.destination(),
                    manifest.identity().policy(),
                    manifest.identity().host(),
                    manifest.id(),
                    manifest.started().truncatedTo(ChronoUnit.SECONDS),
                    manifest.sources().stream().map(Pass::source).toList(),
                    manifest.finished().truncatedTo(ChronoUnit.SECONDS),
                    snapshot.folder().path(),
                    manifest.storedBytes(),
                    manifest.warnings().stream().limit(20).toList());
            if (verification.isPresent() && verification.get() instanceof VerificationEntry.Unusable unusable) {
                return new Found(spec, Status.UNKNOWN, Reason.UNREADABLE, unusable.problem(), null, null);
            }
            Verification known = verification.isPresent()
                    ? ((VerificationEntry.Found) verification.get()).verification()
                    : Verification.none(snapshot.folder());
            if (!known.damagedSources().isEmpty()) {
                Reason reason = known.checks().stream()
                        .map(Verification.Check::reason)
                        .filter(each -> each != Reason.VERIFIED)
                        .findFirst()
                        .orElse(Reason.MISMATCH);
                return new Found(
                        spec,
                        Status.FALSE,
                        reason,
                        "damaged: " + String.join(", ", known.damagedSources()),
                        null,
                        null);
            }
            Optional<Verification.Passed> passed = known.passed(
                    manifest.sources().stream().map(source -> source.name()).toList());
            return passed.map(each -> new Found(
                            spec,
                            Status.TRUE,
                            Reason.VERIFIED,
                            "",
                            each.at().truncatedTo(ChronoUnit.SECONDS),
                            each.level().toString()))
                    .orElseGet(() -> new Found(spec, Status.UNKNOWN, Reason.NOT_YET, "", null, null));
        }

        private static StoredSource source(Manifest.SourceEntry source) {
            return new StoredSource(
                    source.name(),
                    source.storedBytes(),
                    source.plainBytes(),
                    source.files(),
                    source.codec(),
                    source.encryption().method(),
                    source.encryption().fingerprints());
        }

        private void write(String name, SnapshotPlace at, Found found, Optional<SnapshotResource> known) {
            if (known.isEmpty()
                    || !bearsOurName(known.get())
                    || !found.spec().equals(known.get().getSpec())) {
                SnapshotResource object = new SnapshotResource();
                object.setMetadata(new ObjectMetaBuilder()
                        .withName(name)
                        .withNamespace(place.namespace())
                        .addToLabels(DoksnapNames.POLICY, ResourceNames.label(at.policy()))
                        .addToLabels(
                                DoksnapNames.HOST,
                                ResourceNames.label(control.settings().host()))
                        .build());
                object.setSpec(found.spec());
                control.client().resource(object).patch(apply());
            }
            SnapshotStatus before = known.map(SnapshotResource::getStatus).orElse(null);
            SnapshotStatus status = status(found, before);
            if (!status.equals(before)) {
                SnapshotResource object = new SnapshotResource();
                object.setMetadata(new ObjectMetaBuilder()
                        .withName(name)
                        .withNamespace(place.namespace())
                        .build());
                object.setStatus(status);
                control.client().resource(object).subresource("status").patch(apply());
            }
        }

        private SnapshotStatus status(Found found, @Nullable SnapshotStatus before) {
            List<Condition> conditions = new Conditions(
                            before == null ? List.of() : before.conditions(),
                            0,
                            control.clock().instant())
                    .set(ConditionType.VERIFIED, found.verified(), found.reason(), found.message())
                    .list();
            Long bytes = found.spec().storedBytes();
            return new SnapshotStatus(
                    conditions, found.verifiedTime(), found.level(), bytes == null ? null : Amount.text(bytes));
        }

        /** Only after a listing that came to its end. */
        void removeWhatIsGone() {
            for (SnapshotResource known : control.caches().snapshotsIn(place.namespace(), place.destination())) {
                if (isOurs(known) && !seen.contains(known.getMetadata().getName())) {
                    control.client().resource(known).delete();
                }
            }
        }

        /** Stored under another schema. */
        private static boolean isMisshapen(Optional<SnapshotResource> known) {
            return known.flatMap(object -> LabelTrouble.of(object.getMetadata()))
                    .isPresent();
        }

        private boolean isMadeHere(SnapshotPlace at) {
            return at.madeBy().filter(control.settings().host()::equals).isPresent();
        }

        private boolean bearsOurName(SnapshotResource snapshot) {
            return ResourceNames.label(control.settings().host()).equals(keeper(snapshot));
        }

        /** Also of the time when this host had another name. */
        private boolean isOurs(SnapshotResource snapshot) {
            return control.ownership().isLabelOfUs(keeper(snapshot));
        }

        /** Whoever kept it is gone for good. Whether the snapshot is, nobody can tell who does not find it: it may lie where only that host could look. */
        private boolean isNobodys(SnapshotResource snapshot) {
            return control.ownership().isLabelOfNobody(keeper(snapshot));
        }

        private String keeper(SnapshotResource snapshot) {
            Map<String, String> labels = snapshot.getMetadata().getLabels();
            return labels == null ? "" : labels.getOrDefault(DoksnapNames.HOST, "");
        }
    }

    private static PatchContext apply() {
        return new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(DoksnapNames.FIELD_MANAGER)
                .withForce(true)
                .build();
    }

    /** A snapshot as its object is to say. */
    private record Found(
            SnapshotSpec spec,
            Status verified,
            Reason reason,
            String message,
            @Nullable Instant verifiedTime,
            @Nullable String level) {}
}
