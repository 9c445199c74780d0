package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.apiserver.ApiServer;
import io.doksnap.apiserver.ApiServerSettings;
import io.doksnap.operator.HostLease.Holder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is a host's operator, in an API that several processes work with. */
class HostLeaseIT {
    private static final LeaseTimes TIMES =
            new LeaseTimes(Duration.ofMinutes(5), Duration.ofMillis(40), Duration.ofMinutes(3));

    @TempDir
    private Path home;

    private final AtomicReference<Duration> uptime = new AtomicReference<>(Duration.ZERO);
    private final AtomicInteger losses = new AtomicInteger();
    private ApiServer api;
    private KubernetesClient client;

    @BeforeEach
    void open() throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        api = ApiServer.start(new ApiServerSettings(home, anyPort, List.of(), List.of(), Clock.systemUTC()));
        client = OperatorScene.client(api);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        api.close();
    }

    @Test
    void secondProcessOfAHostWaitsUntilTheFirstEndsAndHasItAtOnceThen() {
        HostLease first = guest("b", "one");
        try (HostLease second = guest("b", "two")) {
            assertThat(first.take()).isEmpty();
            assertThat(second.take().orElseThrow())
                    .contains("Lease default/doksnap-b is held by b/one", "5 minutes", "set another host");

            first.close();
            assertThat(second.take()).isEmpty();
            assertThat(lease("b").getSpec().getHolderIdentity()).isEqualTo("b/two");
            assertThat(lease("b").getSpec().getLeaseTransitions()).isEqualTo(2);
        }
    }

    @Test
    void processThatWasKilledGoesOnAtOnceWithItsDataDirectoryAndAnotherAfterTheLeaseHasRunOut() {
        assertThat(guest("b", "one").take()).isEmpty();
        assertThat(guest("b", "one").take()).isEmpty();

        HostLease other = guest("b", "two");
        assertThat(other.take()).isPresent();
        uptime.set(Duration.ofSeconds(299));
        assertThat(other.take()).isPresent();
        uptime.set(Duration.ofMinutes(5));
        assertThat(other.take()).isEmpty();
    }

    @Test
    void holderThatIsHeardOfIsNeverReplaced() {
        try (HostLease first = guest("b", "one");
                HostLease second = guest("b", "two")) {
            assertThat(first.take()).isEmpty();
            assertThat(second.take()).isPresent();
            first.keep(losses::incrementAndGet, () -> {});
            for (int minute = 1; minute < 4; minute++) {
                String before = String.valueOf(lease("b").getSpec().getRenewTime());
                uptime.set(Duration.ofMinutes(2L * minute));
                await().pollInterval(Duration.ofMillis(10))
                        .until(() -> !String.valueOf(lease("b").getSpec().getRenewTime())
                                .equals(before));
                assertThat(second.take()).isPresent();
            }
        }
    }

    @Test
    void holderGivesUpLongBeforeAnotherMayTakeWhatItCannotRenew() throws IOException {
        HostLease holder = guest("b", "one");
        assertThat(holder.take()).isEmpty();
        api.close();
        holder.keep(losses::incrementAndGet, () -> {});
        uptime.set(Duration.ofSeconds(179));
        assertThat(holder.isLost()).isFalse();

        uptime.set(Duration.ofMinutes(3));
        await().pollInterval(Duration.ofMillis(10)).until(holder::isLost);
        await().until(() -> losses.get() == 1);
        client.close();
        holder.close();
    }

    @Test
    void holderWhoseLeaseSomebodyElseHasTakenStopsAtOnce() {
        HostLease holder = guest("b", "one");
        assertThat(holder.take()).isEmpty();
        Lease taken = lease("b");
        taken.getSpec().setHolderIdentity("b/two");
        client.resource(taken).update();

        holder.keep(losses::incrementAndGet, () -> {});
        await().pollInterval(Duration.ofMillis(10)).until(() -> losses.get() == 1);
        holder.close();
        assertThat(lease("b").getSpec().getHolderIdentity()).isEqualTo("b/two");
    }

    @Test
    void leaseOfTheHostWhoseOwnApiItIsIsNeverGivenAway() {
        HostLease owner = lease("A_1", "one", true);
        assertThat(owner.take()).isEmpty();
        owner.close();

        HostLease other = guest("A_1", "two");
        assertThat(other.take().orElseThrow()).contains("never given away; set another host here");
        uptime.set(Duration.ofDays(1));
        assertThat(other.take()).isPresent();
        assertThat(lease("A_1", "anew", true).take()).isEmpty();
    }

    @Test
    void hostsKnowOfEachOtherAlsoWhileOneIsDownAndOfTheirFormerNames() {
        try (HostLease owner = lease("a", "one", true);
                HostLease renamed = guest("new", "two")) {
            assertThat(owner.take()).isEmpty();
            owner.keep(() -> {}, losses::incrementAndGet);
            HostLease before = guest("old", "two");
            assertThat(before.take()).isEmpty();
            before.close();
            await().until(() -> losses.get() > 0);
            assertThat(owner.known().all()).containsExactly("a", "old");

            assertThat(renamed.take()).isEmpty();
            assertThat(renamed.known().home()).contains("a");
            assertThat(renamed.former()).isEqualTo(Set.of("old"));
            renamed.forgetFormer();
            assertThat(renamed.askedAnew().all()).containsExactly("a", "new");
        }
    }

    private HostLease guest(String host, String instance) {
        return lease(host, instance, false);
    }

    private HostLease lease(String host, String instance, boolean own) {
        return new HostLease(client, new Holder(host, instance, own), TIMES, Clock.systemUTC(), uptime::get);
    }

    private Lease lease(String host) {
        return client.leases()
                .inNamespace("default")
                .withName(ResourceNames.lease(host))
                .get();
    }
}
