package io.doksnap.operator;

import io.doksnap.operator.resource.DoksnapNames;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The Leases of all hosts, as the API has them. Each call asks it, and throws where it does not answer, or refuses. */
final class LeaseStore {
    static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    private final KubernetesClient client;
    private final String namespace;

    /** Looks in the namespace that the client has from its kubeconfig, or as a Pod. */
    LeaseStore(KubernetesClient client) {
        this.client = client;
        this.namespace = Objects.requireNonNullElse(client.getNamespace(), "default");
    }

    String namespace() {
        return namespace;
    }

    List<Lease> all() {
        return client.leases()
                .inNamespace(namespace)
                .withLabel(MANAGED_BY, DoksnapNames.FIELD_MANAGER)
                .list()
                .getItems();
    }

    @Nullable
    Lease get(String name) {
        return client.leases().inNamespace(namespace).withName(name).get();
    }

    /** Against the version that it was made of, so that only one can have it; false where somebody was faster. */
    boolean write(Lease lease, boolean create) {
        return unlessFaster(() -> {
            if (create) {
                client.resource(lease).create();
            } else {
                client.resource(lease).update();
            }
        });
    }

    /** The same; one that somebody has taken meanwhile stays. */
    void delete(Lease lease) {
        boolean unused = unlessFaster(() -> client.resource(lease)
                .lockResourceVersion(lease.getMetadata().getResourceVersion())
                .delete());
    }

    private static boolean unlessFaster(Runnable write) {
        try {
            write.run();
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }
}
