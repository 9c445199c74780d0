package io.doksnap.app;

import io.doksnap.apiserver.credentials.Login;
import io.doksnap.declare.ApiSettings;
import io.doksnap.operator.resource.ResourceJson;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Clients of an API, all with the same habits. */
final class ApiClients {
    private static final String ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    private ApiClients() {}

    /** A client as a kubeconfig says; the caller closes it. */
    static KubernetesClient of(String kubeconfig) {
        return of(Config.fromKubeconfig(kubeconfig));
    }

    /** A client of the API in this process; the caller closes it. Reading a kubeconfig takes long before everything is compiled. */
    static KubernetesClient of(Login login) {
        byte[] authority = login.authority().getBytes(StandardCharsets.US_ASCII);
        Config config = Config.empty();
        config.setMasterUrl(login.server().toString());
        config.setCaCertData(Base64.getEncoder().encodeToString(authority));
        config.setOauthToken(login.token());
        config.setNamespace("default");
        return of(config);
    }

    /** A client of a cluster's API; the caller closes it. */
    static KubernetesClient ofCluster(ApiSettings settings) throws CommandException {
        if (settings instanceof ApiSettings.Kubeconfig kubeconfig) {
            Path file = kubeconfig.file();
            if (!Files.isReadable(file)) {
                throw new CommandException(
                        ExitCode.CONFIGURATION,
                        "api.kubeconfig: there is no file " + file
                                + " that this user may read; correct the path or its mode");
            }
            try {
                return of(Config.fromKubeconfig(file.toFile()));
            } catch (RuntimeException e) {
                throw new CommandException(
                        ExitCode.CONFIGURATION, "api.kubeconfig: " + file + " is no kubeconfig: " + e.getMessage());
            }
        }
        if (!Files.isReadable(Path.of(ACCOUNT))) {
            throw new CommandException(
                    ExitCode.CONFIGURATION,
                    "api.in_cluster: this is no Pod with a service account (there is no " + ACCOUNT
                            + "); name a kubeconfig instead");
        }
        return of(new ConfigBuilder().withAutoConfigure(true).build());
    }

    private static KubernetesClient of(Config config) {
        // A failed upgrade to WebSocket costs a round trip for each watch.
        config.setOnlyHttpWatches(true);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .withKubernetesSerialization(ResourceJson.serialization())
                .build();
    }
}
