package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.doksnap.api.BackupPolicy.BackupPolicyStatus;
import io.doksnap.operator.resource.PolicyResource;
import io.doksnap.operator.resource.ResourceJson;
import io.doksnap.run.DataDirectory;
import io.doksnap.testing.SettableClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A prune while somebody else holds the data directory. */
class PruneBesideOperatorIT {
    @TempDir
    private Path home;

    private final SettableClock clock = SettableClock.at("2026-11-10T01:00:00Z");
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream everything = new PrintStream(said, true, StandardCharsets.UTF_8);
    private final Console console = new Console(everything, everything, false);
    private Scene scene;

    @BeforeEach
    void makeThreeSnapshots() throws IOException {
        scene = Scene.withDirectory(home);
        Files.writeString(scene.data.resolve("file"), "hello");
        for (int i = 0; i < 3; i++) {
            assertThat(run("backup", "shop"))
                    .as(said.toString(StandardCharsets.UTF_8))
                    .isZero();
            clock.advance(Duration.ofDays(1));
        }
        scene.app("    retention: {keep_last: 1}\n")
                .configure("storage:\n  directory: store\nencryption:\n  method: none\napi: {port: 0}\n");
    }

    /** The exit code, and what was said after it. */
    private String prune(String... further) {
        said.reset();
        String[] arguments =
                Stream.concat(Stream.of("prune", "shop"), Stream.of(further)).toArray(String[]::new);
        int code = run(arguments);
        return code + " " + said.toString(StandardCharsets.UTF_8);
    }

    private int run(String... arguments) {
        Stream<String> config = Stream.of("-c", home.resolve("config.yaml").toString());
        return Main.commandLine(console, clock)
                .execute(Stream.concat(Stream.of(arguments), config).toArray(String[]::new));
    }

    private List<String> manifests() {
        return scene.keys().stream()
                .filter(key -> key.endsWith("manifest.json"))
                .toList();
    }

    /** What an operator holds, and what somebody made there. */
    private final class Operator implements AutoCloseable {
        private final DataDirectory data = DataDirectory.open(scene.state);
        private final ApiConnection api;

        Operator(String metadata, String spec) throws Exception {
            try (Workspace workspace = Workspace.open(home.resolve("config.yaml"), new Cli(console, clock, Map.of()))) {
                api = ApiConnection.open(workspace.settings().api(), data, Clock.systemUTC());
            }
            PolicyResource policy = ResourceJson.serialization()
                    .convertValue(
                            new YAMLMapper().readTree("""
                                apiVersion: doksnap.io/v1
                                kind: BackupPolicy
                                metadata: {name: shop, namespace: default%s}
                                spec: {sources: [{name: data, directory: %s}]%s}
                                """.formatted(metadata, scene.data, spec)), PolicyResource.class);
            PolicyResource ignored = api.client().resource(policy).serverSideApply();
        }

        /** What the operator says of the policy. */
        void says(String status) throws IOException {
            PolicyResource policy = api.client()
                    .resources(PolicyResource.class)
                    .inNamespace("default")
                    .withName("shop")
                    .get();
            policy.setStatus(ResourceJson.mapper()
                    .readValue(new YAMLMapper().readTree(status).toString(), BackupPolicyStatus.class));
            PolicyResource ignored = api.client().resource(policy).updateStatus();
        }

        @Override
        public void close() throws IOException {
            api.close();
            data.close();
        }
    }

    @Test
    void operatorNeedNotStopForItAndThePolicyThatItCarriesOutCounts() throws Exception {
        Path open = scene.state.resolve("open-run-of-the-operator");
        Files.writeString(open, "left alone");
        try (Operator operator = new Operator("", ", retention: {keepLast: 2}")) {
            assertThat(operator.data.path()).isEqualTo(scene.state);
            assertThat(prune("--dry-run")).startsWith("0 ");
            assertThat(manifests()).hasSize(3);
            assertThat(prune()).startsWith("0 ");
            assertThat(manifests()).hasSize(2);
        }
        assertThat(open).exists();
        assertThat(prune()).startsWith("0 ");
        assertThat(manifests()).hasSize(1);
    }

    @Test
    void policyThatTheOperatorDoesNotCarryOutPrunesNothing() throws Exception {
        try (Operator operator = new Operator("", ", retention: {keepLast: 1}, host: elsewhere")) {
            assertThat(operator.data.path()).isEqualTo(scene.state);
            assertThat(prune()).startsWith(ExitCode.NOT_FOUND + " ").contains("is the host elsewhere's");
        }
        Operator unreadable = new Operator(
                ", annotations: {doksnap.io/invalid: \"doksnap.retention: is no number\"}",
                ", retention: {keepLast: 1}");
        try (unreadable) {
            assertThat(prune()).contains("its labels make no sense", "doksnap.retention: is no number");
        }
        assertThat(manifests()).hasSize(3);
    }

    @Test
    void policyWhoseNameIsAnothersPrunesNothing() throws Exception {
        try (Operator operator = new Operator("", ", retention: {keepLast: 1}")) {
            operator.says("conditions: [{type: Ready, status: 'False', reason: InvalidSpec, message: is called shop}]");
            assertThat(prune()).contains("makes no sense as the operator has it: is called shop");
            assertThat(manifests()).hasSize(3);
            operator.says("storedAs: shop");
            assertThat(prune()).startsWith("0 ");
            assertThat(manifests()).hasSize(1);
        }
    }

    @Test
    void destinationThatOnlyTheOperatorKnowsIsNamed() throws Exception {
        try (Operator operator = new Operator(
                "", ", retention: {keepLast: 1}, destinations: [{name: default}, {name: made-with-kubectl}]")) {
            assertThat(operator.data.path()).isEqualTo(scene.state);
            assertThat(prune())
                    .startsWith(ExitCode.CONFIGURATION + " ")
                    .contains("made-with-kubectl is not in the configuration but in the API");
            assertThat(manifests()).hasSize(3);
            assertThat(prune("--destination", "default")).startsWith("0 ");
            assertThat(manifests()).hasSize(1);
        }
    }

    @Test
    void whoHoldsItAndAnswersNothingHasToBeWaitedFor() throws IOException {
        try (DataDirectory command = DataDirectory.open(scene.state)) {
            assertThat(command.path()).isEqualTo(scene.state);
            assertThat(prune()).startsWith(ExitCode.BUSY + " ");
            Files.createDirectories(scene.state.resolve(ApiConnection.DIRECTORY));
            assertThat(prune()).startsWith(ExitCode.BUSY + " ");
        }
        assertThat(manifests()).hasSize(3);
    }
}
