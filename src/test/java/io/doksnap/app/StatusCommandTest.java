package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.api.BackupPolicy.BackupPolicyStatus;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.ResourceJson;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

class StatusCommandTest {
    private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");
    private static final String WELL = "{type: Ready, status: 'True', reason: Scheduled, message: ''}";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void allIsWell() throws IOException {
        assertThat(show(policy("shop", WELL))).isEqualTo(ExitCode.OK);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void policyThatIsNotReadyIsNamed() throws IOException {
        assertThat(show(policy("shop", "{type: Ready, status: 'False', reason: KeyMissing, message: no key}")))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("shop: KeyMissing: no key");
    }

    @Test
    void workloadThatIsDownIsTheLoudestAndComesBeforeEveryOtherCode() throws IOException {
        int code = show(
                policy(
                        "shop",
                        WELL
                                + ", {type: WorkloadRestored, status: 'False', reason: StartFailed, message: 'the container shop does not start.'}"),
                policy("blog", "{type: Ready, status: 'False', reason: KeyMissing, message: no key}"));
        assertThat(code).isEqualTo(ExitCode.WORKLOAD_DOWN);
        assertThat(err.toString(StandardCharsets.UTF_8).lines().toList().get(1))
                .isEqualTo(
                        "error: !!! NOT BROUGHT BACK (StartFailed): shop: the container shop does not start. Start it"
                                + " by hand; until it runs, the operator tries again all the time.");
    }

    private int show(PolicyResource... policies) {
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        return StatusCommand.show(List.of(policies), console, NOW);
    }

    private static PolicyResource policy(String name, String conditions) throws IOException {
        PolicyResource policy = new PolicyResource();
        policy.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace("default")
                .withCreationTimestamp("2026-11-23T00:00:00Z")
                .build());
        String json = ("{conditions: [" + conditions + "]}");
        policy.setStatus(ResourceJson.mapper().convertValue(new Yaml().load(json), BackupPolicyStatus.class));
        return policy;
    }
}
