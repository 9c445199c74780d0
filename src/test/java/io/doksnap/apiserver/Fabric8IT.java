package io.doksnap.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.apiserver.credentials.Access;
import io.doksnap.testing.ServeApi;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client that the operator is built on. */
class Fabric8IT {
    private static final ResourceDefinitionContext WIDGETS = new ResourceDefinitionContext.Builder()
            .withGroup("example.io")
            .withVersion("v1")
            .withKind("Widget")
            .withPlural("widgets")
            .withNamespaced(true)
            .build();

    @TempDir
    Path directory;

    private ApiServer server;
    private KubernetesClient client;

    @BeforeEach
    void start() throws Exception {
        server = ServeApi.start(directory);
        client = client(true);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void informerSeesEverythingAndGoesOnAfterTheServerWasAway() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        widgets().inNamespace("default").resource(widget("a", "red")).create();
        try (SharedIndexInformer<GenericKubernetesResource> informer =
                widgets().inNamespace("default").inform(noting(seen))) {
            Awaitility.await().untilAsserted(() -> assertThat(seen).containsExactly("added a"));
            widgets().inNamespace("default").resource(widget("b", "red")).create();
            Awaitility.await().untilAsserted(() -> assertThat(seen).contains("added b"));

            int port = server.uri().getPort();
            server.close();
            server = ServeApi.start(directory, port);
            widgets().inNamespace("default").withName("b").delete();
            widgets().inNamespace("default").resource(widget("c", "red")).create();

            Awaitility.await().untilAsserted(() -> assertThat(seen).contains("added c", "deleted b"));
            assertThat(informer.getStore().list()).hasSize(2);
        }
    }

    @Test
    void statusIsAppliedByTheServerAndLeavesTheSpecAlone() {
        widgets().inNamespace("default").resource(widget("a", "red")).create();
        GenericKubernetesResource fresh = new GenericKubernetesResource();
        fresh.setApiVersion("example.io/v1");
        fresh.setKind("Widget");
        fresh.setMetadata(
                new ObjectMetaBuilder().withName("a").withNamespace("default").build());
        fresh.setAdditionalProperty(
                "status",
                Map.of(
                        "observedGeneration",
                        1,
                        "conditions",
                        List.of(Map.of("type", "Ready", "status", "True", "reason", "Scheduled"))));
        PatchContext apply = new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("doksnap")
                .withForce(true)
                .build();

        GenericKubernetesResource first = widgets()
                .inNamespace("default")
                .resource(fresh)
                .subresource("status")
                .patch(apply);
        GenericKubernetesResource second = widgets()
                .inNamespace("default")
                .resource(fresh)
                .subresource("status")
                .patch(apply);

        assertThat(first.<Object>get("spec", "color")).isEqualTo("red");
        assertThat(first.<Object>get("status", "conditions", 0, "reason")).isEqualTo("Scheduled");
        assertThat(first.getMetadata().getGeneration()).isEqualTo(1);
        assertThat(second.getMetadata().getResourceVersion())
                .isEqualTo(first.getMetadata().getResourceVersion());
    }

    @Test
    void watchWorksAlsoForClientsThatAskForAWebSocketFirst() {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (KubernetesClient other = client(false);
                Watch watch = other.genericKubernetesResources(WIDGETS)
                        .inNamespace("default")
                        .watch(new Watcher<GenericKubernetesResource>() {
                            @Override
                            public void eventReceived(Action action, GenericKubernetesResource resource) {
                                seen.add(action + " " + resource.getMetadata().getName());
                            }

                            @Override
                            public void onClose(WatcherException cause) {
                                seen.add("closed");
                            }
                        })) {
            assertThat(watch).isNotNull();
            widgets().inNamespace("default").resource(widget("a", "red")).create();
            widgets().inNamespace("default").withName("a").delete();
            Awaitility.await().untilAsserted(() -> assertThat(seen).containsExactly("ADDED a", "DELETED a"));
        }
    }

    @Test
    void staleUpdateIsRefusedAndEditTriesAgain() {
        GenericKubernetesResource created =
                widgets().inNamespace("default").resource(widget("a", "red")).create();
        widgets().inNamespace("default").withName("a").edit(widget -> {
            widget.getMetadata().setLabels(Map.of("a", "b"));
            return widget;
        });
        assertThatThrownBy(
                        () -> widgets().inNamespace("default").resource(created).update())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(409));
    }

    @Test
    void coreKindsAreThere() {
        client.secrets()
                .inNamespace("default")
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("keys")
                        .endMetadata()
                        .withStringData(Map.of("a", "b"))
                        .build())
                .create();
        assertThat(client.secrets()
                        .inNamespace("default")
                        .withName("keys")
                        .get()
                        .getData())
                .isEqualTo(Map.of("a", "Yg=="));
        client.configMaps()
                .inNamespace("default")
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("settings")
                        .endMetadata()
                        .withData(Map.of("a", "b"))
                        .build())
                .serverSideApply();
        assertThat(client.configMaps().inNamespace("default").list().getItems()).hasSize(1);
        assertThat(client.getKubernetesVersion().getMinor()).isEqualTo("33");
        assertThat(client.apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .list()
                        .getItems())
                .hasSize(1);
    }

    private MixedOperation<GenericKubernetesResource, ?, Resource<GenericKubernetesResource>> widgets() {
        return client.genericKubernetesResources(WIDGETS);
    }

    private KubernetesClient client(boolean onlyHttp) {
        try {
            Config config = Config.fromKubeconfig(server.kubeconfig(Access.ADMIN, Optional.empty()));
            config.setOnlyHttpWatches(onlyHttp);
            config.setRequestRetryBackoffLimit(3);
            config.setWatchReconnectInterval(100);
            return new KubernetesClientBuilder().withConfig(config).build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GenericKubernetesResource widget(String name, String color) {
        GenericKubernetesResource widget = new GenericKubernetesResource();
        widget.setApiVersion("example.io/v1");
        widget.setKind("Widget");
        widget.setMetadata(new ObjectMetaBuilder().withName(name).build());
        widget.setAdditionalProperty("spec", Map.of("color", color));
        return widget;
    }

    private static ResourceEventHandler<GenericKubernetesResource> noting(List<String> seen) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(GenericKubernetesResource widget) {
                seen.add("added " + widget.getMetadata().getName());
            }

            @Override
            public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource widget) {
                seen.add("updated " + widget.getMetadata().getName());
            }

            @Override
            public void onDelete(GenericKubernetesResource widget, boolean unknown) {
                seen.add("deleted " + widget.getMetadata().getName());
            }
        };
    }
}
