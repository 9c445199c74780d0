package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doksnap.apiserver.ApiServer;
import io.doksnap.apiserver.ApiServerSettings;
import io.doksnap.operator.HostLease.Holder;
import io.doksnap.run.DataDirectory;
import io.doksnap.run.LeaseTokens;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
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
    void secondProcessOfAHostWaitsUntilTheFirstEndsAndHasItAtOnceThen() throws IOException {
        HostLease first = guest("b", "one");
        try (HostLease second = guest("b", "two")) {
            assertThat(first.take()).isEmpty();
            assertThat(second.take().orElseThrow())
                    .contains("Lease default/doksnap-b is held by b/one", "5 minutes", "set another host");

            first.close();
            assertThat(second.take()).isEmpty();
            assertThat(lease("b").getSpec().getHolderIdentity()).startsWith("b/two/");
            assertThat(lease("b").getSpec().getLeaseTransitions()).isEqualTo(2);
        }
    }

    @Test
    void processThatWasKilledGoesOnAtOnceWithItsDataDirectoryAndAnotherAfterTheLeaseHasRunOut() throws IOException {
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
    void holderThatIsHeardOfIsNeverReplaced() throws IOException {
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
    void holderWhoseLeaseSomebodyElseHasTakenStopsAtOnce() throws IOException {
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
    void leaseOfTheHostWhoseOwnApiItIsIsNeverGivenAway() throws IOException {
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
    void hostsKnowOfEachOtherAlsoWhileOneIsDownAndOfTheirFormerNames() throws IOException {
        try (HostLease owner = lease("a", "one", true)) {
            assertThat(owner.take()).isEmpty();
            owner.keep(() -> {}, losses::incrementAndGet);
            HostLease before = guest("old", "two");
            assertThat(before.take()).isEmpty();
            before.close();
            await().until(() -> losses.get() > 0);
            assertThat(owner.known().all()).containsExactly("a", "old");

            HostLease renamed = guest("new", "two");
            assertThat(renamed.take()).isEmpty();
            assertThat(renamed.known().home()).contains("a");
            assertThat(renamed.known().former()).containsExactly("old");
            assertThat(renamed.known().all()).containsExactly("a", "new");
        }
    }

    @Test
    void copyOfADataDirectoryIsAStrangerWhileTheOriginalWorks() throws IOException {
        try (HostLease original = guest("b", "one")) {
            assertThat(original.take()).isEmpty();
            original.keep(losses::incrementAndGet, () -> {});
            copy("one");
            HostLease copy = guest("b", "one-copy");
            assertThat(copy.take().orElseThrow())
                    .contains("held by b/one/", "of which it is a copy", "unless that one is heard of");

            untilRenewed("b");
            uptime.set(Duration.ofSeconds(10));
            assertThat(copy.take().orElseThrow())
                    .contains("of whose data directory this one is a copy", "set another host here");
            uptime.set(Duration.ofMinutes(2));
            untilRenewed("b");
            assertThat(copy.take()).isPresent();
            assertThat(losses).hasValue(0);
        }
    }

    @Test
    void olderStateOfADataDirectoryWaitsUntilTheLeaseHasRunOut() throws IOException {
        assertThat(guest("b", "one").take()).isEmpty();
        copy("one");
        assertThat(guest("b", "one").take()).isEmpty();

        HostLease older = guest("b", "one-copy");
        assertThat(older.take().orElseThrow()).contains("is a copy, or an older state");
        uptime.set(Duration.ofSeconds(299));
        assertThat(older.take()).isPresent();
        uptime.set(Duration.ofMinutes(5));
        assertThat(older.take()).isEmpty();
    }

    @Test
    void copyUnderAnotherNameTakesNothingOfTheOriginalWithIt() throws IOException {
        try (HostLease original = guest("b", "one")) {
            assertThat(original.take()).isEmpty();
            original.keep(losses::incrementAndGet, () -> {});
            copy("one");
            HostLease copy = guest("c", "one-copy");
            assertThat(copy.take().orElseThrow()).contains("default/doksnap-b is held by b/one/");

            untilRenewed("b");
            assertThat(copy.take()).isEmpty();
            assertThat(copy.known().former()).isEmpty();
            assertThat(copy.known().all()).containsExactly("b", "c");
            assertThat(guest("c", "one-copy").take()).isEmpty();
            assertThat(lease("b").getMetadata().getAnnotations()).containsEntry("doksnap.io/host", "b");
            assertThat(lease("c").getMetadata().getAnnotations()).doesNotContainKey("doksnap.io/former-hosts");
            assertThat(losses).hasValue(0);
        }
    }

    @Test
    void olderStateUnderAnotherNameTakesNothingWithItAlsoWhereTheLeaseWasGivenBack() throws IOException {
        HostLease before = guest("b", "one");
        assertThat(before.take()).isEmpty();
        copy("one");
        before.close();
        HostLease original = guest("b", "one");
        assertThat(original.take()).isEmpty();
        original.close();

        HostLease older = guest("c", "one-copy");
        assertThat(older.take()).isEmpty();
        assertThat(older.known().former()).isEmpty();
        assertThat(lease("b")).isNotNull();
    }

    @Test
    void processThatWasKilledBetweenItsTokenAndItsLeaseIsKnownAgain() throws IOException {
        assertThat(guest("b", "one").take()).isEmpty();
        String token = lease("b").getMetadata().getAnnotations().get("doksnap.io/token");
        // What is on disk when it is killed before the Lease is written.
        assertThat(LeaseTokens.of(DataDirectory.heldByAnother(home.resolve("one")))
                        .next(Set.of(token)))
                .isNotEqualTo(token);

        assertThat(guest("b", "one").take()).isEmpty();
        assertThat(lease("b").getMetadata().getAnnotations().get("doksnap.io/token"))
                .isNotEqualTo(token);
    }

    @Test
    void machineThatLostItsPowerGoesOnWhenNobodyElseIsHeardOf() throws IOException {
        assertThat(guest("b", "one").take()).isEmpty();
        forgetWhereItLies("one");

        HostLease after = guest("b", "one");
        assertThat(after.take().orElseThrow()).contains("in 0 seconds this one goes on, unless");
        uptime.set(Duration.ofSeconds(100));
        assertThat(after.take())
                .as("an API that was away: whoever holds it could not renew it, either")
                .isPresent();
        for (int look = 1; look < 3; look++) {
            uptime.updateAndGet(before -> before.plus(TIMES.renewEvery()));
            assertThat(after.take()).isPresent();
        }
        uptime.updateAndGet(before -> before.plus(TIMES.renewEvery()));
        assertThat(after.take()).isEmpty();
        assertThat(guest("b", "one").take()).isEmpty();
    }

    @Test
    void leaseThatAPersonDeletedIsThereAgainWithAllThatItTold() throws IOException {
        HostLease before = guest("old", "one");
        assertThat(before.take()).isEmpty();
        before.close();
        try (HostLease renamed = guest("b", "one")) {
            assertThat(renamed.take()).isEmpty();
            assertThat(lease("old")).isNull();
            client.resource(lease("b")).delete();
            renamed.keep(losses::incrementAndGet, () -> {});
            await().pollInterval(Duration.ofMillis(10)).until(() -> lease("b") != null);
            assertThat(lease("b").getMetadata().getAnnotations()).containsEntry("doksnap.io/former-hosts", "old");
        }
        assertThat(losses).hasValue(0);
        HostLease again = guest("b", "one");
        assertThat(again.take()).isEmpty();
        assertThat(again.known().former()).containsExactly("old");
    }

    @Test
    void hostThatWasKilledAndRenamedIsKnownByItsFormerNameAlsoAfterFurtherKills() throws IOException {
        assertThat(guest("old", "one").take()).isEmpty();
        HostLease renamed = guest("b", "one");
        assertThat(renamed.take()).isEmpty();
        assertThat(guest("b", "one").take()).isEmpty();
        HostLease again = guest("c", "one");
        assertThat(again.take()).isEmpty();
        assertThat(again.known().former()).containsExactlyInAnyOrder("old", "b");
        assertThat(again.known().all()).containsExactly("c");
    }

    @Test
    void formerNameThatAnotherHostHasTakenIsForgottenForGood() throws IOException {
        HostLease before = guest("old", "one");
        assertThat(before.take()).isEmpty();
        before.close();
        HostLease renamed = guest("b", "one");
        assertThat(renamed.take()).isEmpty();

        assertThat(renamed.isFree("old")).isTrue();

        HostLease other = guest("old", "two");
        assertThat(other.take()).isEmpty();
        assertThat(renamed.known().former()).containsExactly("old");
        assertThat(renamed.isFree("old")).as("asked, not remembered").isFalse();
        uptime.set(Duration.ofSeconds(5));
        assertThat(renamed.askedAnew().former()).isEmpty();
        client.resource(lease("old")).delete();
        uptime.set(Duration.ofSeconds(10));
        assertThat(renamed.askedAnew().all()).containsExactly("b");
        assertThat(renamed.known().former()).isEmpty();
    }

    @Test
    void hostThatIsHeardOfNoMoreOrHasGivenItsLeaseBackIsKnownButNotAlive() throws IOException {
        HostLease killed = guest("a", "one");
        assertThat(killed.take()).isEmpty();
        HostLease ended = guest("b", "two");
        assertThat(ended.take()).isEmpty();
        HostLease here = guest("c", "three");
        assertThat(here.take()).isEmpty();
        assertThat(here.known().speaker()).contains("a");

        ended.close();
        uptime.set(Duration.ofMinutes(5));
        assertThat(here.askedAnew().all()).containsExactly("a", "b", "c");
        assertThat(here.known().alive()).containsExactly("c");
        assertThat(here.known().speaker()).contains("c");
    }

    @Test
    void apiIsAskedForHostsOnceInAWhile() throws IOException {
        HostLease here = guest("b", "one");
        assertThat(here.take()).isEmpty();
        assertThat(guest("new", "two").take()).isEmpty();
        assertThat(here.askedAnew().all()).containsExactly("b");
        uptime.set(Duration.ofSeconds(5));
        assertThat(here.askedAnew().all()).containsExactly("b", "new");
    }

    private void untilRenewed(String host) {
        String before = String.valueOf(lease(host).getSpec().getRenewTime());
        await().pollInterval(Duration.ofMillis(10))
                .until(() ->
                        !String.valueOf(lease(host).getSpec().getRenewTime()).equals(before));
    }

    private HostLease guest(String host, String instance) {
        return lease(host, instance, false);
    }

    private HostLease lease(String host, String instance, boolean own) {
        try {
            Path directory = Files.createDirectories(home.resolve(instance));
            LeaseTokens tokens = LeaseTokens.of(DataDirectory.heldByAnother(directory));
            String id = instance.replaceAll("-copy$", "");
            return new HostLease(client, new Holder(host, id, own), tokens, TIMES, Clock.systemUTC(), uptime::get);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void copy(String instance) throws IOException {
        Path copy = Files.createDirectories(home.resolve(instance + "-copy"));
        Files.copy(home.resolve(instance).resolve("lease"), copy.resolve("lease"), StandardCopyOption.REPLACE_EXISTING);
    }

    private void forgetWhereItLies(String instance) throws IOException {
        Path file = home.resolve(instance).resolve("lease");
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.set(0, "another start of the machine");
        Files.write(file, lines);
    }

    private Lease lease(String host) {
        return client.leases()
                .inNamespace("default")
                .withName(ResourceNames.lease(host))
                .get();
    }
}
