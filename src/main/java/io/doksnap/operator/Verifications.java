package io.doksnap.operator;

import io.doksnap.api.Condition.Status;
import io.doksnap.api.Reason;
import io.doksnap.operator.PolicyFacts.Verification;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.policy.Policy;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.policy.VerifyPlan;
import io.doksnap.run.Cancellation;
import io.doksnap.run.KeyException;
import io.doksnap.run.Keys;
import io.doksnap.run.PlainSnapshot;
import io.doksnap.run.PolicyVerify;
import io.doksnap.run.VerifyOutcome;
import io.doksnap.snapshot.CatalogueEntry;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.MDC;

/** Verifications that a schedule asks for. What they found is kept here until it stands in the policy's status. */
final class Verifications {
    private final Control control;
    private final Looks looks;
    private final Map<String, Verification> results = new ConcurrentHashMap<>();

    Verifications(Control control, Looks looks) {
        this.control = control;
        this.looks = looks;
    }

    /** Begins one, in its turn among all other runs. */
    void begin(PolicyResource resource, Policy policy) {
        control.runs().submit(new Job(resource, policy));
    }

    boolean isUnderWay(String uid) {
        return control.runs().has(id(uid));
    }

    /** What the last one of a policy found; empty where there was none in this process. */
    Optional<Verification> result(String uid) {
        return Optional.ofNullable(results.get(uid));
    }

    private static String id(String uid) {
        return "verify " + uid;
    }

    private final class Job implements Runs.Job {
        private final String uid;
        private final String name;
        private final Policy policy;

        Job(PolicyResource resource, Policy policy) {
            this.uid = resource.getMetadata().getUid();
            this.name = resource.getMetadata().getName();
            this.policy = policy;
        }

        @Override
        public String id() {
            return Verifications.id(uid);
        }

        @Override
        public Set<String> touches() {
            return Set.of("policy " + policy.namespace() + "/" + policy.name());
        }

        @Override
        public void run(Cancellation cancellation) {
            MDC.put("policy", policy.namespace() + "/" + policy.name());
            try {
                results.put(uid, verify(cancellation));
            } finally {
                MDC.remove("policy");
                looks.request(policy);
                control.policyNudges().at(policy.namespace(), name);
            }
        }

        /** The worst of all destinations. */
        private Verification verify(Cancellation cancellation) {
            List<Verification> all = new ArrayList<>();
            for (String destination : policy.destinations()) {
                try (ObjectStore store = control.site().open(policy.namespace(), destination)) {
                    all.add(verify(destination, store, cancellation));
                }
            }
            return all.stream()
                    .filter(each -> each.verified() == Status.FALSE)
                    .findFirst()
                    .or(() -> all.stream()
                            .filter(each -> each.verified() == Status.UNKNOWN)
                            .findFirst())
                    .orElseGet(() -> all.get(0));
        }

        private Verification verify(String destination, ObjectStore store, Cancellation cancellation) {
            try {
                PolicyVerify verify = new PolicyVerify(
                        control.site().identity(policy),
                        policy.verify().map(VerifyPlan::level).orElse(VerifyLevel.CHECKSUM),
                        keys(),
                        control.site().places().program(),
                        control.clock());
                Optional<PolicyVerify.Found> seen = verify.execute(store, cancellation);
                return seen.map(of -> found(destination, of))
                        .orElseGet(() -> found(Status.UNKNOWN, Reason.NOT_YET, destination + " has no snapshot yet"));
            } catch (StoreException e) {
                return found(Status.UNKNOWN, Reason.DESTINATION_UNREACHABLE, destination + ": " + e.getMessage());
            } catch (KeyException e) {
                return found(Status.UNKNOWN, Reason.KEY_UNAVAILABLE, destination + ": " + e.getMessage());
            }
        }

        private Keys keys() {
            return policy.verify()
                    .flatMap(VerifyPlan::decryption)
                    .map(key -> control.site().keys().with(policy.namespace(), key))
                    .orElse(control.site().keys());
        }

        private Verification found(String destination, PolicyVerify.Found seen) {
            VerifyOutcome outcome = seen.outcome();
            String what = destination + ": " + outcome.place().id();
            if (outcome instanceof VerifyOutcome.Verified verified) {
                return found(
                        Status.TRUE,
                        Reason.VERIFIED,
                        what + " is whole (" + verified.level() + ")" + warning(seen.snapshot()));
            } else if (outcome instanceof VerifyOutcome.Damaged damaged) {
                return found(
                        Status.FALSE,
                        damaged.reason(),
                        what + ": " + damaged.damages().get(0).key() + " is damaged: expected "
                                + damaged.damages().get(0).expected() + ", found "
                                + damaged.damages().get(0).found());
            } else if (outcome instanceof VerifyOutcome.Unknown unknown) {
                Reason reason = unknown.reason() == Reason.KEY_MISSING ? Reason.KEY_UNAVAILABLE : unknown.reason();
                return found(
                        Status.UNKNOWN,
                        reason,
                        what + ": " + unknown.undecided().get(0).message());
            }
            return found(Status.UNKNOWN, Reason.NOT_YET, what + " was removed meanwhile");
        }

        /** That it is whole does not say that it is ours. */
        private String warning(CatalogueEntry entry) {
            boolean encrypts = PlainSnapshot.encrypts(control.site().keys(), policy);
            return entry instanceof CatalogueEntry.Snapshot snapshot
                    ? new PlainSnapshot(false, encrypts, true)
                            .warning(snapshot)
                            .map("; "::concat)
                            .orElse("")
                    : "";
        }

        private Verification found(Status verified, Reason reason, String message) {
            return new Verification(control.clock().instant(), verified, reason, message);
        }

        @Override
        public void dropped(Reason because) {
            // The next one that is due makes up for it.
        }
    }
}
