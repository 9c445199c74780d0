package io.doksnap.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.Command;
import io.doksnap.testing.Kubectl;
import io.doksnap.testing.PolicyApi;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people change by kubectl, with every kubectl that is on this machine: apply in both its ways, patch, edit, replace. */
class KubectlApplyIT {
    private static final String POLICY = """
            apiVersion: doksnap.io/v1
            kind: BackupPolicy
            metadata:
              name: shop
            spec:
              target: {container: shop-web}
              sources:
              - {name: data, volume: shop_data}
              schedule: {cron: "0 2 * * *"}
              retention: {keepLast: 7}
            """;

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

    private static String cron(Kubectl kubectl) {
        return kubectl.ok("get", "bp", "shop", "-o", "jsonpath={.spec.schedule.cron}");
    }

    private static String field(Kubectl kubectl, String path) {
        return kubectl.ok("get", "bp", "shop", "-o", "jsonpath={" + path + "}");
    }

    /** {@code kubectl COMMAND -f -}, with this as its input. */
    private static String ok(Kubectl kubectl, String yaml, String... command) {
        return kubectl.with(yaml).ok(fromInput(command));
    }

    private static String fails(Kubectl kubectl, String yaml, String... command) {
        return kubectl.with(yaml).fails(fromInput(command));
    }

    private static String[] fromInput(String... command) {
        return Stream.concat(Stream.of(command), Stream.of("-f", "-")).toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void applyCreatesThenLeavesThenConfigures(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        assertThat(ok(kubectl, POLICY, "apply")).contains("backuppolicy.doksnap.io/shop created");
        String before = field(kubectl, ".metadata.resourceVersion");
        assertThat(ok(kubectl, POLICY, "apply")).contains("unchanged");
        assertThat(field(kubectl, ".metadata.resourceVersion")).isEqualTo(before);
        assertThat(ok(kubectl, POLICY.replace("0 2", "0 3"), "apply")).contains("configured");
        assertThat(cron(kubectl)).isEqualTo("0 3 * * *");
        assertThat(ok(kubectl, POLICY.replace("  retention: {keepLast: 7}\n", ""), "apply"))
                .contains("configured");
        assertThat(field(kubectl, ".spec.retention")).as("given up by the file").isEmpty();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void samplesAreAppliedAndStayAsTheyAre(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        assertThat(kubectl.ok("apply", "-f", "crd/samples")).contains("backuppolicy.doksnap.io/blog created");
        assertThat(kubectl.ok("apply", "-f", "crd/samples").lines()).allMatch(line -> line.endsWith(" unchanged"));
        assertThat(kubectl.ok("apply", "--server-side", "-f", "crd/samples")).contains("serverside-applied");
        assertThat(kubectl.ok("diff", "-f", "crd/samples")).isEmpty();
        assertThat(kubectl.ok("apply", "-f", "crd/").lines()).hasSize(5);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void whatGetWroteIsAppliedAgainAndItsItemsAreChecked(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        ok(kubectl, POLICY, "apply");
        ok(kubectl, POLICY.replace("name: shop", "name: blog"), "apply");
        String all = kubectl.ok("get", "bp", "-o", "yaml");
        assertThat(all).contains("kind: List");
        kubectl.ok("delete", "bp", "--all");
        assertThat(ok(kubectl, all.replaceAll("(?m)^ +(uid|resourceVersion): .*\n", ""), "apply"))
                .contains("backuppolicy.doksnap.io/blog created", "backuppolicy.doksnap.io/shop created");
        assertThat(fails(kubectl, all.replace("schedule:", "scedule:"), "apply"))
                .contains("spec.scedule");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void diffShowsWhatWouldChangeAndChangesNothing(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        ok(kubectl, POLICY, "apply");
        assertThat(ok(kubectl, POLICY, "diff")).isEmpty();
        Command.Result changed = kubectl.with(POLICY.replace("0 2", "0 3")).run("diff", "-f", "-");
        assertThat(changed.exitCode()).as(changed.errors()).isEqualTo(1);
        assertThat(changed.text()).contains("-    cron: 0 2 * * *").contains("+    cron: 0 3 * * *");
        assertThat(cron(kubectl)).isEqualTo("0 2 * * *");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void serverSideApplyTellsConflictsAndForcesThem(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        ok(kubectl, POLICY, "apply", "--server-side", "--field-manager=one");
        String other = POLICY.replace("0 2", "0 3");
        assertThat(fails(kubectl, other, "apply", "--server-side", "--field-manager=two"))
                .contains("conflict with \"one\": .spec.schedule.cron")
                .contains("--force-conflicts");
        assertThat(cron(kubectl)).isEqualTo("0 2 * * *");
        assertThat(ok(kubectl, other, "apply", "--server-side", "--field-manager=two", "--force-conflicts"))
                .contains("serverside-applied");
        assertThat(cron(kubectl)).isEqualTo("0 3 * * *");
        String version1 = field(kubectl, ".metadata.resourceVersion");
        ok(kubectl, other, "apply", "--server-side", "--field-manager=two");
        assertThat(field(kubectl, ".metadata.resourceVersion"))
                .as("the same again")
                .isEqualTo(version1);
        assertThat(kubectl.ok("get", "bp", "shop", "-o", "yaml", "--show-managed-fields"))
                .contains("manager: two");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void clientSideApplyAndServerSideApplyFollowEachOther(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        ok(kubectl, POLICY, "apply");
        ok(kubectl, POLICY.replace("0 2", "0 3"), "apply", "--server-side");
        ok(kubectl, POLICY.replace("0 2", "0 4").replace("  retention: {keepLast: 7}\n", ""), "apply", "--server-side");
        assertThat(cron(kubectl)).isEqualTo("0 4 * * *");
        assertThat(field(kubectl, ".spec.retention"))
                .as("taken over, then given up")
                .isEmpty();
        assertThat(ok(kubectl, POLICY.replace("0 2", "0 4").replace("  retention: {keepLast: 7}\n", ""), "apply"))
                .contains("unchanged");
        assertThat(ok(kubectl, POLICY.replace("0 2", "0 5"), "apply")).contains("configured");
        assertThat(cron(kubectl)).isEqualTo("0 5 * * *");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void dryRunOfTheServerChecksAndKeepsNothing(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        assertThat(ok(kubectl, POLICY, "apply", "--dry-run=server")).contains("created (server dry run)");
        assertThat(ok(kubectl, POLICY, "create", "--dry-run=server", "-o", "jsonpath={.metadata.uid}"))
                .isNotEmpty();
        assertThat(kubectl.fails("get", "bp", "shop")).contains("not found");
        assertThat(fails(kubectl, POLICY.replace("keepLast: 7", "keepLast: -1"), "apply", "--dry-run=server"))
                .contains(
                        "spec.retention.keepLast: Invalid value: -1: spec.retention.keepLast in body should be greater than or equal to 1");
        ok(kubectl, POLICY, "apply");
        kubectl.ok("delete", "bp", "shop", "--dry-run=server");
        assertThat(cron(kubectl)).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void unknownFieldIsAnErrorThatNamesIt(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        String wrong = POLICY.replace("schedule:", "scedule:");
        assertThat(fails(kubectl, wrong, "apply", "--validate=strict"))
                .contains("strict decoding error: unknown field \"spec.scedule\"");
        assertThat(fails(kubectl, wrong, "apply", "--server-side", "--validate=strict"))
                .contains("spec.scedule");
        Command.Result warned = kubectl.with(wrong).run("apply", "--validate=warn", "-f", "-");
        assertThat(warned.exitCode()).isZero();
        assertThat(warned.errors()).contains("Warning: unknown field \"spec.scedule\"");
        ok(kubectl, wrong, "apply", "--validate=ignore");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void badInputIsRefusedWithGoodWords(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        assertThat(fails(kubectl, POLICY.replace("container: shop-web", "container: a, service: b"), "apply"))
                .contains("The BackupPolicy \"shop\" is invalid")
                .contains("spec.target: Too many: 2: must have at most 1 items");
        assertThat(fails(kubectl, POLICY.replaceAll("(?m)^  (target|sources|-).*\n", ""), "apply"))
                .contains("must validate at least one schema (anyOf)")
                .contains("Required value");
        assertThat(fails(kubectl, POLICY.replace("{keepLast: 7}", "{keepLast: seven}"), "apply"))
                .contains("must be of type integer: \"string\"");
        assertThat(fails(kubectl, POLICY.replace("v1", "v2"), "apply"))
                .contains("no matches for kind \"BackupPolicy\"");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void patchesOfAllTypes(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        ok(kubectl, POLICY, "apply");
        assertThat(kubectl.ok("patch", "bp", "shop", "--type=merge", "-p", "{\"spec\":{\"suspend\":true}}"))
                .contains("patched");
        assertThat(kubectl.ok("patch", "bp", "shop", "--type=merge", "-p", "{\"spec\":{\"suspend\":true}}"))
                .contains("patched (no change)");
        kubectl.ok(
                "patch",
                "bp",
                "shop",
                "--type=json",
                "-p",
                "[{\"op\":\"test\",\"path\":\"/spec/suspend\",\"value\":true},{\"op\":\"remove\",\"path\":\"/spec/suspend\"}]");
        assertThat(field(kubectl, ".spec.suspend")).isEmpty();
        assertThat(kubectl.fails(
                        "patch", "bp", "shop", "--type=json", "-p", "[{\"op\":\"remove\",\"path\":\"/spec/none\"}]"))
                .contains("does not fit the object");
        assertThat(kubectl.fails("patch", "bp", "shop", "-p", "{\"spec\":{\"suspend\":true}}"))
                .contains("strategic-merge-patch+json is not supported by doksnap.io/v1, Kind=BackupPolicy");
        kubectl.ok("create", "configmap", "settings", "--from-literal=a=b");
        kubectl.ok("patch", "configmap", "settings", "-p", "{\"data\":{\"c\":\"d\",\"a\":null}}");
        assertThat(kubectl.ok("get", "cm", "settings", "-o", "jsonpath={.data}"))
                .isEqualTo("{\"c\":\"d\"}");
        kubectl.ok("patch", "bp", "shop", "--type=merge", "-p", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        assertThat(field(kubectl, ".metadata.generation"))
                .as("labels are no spec")
                .isEqualTo("3");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void statusIsAPartOfItsOwn(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        ok(kubectl, POLICY, "apply");
        kubectl.ok("patch", "bp", "shop", "--type=merge", "-p", "{\"status\":{\"lastResult\":\"ignored\"}}");
        assertThat(field(kubectl, ".status")).isEmpty();
        kubectl.ok(
                "patch",
                "bp",
                "shop",
                "--subresource=status",
                "--type=merge",
                "-p",
                "{\"spec\":{\"suspend\":true},\"status\":{\"lastResult\":\"Succeeded\"}}");
        assertThat(field(kubectl, ".status.lastResult")).isEqualTo("Succeeded");
        assertThat(field(kubectl, ".spec.suspend")).isEmpty();
        assertThat(field(kubectl, ".metadata.generation")).isEqualTo("1");
        assertThat(kubectl.ok("get", "bp", "shop", "--subresource=status", "-o", "jsonpath={.status.lastResult}"))
                .isEqualTo("Succeeded");
        String status = """
                apiVersion: doksnap.io/v1
                kind: BackupPolicy
                metadata: {name: shop}
                status: {lastResult: Failed}
                """;
        if (kubectl.ok("apply", "--help").contains("--subresource")) {
            ok(
                    kubectl,
                    status,
                    "apply",
                    "--server-side",
                    "--subresource=status",
                    "--field-manager=doksnap",
                    "--force-conflicts");
            assertThat(field(kubectl, ".status.lastResult")).isEqualTo("Failed");
        }
        assertThat(ok(kubectl, POLICY, "apply"))
                .as("the status is not the file's")
                .contains("unchanged");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void editIsSavedOrSaysWhatIsWrong(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        ok(kubectl, POLICY, "apply");
        assertThat(edit(kubectl, "sed -i s/keepLast:.7/keepLast:\\ 9/"))
                .contains("backuppolicy.doksnap.io/shop edited");
        assertThat(field(kubectl, ".spec.retention.keepLast")).isEqualTo("9");
        assertThat(edit(kubectl, "true")).contains("no changes");
    }

    private static String edit(Kubectl kubectl, String editor) throws Exception {
        ProcessBuilder builder = kubectl.builder("edit", "bp", "shop").redirectErrorStream(true);
        builder.environment().put("KUBE_EDITOR", editor);
        return new String(builder.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void replaceOfAnOldVersionIsAConflict(Path version) throws Exception {
        Kubectl kubectl = api.kubectl(version);
        ok(kubectl, POLICY, "create");
        String old = kubectl.ok("get", "bp", "shop", "-o", "yaml");
        assertThat(ok(kubectl, old.replace("keepLast: 7", "keepLast: 8"), "replace"))
                .contains("replaced");
        assertThat(fails(kubectl, old, "replace"))
                .contains("Error from server (Conflict)")
                .contains(
                        "the object has been modified; please apply your changes to the latest version and try again");
        assertThat(ok(kubectl, POLICY, "replace", "--force")).contains("replaced");
        Path file = Files.writeString(directory.resolve("none.yaml"), POLICY.replace("name: shop", "name: none"));
        assertThat(kubectl.fails("replace", "-f", file.toString())).contains("not found");
    }
}
