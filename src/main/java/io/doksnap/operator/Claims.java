package io.doksnap.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.operator.resource.DoksnapNames;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes claims onto objects, and takes the finalizers off again; against a version of the object, so that only one can have it. */
final class Claims {
    private static final int TRIES = 10;

    private final KubernetesClient client;
    private final Ownership ownership;
    private final ObjectMapper json = new ObjectMapper();

    Claims(KubernetesClient client, Ownership ownership) {
        this.client = client;
        this.ownership = ownership;
    }

    /**
     * Takes up an object, durably, before anything is done for it. From then on it bears the label of its policy, whoever made it.
     *
     * @return false where it is gone, about to go, or somebody else's
     */
    <R extends HasMetadata> boolean take(Class<R> kind, String namespace, String name, String uid, String policy) {
        Claim claim = new Claim(ownership.host(), uid);
        for (int i = 0; ; i++) {
            R current = get(kind, namespace, name);
            if (current == null
                    || !uid.equals(current.getMetadata().getUid())
                    || current.getMetadata().getDeletionTimestamp() != null) {
                return false;
            }
            String before = annotations(current).get(DoksnapNames.CLAIM);
            if (before != null && !isOurs(before, uid)) {
                return false;
            }
            List<String> finalizers = new ArrayList<>(current.getMetadata().getFinalizers());
            if (claim.toString().equals(before) && finalizers.contains(DoksnapNames.UNDO)) {
                return true;
            }
            if (!finalizers.contains(DoksnapNames.UNDO)) {
                finalizers.add(DoksnapNames.UNDO);
            }
            ObjectNode patch = patch(current, finalizers);
            patch.withObject("/metadata/annotations").put(DoksnapNames.CLAIM, claim.toString());
            patch.withObject("/metadata/labels").put(DoksnapNames.POLICY, ResourceNames.label(policy));
            if (apply(kind, namespace, name, patch, i)) {
                return true;
            }
        }
    }

    /** Also one of the time when this host had another name. */
    private boolean isOurs(String annotation, String uid) {
        return Claim.read(annotation)
                .filter(claim -> claim.uid().equals(uid) && ownership.isUs(claim.host()))
                .isPresent();
    }

    /** Lets an object go: what it changed was undone, or is there to stay. */
    <R extends HasMetadata> void release(Class<R> kind, String namespace, String name) {
        for (int i = 0; ; i++) {
            R current = get(kind, namespace, name);
            if (current == null || !current.getMetadata().getFinalizers().contains(DoksnapNames.UNDO)) {
                return;
            }
            List<String> finalizers = new ArrayList<>(current.getMetadata().getFinalizers());
            finalizers.remove(DoksnapNames.UNDO);
            if (apply(kind, namespace, name, patch(current, finalizers), i)) {
                return;
            }
        }
    }

    private <R extends HasMetadata> @Nullable R get(Class<R> kind, String namespace, String name) {
        return client.resources(kind).inNamespace(namespace).withName(name).get();
    }

    private static Map<String, String> annotations(HasMetadata object) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }

    private ObjectNode patch(HasMetadata current, List<String> finalizers) {
        ObjectNode patch = json.createObjectNode();
        ObjectNode metadata = patch.putObject("metadata");
        // Somebody who was faster makes this fail rather than be overwritten.
        metadata.put("resourceVersion", current.getMetadata().getResourceVersion());
        ArrayNode list = metadata.putArray("finalizers");
        finalizers.forEach(list::add);
        return patch;
    }

    /** False where somebody was faster, so that it has to be looked at anew. */
    private <R extends HasMetadata> boolean apply(
            Class<R> kind, String namespace, String name, ObjectNode patch, int tried) {
        try {
            client.resources(kind)
                    .inNamespace(namespace)
                    .withName(name)
                    .patch(
                            new PatchContext.Builder()
                                    .withPatchType(PatchType.JSON_MERGE)
                                    .withFieldManager(DoksnapNames.FIELD_MANAGER)
                                    .build(),
                            patch.toString());
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return false;
            }
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || tried >= TRIES) {
                throw e;
            }
            return false;
        }
    }
}
