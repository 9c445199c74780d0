package io.doksnap.operator;

import io.doksnap.policy.SecretKey;
import io.doksnap.run.KeyException;
import io.doksnap.run.SecretSource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Base64;
import java.util.Map;

/** Reads Secrets of the API, each time anew, and keeps none. */
public final class SecretReader implements SecretSource {
    private final KubernetesClient client;

    /** Through a client, which stays the caller's. */
    public SecretReader(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public byte[] read(String namespace, SecretKey key) throws KeyException {
        Secret secret;
        try {
            secret =
                    client.secrets().inNamespace(namespace).withName(key.name()).get();
        } catch (KubernetesClientException e) {
            throw new KeyException("the Secret " + key.name() + " in the namespace " + namespace
                    + " cannot be read from the API (HTTP " + e.getCode() + ")");
        }
        if (secret == null) {
            throw new KeyException("there is no Secret " + key.name() + " in the namespace " + namespace
                    + "; create it with kubectl create secret generic " + key.name() + " -n " + namespace
                    + " --from-file=" + key.key() + "=FILE");
        }
        String value = secret.getData() == null ? null : secret.getData().get(key.key());
        if (value == null) {
            Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
            throw new KeyException("the Secret " + key.name() + " in the namespace " + namespace + " has no entry "
                    + key.key()
                    + (data.isEmpty() ? "; it is empty" : "; it has " + String.join(", ", data.keySet())));
        }
        try {
            return Base64.getDecoder().decode(value);
        } catch (IllegalArgumentException e) {
            throw new KeyException("the entry " + key.key() + " of the Secret " + key.name() + " is no base64");
        }
    }
}
