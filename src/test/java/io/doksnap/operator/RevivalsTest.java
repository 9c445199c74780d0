package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.Reason;
import io.doksnap.docker.Container;
import io.doksnap.docker.DockerException;
import io.doksnap.docker.DockerException.Kind;
import io.doksnap.run.DataDirectory;
import io.doksnap.run.PolicyName;
import io.doksnap.run.Workloads;
import io.doksnap.testing.FakeContainers.Fault;
import io.doksnap.testing.FakeDockerEngine;
import io.doksnap.testing.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When what was left stopped is brought back. */
class RevivalsTest {
    private static final PolicyName SHOP = new PolicyName("default", "shop");

    @TempDir
    private Path home;

    private final SettableClock clock = SettableClock.at("2026-11-22T02:00:00Z");
    private FakeDockerEngine docker;
    private DataDirectory data;
    private Revivals revivals;

    @BeforeEach
    void setUp() throws IOException {
        docker = new FakeDockerEngine(home.resolve("volumes"));
        data = DataDirectory.open(home.resolve("state"));
        revivals = new Revivals(new Workloads(docker, data, clock, Map.of(), Optional.empty()), clock);
    }

    @AfterEach
    void tearDown() {
        data.close();
    }

    /** A run may end in ways in which nobody is told of its workload. */
    @Test
    void whatAnyRunHasLeftIsBroughtBackWithoutAnybodySayingSo() throws IOException {
        leaveStopped("shop");
        revivals.replayIfAnyIsLeft();
        assertThat(docker.containers().running()).containsExactly("shop");
        assertThat(revivals.of(SHOP))
                .hasValueSatisfying(state -> assertThat(state.trouble()).isEmpty());
        docker.containers().forgetCalls();
        revivals.replayIfAnyIsLeft();
        assertThat(docker.containers().calls()).isEmpty();
    }

    @Test
    void whatCannotBeBroughtBackIsTroubleUntilItIs() throws IOException {
        leaveStopped("shop");
        docker.containers().set(refusedForGood());
        revivals.replayIfAnyIsLeft();
        assertThat(revivals.of(SHOP))
                .hasValueSatisfying(state -> assertThat(state.trouble())
                        .hasValueSatisfying(
                                trouble -> assertThat(trouble.reason()).isEqualTo(Reason.IMAGE_GONE)));
        docker.containers().set(Fault.NONE);
        revivals.replayIfAnyIsLeft();
        assertThat(revivals.of(SHOP))
                .hasValueSatisfying(state -> assertThat(state.trouble()).isEmpty());
    }

    @Test
    void twoPoliciesOfOneNameInTwoNamespacesAreTwo() throws IOException {
        leaveStopped("shop", "\"namespace\": \"team\", \"policy\": \"shop\"");
        docker.containers().set(refusedForGood());
        revivals.replayIfAnyIsLeft();
        assertThat(revivals.of(new PolicyName("team", "shop")))
                .hasValueSatisfying(state -> assertThat(state.trouble()).isPresent());
        assertThat(revivals.of(SHOP)).isEmpty();
    }

    /** As an engine says it of an image that is gone; nothing else is given up without trying it again for some seconds. */
    private static Fault refusedForGood() {
        return new Fault() {
            @Override
            public void before(String call) throws DockerException {
                if (call.equals("start shop")) {
                    throw new DockerException(Kind.NOT_FOUND, "No such image: shop.", null);
                }
            }
        };
    }

    /** In a journal from before they said the namespace. */
    private void leaveStopped(String name) throws IOException {
        leaveStopped(name, "\"policy\": \"shop\"");
    }

    private void leaveStopped(String name, String policy) throws IOException {
        Container container = docker.containers().run(name);
        docker.containers().stopByHand(name);
        Files.writeString(data.path().resolve("workload-20261122_010000_0000000a"), """
                {"formatVersion": 2, %s, "entries": [
                  {"kind": "CONTAINER", "name": "%s", "id": "%s", "action": "STOP", "stage": "DONE", "startedAt": "%s",
                   "at": "2026-11-22T01:00:00Z", "graceSeconds": 10, "replicas": 0, "version": 0, "image": ""}]}""".formatted(
                        policy, name, container.id(), container.startedAt()));
    }
}
