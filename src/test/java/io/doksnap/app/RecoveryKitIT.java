package io.doksnap.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.run.DataDirectory;
import io.doksnap.testing.SettableClock;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page for a drawer, of a host whose operator runs. */
class RecoveryKitIT {
    @TempDir
    private Path home;

    private final SettableClock clock = SettableClock.at("2026-11-10T01:00:00Z");
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream everything = new PrintStream(said, true, StandardCharsets.UTF_8);
    private final Console console = new Console(everything, everything, false);

    @Test
    void hasWhatKubectlAndLabelsMadeWhileTheOperatorRunsAndSaysWhatIsMissingWhileItDoesNot() throws Exception {
        configure();
        try (DataDirectory data = DataDirectory.open(home.resolve("state"));
                ApiConnection api = open(data)) {
            makeWhatTheFileDoesNotHave(api.client());

            assertThat(kit())
                    .startsWith("0 ")
                    .contains(
                            "  from-kubectl: data (volume crm_data)",
                            "in default, far, below backups/from-kubectl/web1/ID/",
                            "opened by the password in the Secret keys (entry password)",
                            "  far: (nobody has seen yet where)")
                    .doesNotContain("of-another", "store-of-web2", "default.web1", "correct horse", "no operator");
        }
        assertThat(kit())
                .startsWith("0 ")
                .contains("warning: no operator runs here now", "  site: site (directory " + home + "/site)")
                .doesNotContain("from-kubectl");
    }

    @Test
    void hasTheAppsOfTheConfigurationWhereTheApiDoesNotAnswer() throws Exception {
        configure();
        try (DataDirectory data = DataDirectory.open(home.resolve("state"))) {
            open(data).close();

            assertThat(kit())
                    .startsWith(ExitCode.CONFIGURATION + " ")
                    .contains(
                            "only the apps of the configuration are on this page: no operator answers at ",
                            "  site: site (directory " + home + "/site)")
                    .doesNotContain("no operator runs here now");
        }
    }

    private void configure() throws IOException {
        Files.createDirectories(home.resolve("site"));
        Files.writeString(home.resolve("config.yaml"), """
                host: web1
                data_dir: state
                storage: {directory: store}
                encryption: {method: none}
                docker: {allowed_paths: [%1$s]}
                api: {port: 0}
                apps:
                  - {name: site, type: directory, source: %1$s/site}
                """.formatted(home));
    }

    private ApiConnection open(DataDirectory data) throws Exception {
        try (Workspace workspace = Workspace.open(home.resolve("config.yaml"), new Cli(console, clock, Map.of()))) {
            return ApiConnection.open(workspace.settings().api(), data, Clock.systemUTC());
        }
    }

    private static void makeWhatTheFileDoesNotHave(KubernetesClient client) throws IOException {
        client.secrets()
                .inNamespace("default")
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("keys")
                        .endMetadata()
                        .addToStringData("password", "correct horse")
                        .build())
                .create();
        create(client, """
                apiVersion: doksnap.io/v1
                kind: BackupDestination
                metadata: {name: far}
                spec: {s3: {endpoint: s3.example.org, bucket: far, region: eu}}
                """);
        create(client, """
                apiVersion: doksnap.io/v1
                kind: BackupDestination
                metadata: {name: store-of-web2}
                spec: {host: web2, directory: {path: /store}}
                """);
        create(client, """
                apiVersion: doksnap.io/v1
                kind: BackupDestination
                metadata: {name: default.web1, labels: {doksnap.io/origin: config}}
                spec: {host: web1, directory: {path: /store}}
                """);
        create(client, """
                apiVersion: doksnap.io/v1
                kind: BackupPolicy
                metadata: {name: from-kubectl}
                spec:
                  sources: [{name: data, volume: crm_data}]
                  encryption: {method: aes256, passwordFrom: {secretRef: {name: keys, key: password}}}
                  destinations: [{name: default}, {name: far}]
                """);
        create(client, """
                apiVersion: doksnap.io/v1
                kind: BackupPolicy
                metadata: {name: of-another}
                spec: {host: web2, sources: [{name: data, volume: crm_data}]}
                """);
    }

    private static void create(KubernetesClient client, String yaml) {
        assertThat(client.resource(yaml).inNamespace("default").create()).isNotNull();
    }

    /** The exit code, and what was said after it. */
    private String kit() {
        said.reset();
        int code = Main.commandLine(console, clock)
                .execute("recovery-kit", "-c", home.resolve("config.yaml").toString());
        return code + " " + said.toString(StandardCharsets.UTF_8);
    }
}
