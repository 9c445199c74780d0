package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.declare.StatusServerSettings;
import io.doksnap.run.DataDirectory;
import io.doksnap.testing.SettableClock;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done while somebody else holds what this process needs. Each look wakes who waits for the next, so that none is waited for. */
class StandByTest {
    @TempDir
    private Path directory;

    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger broughtBack = new AtomicInteger();

    @Test
    void whatACrashHasLeftStoppedIsTriedAgainAsLongAsTheLeaseIsAnothers() throws Exception {
        assertThat(take(look -> look <= 30 ? Optional.of("it is held by b/two") : Optional.empty()))
                .isTrue();
        assertThat(looks).hasValue(31);
        assertThat(broughtBack).hasValue(2);
    }

    @Test
    void whoHasTheLeaseAtOnceLeavesTheBringingBackToTheOperator() throws Exception {
        assertThat(take(look -> Optional.empty())).isTrue();
        assertThat(broughtBack).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 408, 429, 500, 503})
    void apiThatIsAwayOrBusyIsAskedAgain(int code) throws Exception {
        assertThat(take(look -> {
                    if (look == 1) {
                        throw new KubernetesClientException("not now", code, null);
                    }
                    return Optional.empty();
                }))
                .isTrue();
        assertThat(looks).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 422})
    void apiThatSaysNoEndsTheProgramWithTheRightsThatAreMissing(int code) {
        assertThatThrownBy(() -> take(look -> {
                    throw new KubernetesClientException("forbidden", code, null);
                }))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("the namespace team")
                .hasMessageContaining("get, list, create, update and delete for leases");
    }

    @Test
    void whatOneLeftThatStoodByAndWasKilledIsForgottenWithTheDirectory() throws Exception {
        Files.writeString(directory.resolve("standby"), "http://127.0.0.1:9/\n");
        try (StopSignal stop = new StopSignal();
                StatusService status = status();
                DataDirectory taken = StandBy.take(directory, status, stop).orElseThrow()) {
            assertThat(taken.path().resolve("standby")).doesNotExist();
        }
    }

    private interface Look {
        Optional<String> at(int number);
    }

    private boolean take(Look look) throws Exception {
        try (StopSignal stop = new StopSignal();
                StatusService status = status()) {
            StandBy.Attempt attempt = () -> {
                stop.wake();
                return look.at(looks.incrementAndGet());
            };
            return StandBy.take(attempt, "team", status, stop, broughtBack::incrementAndGet);
        }
    }

    private static StatusService status() {
        StatusServerSettings off = new StatusServerSettings(false, 0, "127.0.0.1", false, Optional.empty());
        return new StatusService(off, new SettableClock(Instant.EPOCH));
    }
}
