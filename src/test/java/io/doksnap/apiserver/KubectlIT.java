package io.doksnap.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.apiserver.credentials.Access;
import io.doksnap.testing.Kubectl;
import io.doksnap.testing.ServeApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The first things that people do, with every kubectl that is on this machine. */
class KubectlIT {
    private static final String RED = widget("red");

    @TempDir
    Path directory;

    private ApiServer server;
    private Path admin;
    private Path reader;

    static List<Path> versions() {
        return Kubectl.versions();
    }

    @BeforeEach
    void start() throws Exception {
        server = ServeApi.start(directory.resolve("api"));
        admin = Files.writeString(directory.resolve("admin"), server.kubeconfig(Access.ADMIN, Optional.empty()));
        reader = Files.writeString(directory.resolve("reader"), server.kubeconfig(Access.READ_ONLY, Optional.empty()));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void appliesShowsChangesAndDeletes(Path version) {
        Kubectl kubectl = Kubectl.of(version, admin);
        assertThat(kubectl.with(RED).ok("apply", "-f", "-")).contains("widget.example.io/shop created");
        assertThat(kubectl.with(RED).ok("apply", "-f", "-")).contains("widget.example.io/shop unchanged");
        assertThat(kubectl.with(widget("blue")).ok("apply", "-f", "-")).contains("widget.example.io/shop configured");
        assertThat(kubectl.ok("get", "wd").lines().toList().get(0).split(" +"))
                .containsExactly("NAME", "COLOR", "READY", "AGE");
        assertThat(kubectl.ok("get", "wd", "shop", "-o", "jsonpath={.spec.color} {.spec.shape} {.metadata.generation}"))
                .isEqualTo("blue round 2");
        assertThat(kubectl.ok("get", "all", "-A")).contains("shop");
        assertThat(kubectl.ok("delete", "wd", "shop")).contains("deleted");
        assertThat(kubectl.fails("get", "wd", "shop")).contains("widgets.example.io \"shop\" not found");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void saysWhatIsWrong(Path version) {
        Kubectl kubectl = Kubectl.of(version, admin);
        assertThat(kubectl.with(widget("pink")).fails("apply", "-f", "-"))
                .contains("spec.color: Unsupported value: \"pink\": supported values: \"red\", \"blue\", \"green\"");
        assertThat(kubectl.with(RED.replace("name: shop", "name: Shop_1")).fails("apply", "-f", "-"))
                .contains("a lowercase RFC 1123 subdomain must consist of");
        assertThat(kubectl.with(RED).fails("create", "-f", "-", "-n", "nowhere"))
                .contains("namespaces \"nowhere\" not found");
        kubectl.with(RED).ok("create", "-f", "-");
        assertThat(kubectl.with(RED).fails("create", "-f", "-")).contains("widgets.example.io \"shop\" already exists");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void staleReplaceIsAConflict(Path version) {
        Kubectl kubectl = Kubectl.of(version, admin);
        kubectl.with(RED).ok("create", "-f", "-");
        String old = kubectl.ok("get", "wd", "shop", "-o", "yaml");
        kubectl.ok("label", "wd", "shop", "a=b");
        assertThat(kubectl.with(old).fails("replace", "-f", "-")).contains("the object has been modified");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void watchShowsWhatHappens(Path version) throws Exception {
        Kubectl kubectl = Kubectl.of(version, admin);
        Path seen = directory.resolve("seen");
        Process watch = kubectl.builder("get", "wd", "-w", "--output-watch-events")
                .redirectOutput(seen.toFile())
                .start();
        try {
            Awaitility.await().until(() -> server.watches() == 1);
            kubectl.with(RED).ok("create", "-f", "-");
            kubectl.ok("label", "wd", "shop", "a=b");
            kubectl.ok("delete", "wd", "shop");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(Files.readAllLines(seen))
                            .extracting(line -> line.replaceFirst(" .*", ""))
                            .containsExactly("EVENT", "ADDED", "MODIFIED", "DELETED"));
        } finally {
            watch.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        Awaitility.await().until(() -> server.watches() == 0);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void readerReadsEverythingButSecretsAndWritesNothing(Path version) {
        Kubectl.of(version, admin).with(RED).ok("create", "-f", "-");
        Kubectl kubectl = Kubectl.of(version, reader);
        assertThat(kubectl.ok("get", "wd", "-o", "name")).contains("widget.example.io/shop");
        assertThat(kubectl.fails("delete", "wd", "shop"))
                .contains("User \"read-only\" cannot delete resource \"widgets\"");
        assertThat(kubectl.fails("get", "secrets")).contains("forbidden");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void namespaceGoesWithEverythingInIt(Path version) {
        Kubectl kubectl = Kubectl.of(version, admin);
        kubectl.with("apiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n")
                .ok("create", "-f", "-");
        kubectl.with(RED).ok("create", "-f", "-", "-n", "team");
        kubectl.ok("delete", "namespace", "team", "--timeout=20s");
        assertThat(kubectl.ok("get", "wd", "-A", "-o", "name")).isEmpty();
        assertThat(kubectl.fails("delete", "namespace", "default")).contains("this namespace may not be deleted");
    }

    private static String widget(String color) {
        return """
                apiVersion: example.io/v1
                kind: Widget
                metadata:
                  name: shop
                spec:
                  color: %s
                """.formatted(color);
    }
}
