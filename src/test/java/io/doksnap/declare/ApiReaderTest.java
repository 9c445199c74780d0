package io.doksnap.declare;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.declare.Declarations.Declared;
import io.doksnap.declare.Declarations.Rejected;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiReaderTest {
    @Test
    void withoutAWordItIsEmbeddedForThisMachineAlone() {
        assertThat(read("")).isEqualTo(ApiSettings.DEFAULT);
    }

    @Test
    void theEmbeddedOneIsBoundAndNamed() {
        assertThat(read("api: {bind: 0.0.0.0, port: 7443, sans: [backup.example.org, 192.168.1.20, '::1']}"))
                .isEqualTo(new ApiSettings.Embedded(
                        "0.0.0.0", 7443, List.of("backup.example.org", "192.168.1.20", "::1")));
    }

    @Test
    void theVariableSaysWhereItListensUnlessTheFileDoes() {
        Map<String, String> everywhere = Map.of("DOKSNAP_BIND", "0.0.0.0");
        assertThat(settings("api: {port: 7443}", everywhere).api())
                .isEqualTo(new ApiSettings.Embedded("0.0.0.0", 7443, List.of()));
        assertThat(settings("api: {bind: 127.0.0.2}", everywhere).api())
                .isEqualTo(new ApiSettings.Embedded("127.0.0.2", 6443, List.of()));
        assertThat(settings("", everywhere).statusServer().bind()).isEqualTo("0.0.0.0");
        assertThat(settings("status_server: {bind: 127.0.0.2}", everywhere)
                        .statusServer()
                        .bind())
                .isEqualTo("127.0.0.2");
        assertThat(((Rejected) parse("", Map.of("DOKSNAP_BIND", "no address"))).problems())
                .singleElement()
                .asString()
                .contains("DOKSNAP_BIND: is no address");
    }

    @Test
    void aClusterIsChosenByItsKubeconfigOrFromInside() {
        assertThat(read("api: {kubeconfig: k3s.yaml}"))
                .isEqualTo(new ApiSettings.Kubeconfig(Path.of("/conf/k3s.yaml"), Set.of()));
        assertThat(read("api: {in_cluster: true}")).isEqualTo(new ApiSettings.InCluster(Set.of()));
        assertThat(read("api: {in_cluster: true, namespaces: [default, shop]}"))
                .isEqualTo(new ApiSettings.InCluster(Set.of("default", "shop")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {prot: 7443}                            | api.prot: unknown setting; did you mean 'port'?
            {port: 70000}                           | api.port: must be 1 to 65535, or 0 for any that is free, and is 70000
            {bind: 'no address'}                    | api.bind: is no address
            {sans: ['https://x']}                   | api.sans[0]: 'https://x' is neither a host name nor an address
            {kubeconfig: a, in_cluster: true}       | api.in_cluster: is true, and kubeconfig names another API
            {kubeconfig: a, port: 6443}             | api.port: is for the embedded API, and kubeconfig chooses a cluster's
            {namespaces: [default]}                 | api.namespaces: is for a cluster's API
            {in_cluster: true, namespaces: [shop]}  | api.namespaces: lacks default
            {in_cluster: true, namespaces: [default, A_b]} | api.namespaces[1]: 'A_b' is no namespace
            {in_cluster: true, sans: [a]}           | api.sans: is for the embedded API, and in_cluster chooses a cluster's
            """)
    void mistakesAreNamedWithTheirLine(String api, String complaint) {
        assertThat(((Rejected) parse("api: " + api)).problems())
                .singleElement()
                .asString()
                .startsWith("config.yaml:3: " + complaint);
    }

    private static ApiSettings read(String text) {
        return ((Declared) parse(text)).settings().api();
    }

    private static Settings settings(String text, Map<String, String> environment) {
        return ((Declared) parse(text, environment)).settings();
    }

    private static Declarations parse(String text) {
        return parse(text, Map.of());
    }

    private static Declarations parse(String text, Map<String, String> environment) {
        return new ConfigParser("config.yaml", Path.of("/conf"), environment)
                .parse("storage: {directory: /backups}\napps: []\n" + text + "\n");
    }
}
