package io.doksnap.operator;

import io.doksnap.operator.resource.DoksnapNames;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What the Lease of a host says.
 *
 * @param path its namespace and name
 * @param host whose operator its holder is; empty: it does not say
 * @param holder who has it; empty: nobody
 * @param instance which data directory its last holder had
 * @param token with which it was taken last
 * @param home whether it is the host whose own API this is
 * @param former what the host was called before
 * @param renewed when its holder says to have renewed it, by its own clock
 * @param lasts how long nobody takes it after that
 */
record LeaseFacts(
        String path,
        Optional<String> host,
        String holder,
        String instance,
        String token,
        boolean home,
        Set<String> former,
        String renewed,
        Duration lasts) {

    static LeaseFacts of(Lease lease) {
        LeaseSpec spec = Objects.requireNonNullElseGet(lease.getSpec(), LeaseSpec::new);
        Map<String, String> annotations =
                Objects.requireNonNullElse(lease.getMetadata().getAnnotations(), Map.of());
        String former = annotations.getOrDefault(DoksnapNames.FORMER_HOSTS, "");
        return new LeaseFacts(
                lease.getMetadata().getNamespace() + "/" + lease.getMetadata().getName(),
                Optional.ofNullable(annotations.get(DoksnapNames.HOST)).filter(host -> !host.isEmpty()),
                Objects.requireNonNullElse(spec.getHolderIdentity(), ""),
                annotations.getOrDefault(DoksnapNames.INSTANCE, ""),
                annotations.getOrDefault(DoksnapNames.TOKEN, ""),
                "true".equals(annotations.get(DoksnapNames.HOME)),
                former.isEmpty() ? Set.of() : Set.of(former.split(",")),
                String.valueOf(spec.getRenewTime()),
                Duration.ofSeconds(Objects.requireNonNullElse(spec.getLeaseDurationSeconds(), 0)));
    }

    boolean isFree() {
        return holder.isEmpty();
    }

    String words() {
        return "the Lease " + path + " is held by " + holder;
    }
}
