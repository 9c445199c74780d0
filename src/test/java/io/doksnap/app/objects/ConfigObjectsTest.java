package io.doksnap.app.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.api.BackupPolicySpec;
import io.doksnap.declare.ConfigReader;
import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.KubernetesName;
import io.doksnap.operator.resource.PolicyResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigObjectsTest {
    private static final String SHOP = """
        storage: {directory: /backups}
        apps:
          - {name: Shop_DB, type: directory, source: /srv/shop, schedule: "0 2 * * *"}
          - {name: blog, type: volume, source: blog_data}
        """;

    private static final String BLOG = """
        storage: {directory: /backups}
        apps:
          - {name: blog, type: volume, source: blog_data}
        """;

    @TempDir
    Path directory;

    private final MemoryObjects api = new MemoryObjects();
    private final ConfigObjects objects = new ConfigObjects(api, Owner.home("here"), "config.yaml");

    @Test
    void appsAndDestinationsBecomeObjects() throws Exception {
        declare(SHOP);

        assertThat(api.objects)
                .containsOnlyKeys("BackupPolicy/blog", "BackupPolicy/shop-db-" + hash(), "BackupDestination/default");
        BackupPolicySpec shop = policy("shop-db-" + hash()).getSpec();
        assertThat(shop.displayName()).isEqualTo("Shop_DB");
        assertThat(shop.schedule()).extracting(schedule -> schedule.cron()).isEqualTo("0 2 * * *");
        assertThat(api.objects.values())
                .allSatisfy(object ->
                        assertThat(object.getMetadata().getLabels()).containsEntry("doksnap.io/origin", "config"));
        assertThat(api.events).isEmpty();
    }

    @Test
    void secretsEnterNoObject() throws Exception {
        declare(
                """
                s3: {endpoint: "https://s3.example.org", bucket: backups}
                encryption: {method: aes256}
                apps:
                  - {name: blog, type: volume, source: blog_data}
                """,
                Map.of(
                        "AWS_ACCESS_KEY_ID", "AKIAsecret",
                        "AWS_SECRET_ACCESS_KEY", "verysecret",
                        "ENCRYPTION_PASSWORD", "alsosecret"));

        assertThat(api.objects.values().stream().map(api::json).map(Object::toString))
                .anyMatch(text -> text.contains("s3.example.org"))
                .noneMatch(text -> text.contains("secret"));
    }

    @Test
    void nothingIsWrittenWhereNothingChanged() throws Exception {
        declare(SHOP);
        int writes = api.writes;

        objects.reconcile(true);
        objects.reconcile(true);

        assertThat(api.writes).isEqualTo(writes);
    }

    @Test
    void whatSomebodyElseChangedIsPutBackWithAnEvent() throws Exception {
        declare(BLOG);
        api.edit("BackupPolicy/blog", spec("sources", "[{\"name\": \"blog\", \"volume\": \"other\"}]"));

        objects.reconcile(true);

        assertThat(policy("blog").getSpec().sources().get(0).volume()).isEqualTo("blog_data");
        assertThat(api.events)
                .singleElement()
                .asString()
                .startsWith(
                        "BackupPolicy/blog Reverted: spec.sources[blog].volume is \"other\" instead of \"blog_data\""
                                + " (by kubectl-edit)")
                .contains("config.yaml");
    }

    @Test
    void whatTheFileDoesNotSayStaysAsSomebodyElseSaysIt() throws Exception {
        declare(BLOG);
        api.edit("BackupPolicy/blog", spec("suspend", "true"));

        objects.reconcile(true);

        assertThat(policy("blog").getSpec().suspend()).isTrue();
        assertThat(api.events).isEmpty();
    }

    @Test
    void aDeletedObjectIsThereAgain() throws Exception {
        declare(BLOG);
        api.objects.remove("BackupPolicy/blog");

        objects.reconcile(true);

        assertThat(api.objects).containsKey("BackupPolicy/blog");
        assertThat(api.events).singleElement().asString().contains("Reverted: was deleted");
    }

    @Test
    void aChangedFileChangesObjectsWithoutComplaint() throws Exception {
        declare(BLOG);
        declare(BLOG.replace("blog_data", "blog_files"));

        assertThat(policy("blog").getSpec().sources().get(0).volume()).isEqualTo("blog_files");
        assertThat(api.events).isEmpty();
    }

    @Test
    void whatVanishedFromTheFileIsDeletedAlsoAfterARestart() throws Exception {
        declare(SHOP);
        ConfigObjects afterRestart = new ConfigObjects(api, Owner.home("here"), "config.yaml");
        afterRestart.declare(read(BLOG, Map.of()));
        afterRestart.reconcile(true);

        assertThat(api.objects).containsOnlyKeys("BackupPolicy/blog", "BackupDestination/default");
    }

    @Test
    void anObjectOfSomebodyElseStandsAndTheClashIsSaidOnce() throws Exception {
        PolicyResource theirs = new PolicyResource();
        theirs.setMetadata(new ObjectMetaBuilder()
                .withName("blog")
                .withNamespace("default")
                .build());
        theirs.setSpec(policySpec());
        api.objects.put("BackupPolicy/blog", theirs);

        declare(SHOP);
        objects.reconcile(true);

        assertThat(policy("blog").getSpec().sources().get(0).volume()).isEqualTo("theirs");
        assertThat(api.events).singleElement().asString().startsWith("BackupPolicy/blog NameClash: ");

        declare("storage: {directory: /backups}\napps: []\n");
        assertThat(api.objects).containsKey("BackupPolicy/blog");
    }

    @Test
    void anApiThatIsDownIsTriedAgain() throws Exception {
        api.down = true;
        objects.declare(read(BLOG, Map.of()));
        assertThatThrownBy(() -> objects.reconcile(true)).isInstanceOf(ObjectsApi.ApiException.class);

        api.down = false;
        objects.reconcile(true);

        assertThat(api.objects).containsKey("BackupPolicy/blog");
        assertThat(api.events).isEmpty();
    }

    @Test
    void oneRefusedObjectDoesNotKeepTheOthersBack() throws Exception {
        declare(SHOP);
        api.refusing = true;
        declare(BLOG);

        assertThat(api.objects).doesNotContainKey("BackupPolicy/shop-db-" + hash());
    }

    @Test
    void anInvalidFileIsReportedOnWhatStays() throws Exception {
        declare(BLOG);

        objects.reportInvalid("config.yaml:3: apps[0].schedule: is wrong");

        assertThat(api.events)
                .anySatisfy(event -> assertThat(event)
                        .startsWith("BackupPolicy/blog ConfigInvalid: ")
                        .contains("config.yaml:3"));
        assertThat(api.objects).containsKey("BackupPolicy/blog");
    }

    @Test
    void hostsThatShareAnApiDeclareTheSameNamesAndLeaveEachOthersObjectsAlone() throws Exception {
        ConfigObjects one = new ConfigObjects(api, Owner.guest("one"), "config.yaml");
        ConfigObjects two = new ConfigObjects(api, Owner.guest("Two"), "config.yaml");
        declare(BLOG);
        one.declare(read(BLOG, Map.of()));
        one.reconcile(true);
        two.declare(read(BLOG, Map.of()));
        two.reconcile(true);

        assertThat(api.objects)
                .containsOnlyKeys(
                        "BackupPolicy/blog",
                        "BackupPolicy/blog.one",
                        "BackupPolicy/blog." + twoInLowerCase(),
                        "BackupDestination/default",
                        "BackupDestination/default.one",
                        "BackupDestination/default." + twoInLowerCase());
        assertThat(policy("blog").getSpec().host()).isEqualTo("here");
        assertThat(policy("blog.one").getSpec().host()).isEqualTo("one");
        assertThat(policy("blog.one").getSpec().displayName()).isEqualTo("blog");

        for (ConfigObjects each : List.of(objects, one, two)) {
            int before = api.objects.size();
            each.declare(read("storage: {directory: /backups}\napps: []\n", Map.of()));
            each.reconcile(true);
            assertThat(api.objects).hasSize(before - 1);
        }
        assertThat(api.events).isEmpty();
    }

    private static String twoInLowerCase() {
        return KubernetesName.of("Two_");
    }

    @Test
    void anObjectThatSomebodyMadeAnotherHostsIsPutBack() throws Exception {
        declare(BLOG);

        api.edit("BackupPolicy/blog", json -> json.withObject("/spec").put("host", "other"));
        objects.reconcile(true);

        assertThat(policy("blog").getSpec().host()).isEqualTo("here");
        assertThat(api.events).anyMatch(event -> event.startsWith("BackupPolicy/blog Reverted"));
    }

    @Test
    void anObjectOfAGuestWhoseHostAPersonTookAwayHasNotVanishedFromTheFileOfTheApisOwnHost() throws Exception {
        ConfigObjects guest = new ConfigObjects(api, Owner.guest("beta"), "config.yaml");
        guest.declare(read(BLOG, Map.of()));
        guest.reconcile(true);
        api.edit("BackupPolicy/blog.beta", json -> json.withObject("/spec").remove("host"));
        declare("storage: {directory: /backups}\napps: []\n");

        assertThat(api.objects).containsKey("BackupPolicy/blog.beta");
        guest.reconcile(true);
        assertThat(policy("blog.beta").getSpec().host()).isEqualTo("beta");
    }

    @Test
    void whatTheNewHostOfAFormerNameDeclaresHasNotVanishedFromTheFileOfTheOneThatHadThatName() throws Exception {
        ConfigObjects other = new ConfigObjects(api, Owner.guest("alpha"), "config.yaml");
        other.declare(read(BLOG, Map.of()));
        other.reconcile(true);
        ConfigObjects renamed =
                new ConfigObjects(api, new Owner("beta", false, () -> Set.of("alpha"), name -> false), "config.yaml");
        renamed.declare(read(BLOG, Map.of()));
        renamed.reconcile(true);

        assertThat(api.objects)
                .containsOnlyKeys(
                        "BackupPolicy/blog.alpha",
                        "BackupDestination/default.alpha",
                        "BackupPolicy/blog.beta",
                        "BackupDestination/default.beta");
    }

    @Test
    void aHostThatWasRenamedTakesWhatItDeclaredWithIt() throws Exception {
        ConfigObjects before = new ConfigObjects(api, Owner.guest("old"), "config.yaml");
        before.declare(read(BLOG, Map.of()));
        before.reconcile(true);

        ConfigObjects after =
                new ConfigObjects(api, new Owner("new", false, () -> Set.of("old"), name -> true), "config.yaml");
        after.declare(read(BLOG, Map.of()));
        // What has another name now has not vanished: it waits for nothing.
        after.reconcile(false);

        assertThat(api.objects).containsOnlyKeys("BackupPolicy/blog.new", "BackupDestination/default.new");
    }

    private void declare(String text) throws Exception {
        declare(text, Map.of());
    }

    private void declare(String text, Map<String, String> environment) throws Exception {
        objects.declare(read(text, environment));
        objects.reconcile(true);
    }

    private Declared read(String text, Map<String, String> environment) throws IOException {
        Path file = directory.resolve("config.yaml");
        Files.writeString(file, text);
        return (Declared) new ConfigReader().read(file, environment);
    }

    private PolicyResource policy(String name) {
        HasMetadata found = api.objects.get("BackupPolicy/" + name);
        return (PolicyResource) Objects.requireNonNull(found);
    }

    private BackupPolicySpec policySpec() throws IOException {
        return read(BLOG.replace("blog_data", "theirs"), Map.of())
                .apps()
                .get(0)
                .resource()
                .spec();
    }

    private static Consumer<ObjectNode> spec(String field, String json) {
        return object -> {
            try {
                ((ObjectNode) object.get("spec")).set(field, new ObjectMapper().readTree(json));
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(e);
            }
        };
    }

    private static String hash() {
        return KubernetesName.of("Shop_DB").substring("shop-db-".length());
    }
}
