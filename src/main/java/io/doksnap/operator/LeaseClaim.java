package io.doksnap.operator;

import io.doksnap.operator.resource.DoksnapNames;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a host's Lease may be taken. That another holder is gone is told by the Lease having stayed the same for as long as it lasts, by our own clock alone: the clocks of
 * two machines may be hours apart.
 */
final class LeaseClaim {
    private final String instance;
    private final boolean home;
    private @Nullable String seen;
    private Duration seenSince = Duration.ZERO;

    /**
     * Creates one.
     *
     * @param instance whose it is to be
     * @param home whether it is the host whose own API this is
     */
    LeaseClaim(String instance, boolean home) {
        this.instance = instance;
        this.home = home;
    }

    /** Why it cannot be taken now; empty: it can. To be asked again and again, with a time that only ever grows. */
    Optional<String> obstacle(Lease lease, Duration now) {
        LeaseSpec spec = Objects.requireNonNullElseGet(lease.getSpec(), LeaseSpec::new);
        Map<String, String> annotations =
                Objects.requireNonNullElse(lease.getMetadata().getAnnotations(), Map.of());
        String holder = Objects.requireNonNullElse(spec.getHolderIdentity(), "");
        boolean theirHome = "true".equals(annotations.get(DoksnapNames.HOME));
        if (holder.isEmpty() || instance.equals(annotations.get(DoksnapNames.INSTANCE)) || (home && theirHome)) {
            return Optional.empty();
        }
        String what = "the Lease " + lease.getMetadata().getNamespace() + "/"
                + lease.getMetadata().getName() + " is held by " + holder;
        if (theirHome) {
            return Optional.of(
                    what + ", the host whose own API this is, and is never given away; set another host here");
        }
        Duration lasts = Duration.ofSeconds(Objects.requireNonNullElse(spec.getLeaseDurationSeconds(), 0));
        String state = holder + " " + spec.getRenewTime();
        if (!state.equals(seen)) {
            seen = state;
            seenSince = now;
        }
        return now.minus(seenSince).compareTo(lasts) >= 0
                ? Optional.empty()
                : Optional.of(what + "; it is taken over when that one ends, or is not heard of for "
                        + lasts.toMinutes() + " minutes (two hosts of one name: set another host here)");
    }
}
