package io.doksnap.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.Kubectl;
import io.doksnap.testing.PolicyApi;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people look at by kubectl, and what they create, mark, await and delete, with every kubectl that is on this machine. */
class KubectlLookIT {
    @TempDir
    static Path directory;

    private static PolicyApi api;

    static List<Path> versions() {
        return Kubectl.versions();
    }

    @BeforeAll
    static void start() throws Exception {
        api = PolicyApi.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        api.close();
    }

    private static String policy(String name) {
        return """
                apiVersion: doksnap.io/v1
                kind: BackupPolicy
                metadata:
                  name: %s
                  labels: {tier: data}
                spec:
                  target: {container: shop-web}
                  schedule: {cron: "0 2 * * *"}
                """.formatted(name);
    }

    private static void ready(Kubectl kubectl, String name) {
        kubectl.ok("patch", "bp", name, "--subresource=status", "--type=merge", "-p", """
                {"status":{"target":"shop-web","schedule":"0 2 * * *","lastResult":"Succeeded","conditions":[
                  {"type":"Ready","status":"True","reason":"Scheduled","message":"m","lastTransitionTime":"2026-11-23T10:00:00Z"}]}}""");
    }

    /** {@code kubectl COMMAND -f -}, with this as its input. */
    private static String ok(Kubectl kubectl, String yaml, String... command) {
        return kubectl.with(yaml).ok(fromInput(command));
    }

    private static String[] fromInput(String... command) {
        return Stream.concat(Stream.of(command), Stream.of("-f", "-")).toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void resourcesAndTheirFieldsAreExplained(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        assertThat(kubectl.ok("api-resources", "--api-group=doksnap.io").lines().skip(1))
                .allMatch(line -> line.contains("doksnap.io/v1"))
                .anyMatch(line -> line.matches("backuppolicies +bp +doksnap.io/v1 +true +BackupPolicy"))
                .hasSize(5);
        assertThat(kubectl.ok("api-resources", "--categories=doksnap", "-o", "name")
                        .lines())
                .hasSize(5);
        assertThat(kubectl.ok("api-versions")).contains("doksnap.io/v1", "coordination.k8s.io/v1");
        assertThat(kubectl.ok("explain", "bp.spec.quiesce"))
                .contains(
                        "KIND:       BackupPolicy",
                        "GROUP:      doksnap.io",
                        "FIELD: quiesce <Object>",
                        "maxDowntime\t<string>");
        assertThat(kubectl.ok("explain", "bp", "--recursive")).contains("keepLast\t<integer>");
        assertThat(kubectl.ok("explain", "secret.stringData")).contains("FIELD: stringData <map[string]string>");
        assertThat(kubectl.ok("explain", "bk.metadata.ownerReferences")).contains("OwnerReference");
        assertThat(kubectl.fails("explain", "bp.spec.nonsense")).contains("field \"nonsense\" does not exist");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void getShowsColumnsAndAllOtherForms(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        ok(kubectl, policy("shop"), "apply");
        ok(kubectl, policy("blog").replace("tier: data", "tier: web"), "apply");
        ready(kubectl, "shop");
        List<String> lines = kubectl.ok("get", "bp").lines().toList();
        assertThat(lines.get(0).split(" {2,}"))
                .containsExactly(
                        "NAME", "TARGET", "SCHEDULE", "READY", "LAST SUCCESS", "RESULT", "SIZE", "NEXT RUN", "AGE");
        assertThat(lines.get(2)).matches("shop +shop-web +0 2 \\* \\* \\* +True +Succeeded +\\d+s *");
        assertThat(kubectl.ok("get", "bp", "-o", "wide")).contains("REASON", "HOST", "Scheduled");
        assertThat(kubectl.ok("get", "bp", "-o", "name").lines())
                .containsExactly("backuppolicy.doksnap.io/blog", "backuppolicy.doksnap.io/shop");
        assertThat(kubectl.ok("get", "bp", "shop", "-o", "yaml")).contains("kind: BackupPolicy", "cron: 0 2 * * *");
        assertThat(kubectl.ok("get", "bp", "-o", "json")).contains("\"kind\": \"List\"");
        assertThat(kubectl.ok("get", "bp", "-o", "jsonpath={.items[*].metadata.name}"))
                .isEqualTo("blog shop");
        assertThat(kubectl.ok("get", "bp", "-o", "custom-columns=N:.metadata.name", "--sort-by=.metadata.name")
                        .lines())
                .containsExactly("N", "blog", "shop");
        assertThat(kubectl.ok("get", "bp", "-A", "--no-headers")).contains("shop");
        assertThat(kubectl.ok("get", "bp", "-L", "tier")).contains("TIER");
        assertThat(kubectl.ok("get", "bp", "-l", "tier in (web),!old", "-o", "name"))
                .isEqualTo("backuppolicy.doksnap.io/blog\n");
        assertThat(kubectl.ok("get", "bp", "--field-selector", "metadata.name=shop", "-o", "name"))
                .isEqualTo("backuppolicy.doksnap.io/shop\n");
        assertThat(kubectl.fails("get", "bp", "--field-selector", "spec.color=red"))
                .contains("field label not supported: spec.color");
        assertThat(kubectl.ok("get", "all")).contains("backuppolicy.doksnap.io/shop");
        assertThat(kubectl.ok("get", "bp,cm,secrets,leases,crd", "-o", "name")).contains("backuppolicies.doksnap.io");
        assertThat(kubectl.ok("get", "bp", "--chunk-size=1", "-o", "name").lines())
                .hasSize(2);
        assertThat(kubectl.fails("get", "bp", "none"))
                .contains("Error from server (NotFound): backuppolicies.doksnap.io \"none\" not found");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void describeShowsConditionsAndEvents(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        ok(kubectl, policy("shop"), "apply");
        ready(kubectl, "shop");
        String namespace = kubectl.ok("get", "bp", "shop", "-o", "jsonpath={.metadata.namespace}");
        String uid = kubectl.ok("get", "bp", "shop", "-o", "jsonpath={.metadata.uid}");
        ok(kubectl, """
                apiVersion: v1
                kind: Event
                metadata: {name: shop.scheduled}
                type: Warning
                reason: Overdue
                message: the last backup is two days old
                count: 3
                firstTimestamp: "2026-11-23T10:00:00Z"
                lastTimestamp: "2026-11-23T10:05:00Z"
                source: {component: doksnap}
                involvedObject: {apiVersion: doksnap.io/v1, kind: BackupPolicy, name: shop, namespace: %s, uid: %s}
                """.formatted(namespace, uid), "create");
        assertThat(kubectl.ok("describe", "bp", "shop"))
                .contains("Cron:  0 2 * * *", "Ready", "Overdue", "the last backup is two days old", "(x3 over");
        assertThat(kubectl.ok("events")).contains("Overdue", "BackupPolicy/shop");
        assertThat(kubectl.ok("events", "--for=backuppolicy.doksnap.io/shop")).contains("Overdue");
        assertThat(kubectl.ok("get", "events")).contains("backuppolicy/shop", "Warning");
        assertThat(kubectl.ok("get", "events", "--field-selector", "reason=Nothing", "-o", "name"))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void labelsAndAnnotationsAreSetAndRemoved(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        ok(kubectl, policy("shop"), "apply");
        assertThat(kubectl.ok("label", "bp", "shop", "team=a")).contains("labeled");
        assertThat(kubectl.fails("label", "bp", "shop", "team=b")).contains("already has a value");
        kubectl.ok("label", "bp", "shop", "team=b", "--overwrite");
        assertThat(kubectl.ok("get", "bp", "-l", "team=b", "-o", "name")).contains("shop");
        kubectl.ok("label", "bp", "shop", "team-");
        assertThat(kubectl.ok("get", "bp", "-l", "team", "-o", "name")).isEmpty();
        assertThat(kubectl.ok("annotate", "bp", "shop", "note=x")).contains("annotated");
        assertThat(kubectl.ok("get", "bp", "shop", "-o", "jsonpath={.metadata.annotations.note}"))
                .isEqualTo("x");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void waitReturnsWhenTheConditionHolds(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        ok(kubectl, policy("shop"), "apply");
        assertThat(kubectl.fails("wait", "bp/shop", "--for=condition=Ready", "--timeout=1s"))
                .contains("timed out");
        Process waiting = kubectl.builder("wait", "bp/shop", "--for=condition=Ready", "--timeout=60s")
                .start();
        Process gone = kubectl.builder("wait", "bp/shop", "--for=delete", "--timeout=60s")
                .start();
        try {
            ready(kubectl, "shop");
            assertThat(waiting.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(waiting.exitValue()).isZero();
            assertThat(kubectl.ok("wait", "bp/shop", "--for=jsonpath={.status.lastResult}=Succeeded", "--timeout=20s"))
                    .contains("condition met");
            kubectl.ok("delete", "bp", "shop");
            assertThat(gone.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(gone.exitValue()).isZero();
        } finally {
            waiting.destroyForcibly();
            gone.destroyForcibly();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void objectWithAFinalizerGoesWhenThatIsRemoved(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        ok(kubectl, policy("shop").replace("  labels", "  finalizers: [doksnap.io/undo]\n  labels"), "create");
        kubectl.ok("delete", "bp", "shop", "--wait=false");
        assertThat(kubectl.ok("get", "bp", "shop", "-o", "jsonpath={.metadata.deletionTimestamp}"))
                .isNotEmpty();
        kubectl.ok(
                "patch", "bp", "shop", "--type=json", "-p", "[{\"op\":\"remove\",\"path\":\"/metadata/finalizers\"}]");
        assertThat(kubectl.fails("get", "bp", "shop")).contains("not found");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void whatIsOwnedGoesWithItsOwnerUnlessItIsOrphaned(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        for (String cascade : List.of("background", "foreground", "orphan")) {
            ok(kubectl, policy("shop"), "create");
            String uid = kubectl.ok("get", "bp", "shop", "-o", "jsonpath={.metadata.uid}");
            ok(kubectl, """
                    apiVersion: doksnap.io/v1
                    kind: Backup
                    metadata:
                      name: run-%s
                      ownerReferences:
                      - {apiVersion: doksnap.io/v1, kind: BackupPolicy, name: shop, uid: %s, blockOwnerDeletion: true}
                    spec: {policy: shop}
                    """.formatted(cascade, uid), "create");
            kubectl.ok("delete", "bp", "shop", "--cascade=" + cascade, "--timeout=30s");
            if (cascade.equals("orphan")) {
                assertThat(kubectl.ok("get", "bk", "run-orphan", "-o", "jsonpath={.metadata.ownerReferences}"))
                        .isEmpty();
            } else {
                kubectl.ok("wait", "bk/run-" + cascade, "--for=delete", "--timeout=30s");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void coreKindsAreCreatedShownAndDeleted(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        assertThat(kubectl.ok(
                        "create", "secret", "generic", "keys", "--from-literal=public.asc=key", "--from-literal=b=c"))
                .contains("secret/keys created");
        assertThat(kubectl.ok("get", "secret", "keys")).containsPattern("keys +Opaque +2 ");
        assertThat(kubectl.ok("get", "secret", "keys", "-o", "jsonpath={.data.b}"))
                .isEqualTo("Yw==");
        assertThat(kubectl.fails("create", "secret", "generic", "keys", "--from-literal=a=b"))
                .contains("already exists");
        assertThat(kubectl.ok("describe", "secret", "keys")).contains("public.asc:  3 bytes");
        assertThat(kubectl.ok("create", "configmap", "settings", "--from-literal=a=b"))
                .contains("configmap/settings created");
        assertThat(kubectl.ok("create", "configmap", "dry", "--from-literal=a=b", "--dry-run=server"))
                .contains("(server dry run)");
        assertThat(kubectl.ok("get", "cm", "-o", "name")).isEqualTo("configmap/settings\n");
        String team = "team-" + version.getFileName().toString().replace('.', '-');
        assertThat(kubectl.ok("create", "namespace", team)).contains("created");
        ok(kubectl, policy("shop"), "create", "-n", team);
        assertThat(kubectl.ok("get", "ns", team)).contains("Active");
        kubectl.ok("delete", "namespace", team, "--timeout=30s");
        assertThat(kubectl.fails("get", "bp", "shop", "-n", team)).contains("not found");
        assertThat(kubectl.ok("delete", "secret,cm", "--all")).contains("\"keys\" deleted", "\"settings\" deleted");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void rightsCanBeAskedFor(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        assertThat(kubectl.ok("auth", "can-i", "create", "bp")).isEqualTo("yes\n");
        assertThat(kubectl.ok("auth", "can-i", "--list")).contains("*.*");
        assertThat(kubectl.ok("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"))
                .isEqualTo("admin");
        assertThat(kubectl.ok("version", "-o", "json")).contains("serverVersion");
    }
}
