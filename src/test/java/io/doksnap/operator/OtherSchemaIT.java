package io.doksnap.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.api.Condition;
import io.doksnap.api.Condition.Status;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import io.doksnap.apiserver.ApiServer;
import io.doksnap.apiserver.ApiServerSettings;
import io.doksnap.operator.resource.BackupResource;
import io.doksnap.operator.resource.DestinationResource;
import io.doksnap.operator.resource.PolicyResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects that were stored while the schema was another one are served, said to be wrong, and hide nothing. */
class OtherSchemaIT {
    private static final String OF_ANOTHER_SCHEMA = """
        apiVersion: doksnap.io/v1
        kind: BackupPolicy
        metadata: {name: odd}
        spec: {sources: [{name: data, volume: shop_data}], schedule: {cron: "* * * * *"}, retention: "7"}
        ---
        apiVersion: doksnap.io/v1
        kind: BackupPolicy
        metadata: {name: told}
        spec: {sources: [{name: data, volume: shop_data}]}
        status: {conditions: "none", snapshots: many}
        ---
        apiVersion: doksnap.io/v1
        kind: Backup
        metadata: {name: strange}
        spec: {policy: shop, nominalTime: [2026]}
        ---
        apiVersion: doksnap.io/v1
        kind: BackupDestination
        metadata: {name: elsewhere}
        spec: {directory: /backups}
        """;

    @TempDir
    private Path home;

    @Test
    void isServedAndSaidToBeInvalidWhileEverythingElseGoesOn() throws IOException {
        storeUnderAnotherSchema();
        try (OperatorScene scene = new OperatorScene(home)) {
            scene.start();
            scene.policy("shop", "");
            scene.backup("now", "shop");
            scene.untilComplete("now");

            PolicyResource odd = scene.until(
                    PolicyResource.class, "odd", each -> stalled(each).isPresent());
            assertThat(stalled(odd).orElseThrow().reason()).isEqualTo(Reason.INVALID_SPEC);
            assertThat(stalled(odd).orElseThrow().message())
                    .startsWith("spec.retention is a string, which this version cannot read")
                    .contains("kubectl edit");
            assertThat(scene.list(BackupResource.class))
                    .noneMatch(each -> "odd".equals(each.toBackup().spec().policy()));
            GenericKubernetesResource stored = scene.client
                    .genericKubernetesResources("doksnap.io/v1", "BackupPolicy")
                    .inNamespace("default")
                    .withName("odd")
                    .get();
            assertThat(stored.<String>get("spec", "retention")).isEqualTo("7");

            scene.until(
                    PolicyResource.class,
                    "told",
                    each -> OperatorScene.condition(each, ConditionType.READY)
                            .filter(ready -> ready.status() == Status.TRUE)
                            .isPresent());
            BackupResource strange =
                    scene.until(BackupResource.class, "strange", each -> OperatorScene.is(each, ConditionType.FAILED));
            assertThat(strange.getStatus().result()).isEqualTo(Reason.INVALID_SPEC);
            scene.until(
                    DestinationResource.class,
                    "elsewhere",
                    each -> each.getStatus() != null
                            && Conditions.isTrue(each.getStatus().conditions(), ConditionType.STALLED));
        }
    }

    private static Optional<Condition> stalled(PolicyResource policy) {
        return OperatorScene.condition(policy, ConditionType.STALLED)
                .filter(condition -> condition.status() == Status.TRUE);
    }

    private void storeUnderAnotherSchema() throws IOException {
        List<ObjectNode> lax = OperatorScene.crds();
        for (ObjectNode crd : lax) {
            for (JsonNode version : crd.at("/spec/versions")) {
                ObjectNode any = ((ObjectNode) version).putObject("schema").putObject("openAPIV3Schema");
                any.put("type", "object").put("x-kubernetes-preserve-unknown-fields", true);
                ((ObjectNode) version).remove("subresources");
                ((ObjectNode) version).remove("additionalPrinterColumns");
            }
        }
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (ApiServer api = ApiServer.start(new ApiServerSettings(
                        home.toRealPath().resolve("api"), anyPort, List.of(), lax, Clock.systemUTC()));
                KubernetesClient client = OperatorScene.client(api)) {
            for (String document : OF_ANOTHER_SCHEMA.split("(?m)^---$", -1)) {
                GenericKubernetesResource object =
                        client.getKubernetesSerialization().unmarshal(document, GenericKubernetesResource.class);
                client.resource(object).inNamespace("default").create();
            }
        }
    }
}
