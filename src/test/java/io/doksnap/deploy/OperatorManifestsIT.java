package io.doksnap.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.ApiSettings;
import io.doksnap.declare.ConfigReader;
import io.doksnap.declare.Declarations.Declared;
import io.doksnap.testing.Command;
import io.doksnap.testing.Needs;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@code kubectl apply -k operator/} would bring to a cluster, read without mercy for a field that does not exist. */
class OperatorManifestsIT {
    @Test
    void everyManifestHasOnlyFieldsThatThereAre() throws Exception {
        assertThat(manifests()).hasSize(10);
    }

    @Test
    void operatorRunsOnLabelledNodesUnderTheirNames() throws Exception {
        DaemonSet set = only(DaemonSet.class);
        var pod = set.getSpec().getTemplate().getSpec();
        assertThat(pod.getNodeSelector()).containsExactly(Map.entry("doksnap.io/docker", "true"));
        assertThat(set.getSpec().getSelector().getMatchLabels())
                .isEqualTo(set.getSpec().getTemplate().getMetadata().getLabels());
        Container container = pod.getContainers().get(0);
        assertThat(container.getImagePullPolicy())
                .as("an image that is only on the node, whatever its tag")
                .isEqualTo("IfNotPresent");
        EnvVar host = container.getEnv().get(0);
        assertThat(host.getName()).isEqualTo("DOKSNAP_HOST");
        assertThat(host.getValueFrom().getFieldRef().getFieldPath()).isEqualTo("spec.nodeName");
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    }

    @Test
    void secretsAreReadInOneNamespaceAndNeverListed() throws Exception {
        assertThat(only(ClusterRole.class).getRules())
                .allSatisfy(rule -> assertThat(rule.getResources()).doesNotContain("secrets", "*"));
        assertThat(manifests())
                .filteredOn(Role.class::isInstance)
                .flatExtracting(role -> ((Role) role).getRules())
                .filteredOn(rule -> rule.getResources().contains("secrets"))
                .singleElement()
                .satisfies(rule -> assertThat(rule.getVerbs()).containsExactly("get"));
    }

    @Test
    void configurationChoosesTheClustersApi() {
        Declared read = (Declared) new ConfigReader().read(Path.of("operator/config.yaml"), Map.of());
        assertThat(read.settings().api()).isEqualTo(new ApiSettings.InCluster(Set.of()));
    }

    private static <T> T only(Class<T> kind) throws IOException {
        return manifests().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    private static List<Object> manifests() throws IOException {
        byte[] yaml = Command.of(Needs.command("kubectl").toString(), "kustomize", "operator/")
                .output();
        return Strict.manifests(new String(yaml, UTF_8));
    }
}
