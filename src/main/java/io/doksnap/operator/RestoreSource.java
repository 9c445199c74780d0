package io.doksnap.operator;

import io.doksnap.api.Reason;
import io.doksnap.api.Restore;
import io.doksnap.api.Restore.RestoreSpec;
import io.doksnap.api.Restore.RestoreTargetSpec;
import io.doksnap.api.SecretKeyRef;
import io.doksnap.api.Snapshot.SnapshotSpec;
import io.doksnap.operator.Ownership.Whose;
import io.doksnap.operator.resource.DoksnapNames;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.SnapshotResource;
import io.doksnap.policy.AllowedPaths;
import io.doksnap.policy.LocalHooks;
import io.doksnap.policy.Policy;
import io.doksnap.policy.PolicyReader;
import io.doksnap.policy.PolicyResult;
import io.doksnap.policy.SecretKey;
import io.doksnap.policy.Target;
import io.doksnap.run.RestoreTarget;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a Restore means.
 *
 * @param policy under which name the snapshots are stored
 * @param host whose snapshots they are; empty: nothing tells
 * @param destinations where to look for them, in this order
 * @param path of the snapshot that was named; empty: the newest
 * @param id of the snapshot that was named
 * @param at the newest snapshot may not be younger than this
 * @param declared the policy as it is now; empty where none was named, there is none, or it makes no sense
 * @param maker the policy whose snapshots these are, as it is now, whether it was named or not
 * @param decryption a key of a Secret
 */
record RestoreSource(
        String policy,
        Optional<String> host,
        List<String> destinations,
        Optional<String> path,
        Optional<String> id,
        Optional<Instant> at,
        Optional<Policy> declared,
        Optional<Policy> maker,
        RestoreTarget target,
        Optional<SecretKey> decryption) {

    /** What is made of a Restore. */
    sealed interface Reading {
        record Valid(RestoreSource source) implements Reading {}

        /** It is for another host's operator. */
        record Elsewhere() implements Reading {}

        /** It makes no sense as it stands. */
        record Invalid(Reason reason, String message) implements Reading {}
    }

    /** Something is wrong with it. */
    private static final class WrongException extends Exception {
        private static final long serialVersionUID = 1L;

        private final Reason reason;

        WrongException(Reason reason, String message) {
            super(message);
            this.reason = reason;
        }
    }

    /** Reads one. */
    static Reading read(Restore restore, Caches caches, OperatorSettings settings, Namesakes namesakes) {
        Ownership ownership = namesakes.ownership();
        RestoreSpec spec = restore.spec();
        String namespace = restore.metadata().namespace();
        Optional<SnapshotResource> snapshot = text(spec.snapshot()).flatMap(name -> caches.snapshot(namespace, name));
        Optional<PolicyResource> policy = text(spec.policy()).flatMap(name -> caches.policy(namespace, name));
        Whose whose = whose(spec, snapshot, policy, ownership);
        if (whose == Whose.ANOTHERS) {
            return new Reading.Elsewhere();
        }
        if (whose == Whose.NOBODYS) {
            return new Reading.Invalid(Reason.HOST_UNKNOWN, "no operator carries it out: " + ownership.remedy());
        }
        try {
            Optional<Policy> maker = snapshot.flatMap(object -> maker(object, caches, settings, namesakes));
            Optional<PolicyFacts.Trouble> name = policy.filter(object -> snapshot.isEmpty())
                    .flatMap(object -> namesakes.troubleOf(object, Optional.ofNullable(object.getStatus())));
            if (name.isPresent()) {
                throw wrong("the BackupPolicy " + spec.policy() + ": "
                        + name.get().message() + "; to restore now, name a snapshot (kubectl get snap)");
            }
            return new Reading.Valid(read(restore, spec, snapshot, policy, maker, settings));
        } catch (WrongException e) {
            return new Reading.Invalid(e.reason, String.valueOf(e.getMessage()));
        }
    }

    private static Whose whose(
            RestoreSpec spec,
            Optional<SnapshotResource> snapshot,
            Optional<PolicyResource> policy,
            Ownership ownership) {
        if (text(spec.host()).isPresent()) {
            return ownership.of(spec.host());
        }
        if (policy.isPresent()) {
            return ownership.of(policy.get().toBackupPolicy().spec().host());
        }
        // Whoever made the object can reach the destination.
        Optional<String> maker =
                snapshot.map(object -> object.getMetadata().getLabels()).map(labels -> labels.get(DoksnapNames.HOST));
        if (maker.isPresent()) {
            return ownership.isLabelOfUs(maker.get()) ? Whose.OURS : ownership.of(maker.get());
        }
        return ownership.speaksForNobody() ? Whose.OURS : Whose.ANOTHERS;
    }

    private static RestoreSource read(
            Restore restore,
            RestoreSpec spec,
            Optional<SnapshotResource> snapshot,
            Optional<PolicyResource> policy,
            Optional<Policy> maker,
            OperatorSettings settings)
            throws WrongException {
        if (text(spec.snapshot()).isEmpty() && text(spec.policy()).isEmpty()) {
            throw wrong("spec.snapshot and spec.policy are both missing; name one of them");
        }
        if (text(spec.snapshot()).isPresent() && snapshot.isEmpty()) {
            throw missing("Snapshot", spec.snapshot(), restore.metadata().namespace(), "snap");
        }
        if (text(spec.policy()).isPresent() && policy.isEmpty() && snapshot.isEmpty()) {
            throw missing("BackupPolicy", spec.policy(), restore.metadata().namespace(), "bp");
        }
        Optional<Policy> declared = policy.flatMap(object -> read(object, settings.zone()));
        RestoreTarget target =
                target(spec, snapshot.isPresent(), declared.flatMap(Policy::target), settings.allowedPaths());
        Optional<SecretKey> decryption = secret(spec);
        if (snapshot.isPresent()) {
            SnapshotSpec of = snapshot.get().toSnapshot().spec();
            return new RestoreSource(
                    of.policy(),
                    Optional.ofNullable(of.host()),
                    List.of(of.destination()),
                    Optional.ofNullable(of.path()),
                    Optional.of(of.id()),
                    Optional.empty(),
                    declared,
                    declared.or(() -> maker),
                    target,
                    decryption);
        }
        Policy of = declared.orElseThrow(() -> wrong("the BackupPolicy " + spec.policy()
                + " makes no sense, so nothing tells where its snapshots are; correct it, or name a snapshot"));
        return new RestoreSource(
                of.name(),
                Optional.of(settings.host()),
                text(spec.destination()).map(List::of).orElse(of.destinations()),
                Optional.empty(),
                Optional.empty(),
                at(spec),
                declared,
                declared,
                target,
                decryption);
    }

    /** By the name under which it stores; of this host, as others may store under the same. */
    private static Optional<Policy> maker(
            SnapshotResource snapshot, Caches caches, OperatorSettings settings, Namesakes namesakes) {
        return caches.named(
                        snapshot.getMetadata().getNamespace(),
                        String.valueOf(snapshot.toSnapshot().spec().policy()))
                .filter(object -> namesakes
                        .ownership()
                        .isOurs(object.toBackupPolicy().spec().host()))
                .filter(object -> namesakes
                        .troubleOf(object, Optional.ofNullable(object.getStatus()))
                        .isEmpty())
                .flatMap(object -> read(object, settings.zone()).stream())
                .findFirst();
    }

    private static Optional<Policy> read(PolicyResource object, ZoneId zone) {
        // Where its sources lie is checked when they are looked for; nothing of it is carried out.
        PolicyReader reader = new PolicyReader(zone, new AllowedPaths(List.of(Path.of("/"))), LocalHooks.ALLOWED);
        return reader.read(object.toBackupPolicy()) instanceof PolicyResult.Valid valid
                ? Optional.of(valid.policy())
                : Optional.empty();
    }

    private static RestoreTarget target(
            RestoreSpec spec, boolean named, Optional<Target> workload, AllowedPaths allowed) throws WrongException {
        RestoreTargetSpec target = spec.target();
        long given = target == null
                ? 0
                : Stream.of(text(target.volume()), text(target.directory()), text(target.service()))
                                .filter(Optional::isPresent)
                                .count()
                        + (target.inPlace() ? 1 : 0);
        if (target == null || given != 1) {
            throw wrong("spec.target needs exactly one of volume, directory, service and inPlace");
        }
        if (text(target.service()).isPresent()) {
            return new RestoreTarget.Database(text(target.service()).get());
        }
        if (target.inPlace()) {
            if (!named) {
                throw wrong("spec.target.inPlace replaces what is there, so it needs spec.snapshot;"
                        + " kubectl get snap lists them");
            }
            return new RestoreTarget.InPlace(workload);
        }
        if (text(target.volume()).isPresent()) {
            return new RestoreTarget.EmptyVolume(text(target.volume()).get());
        }
        String directory = text(target.directory()).orElse("");
        try {
            // Whoever may write a Restore is not thereby root on this machine.
            Optional<String> refusal = allowed.check(Path.of(directory));
            if (refusal.isPresent()) {
                throw wrong("spec.target.directory " + refusal.get());
            }
            return new RestoreTarget.EmptyDirectory(Path.of(directory));
        } catch (InvalidPathException e) {
            throw wrong("spec.target.directory is no path: " + e.getReason());
        }
    }

    private static Optional<Instant> at(RestoreSpec spec) throws WrongException {
        Optional<String> written = text(spec.at());
        if (written.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(written.get()).toInstant());
        } catch (DateTimeException e) {
            throw wrong("spec.at '" + written.get() + "' is no time; write it such as 2025-03-30T02:00:00Z");
        }
    }

    private static Optional<SecretKey> secret(RestoreSpec spec) throws WrongException {
        SecretKeyRef ref = spec.decryption() == null ? null : spec.decryption().secretRef();
        if (ref == null) {
            return Optional.empty();
        }
        Optional<String> name = text(ref.name());
        Optional<String> key = text(ref.key());
        if (name.isEmpty() || key.isEmpty()) {
            throw wrong("spec.decryption.secretRef needs a name and a key");
        }
        return Optional.of(new SecretKey(name.get(), key.get()));
    }

    private static WrongException wrong(String message) {
        return new WrongException(Reason.INVALID_SPEC, message);
    }

    private static WrongException missing(String kind, @Nullable String name, String namespace, String list) {
        return new WrongException(
                Reason.SOURCE_NOT_FOUND,
                "there is no " + kind + " " + name + " in the namespace " + namespace + "; kubectl get " + list + " -n "
                        + namespace + " lists them");
    }

    private static Optional<String> text(@Nullable String written) {
        return Optional.ofNullable(written).filter(text -> !text.isEmpty());
    }
}
