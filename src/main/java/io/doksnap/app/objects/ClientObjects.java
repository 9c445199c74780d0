package io.doksnap.app.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.operator.resource.DestinationResource;
import io.doksnap.operator.resource.DoksnapNames;
import io.doksnap.operator.resource.PolicyResource;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** Objects in a real API. */
public final class ClientObjects implements ObjectsApi {
    private static final int UNPROCESSABLE = 422;
    private static final int BAD_REQUEST = 400;
    private static final int LONGEST_MESSAGE = 1000;

    private final KubernetesClient client;
    private final Clock clock;

    /** Creates one; the client stays the caller's. */
    public ClientObjects(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    @Override
    public List<HasMetadata> labelled(Origin origin) throws ApiException {
        return asked(() -> {
            List<HasMetadata> objects = new ArrayList<>();
            for (Class<? extends HasMetadata> kind : List.of(PolicyResource.class, DestinationResource.class)) {
                objects.addAll(client.resources(kind)
                        .inNamespace(ConfiguredObjects.NAMESPACE)
                        .withLabel(DoksnapNames.ORIGIN, origin.toString())
                        .list()
                        .getItems());
            }
            return objects;
        });
    }

    @Override
    public Optional<HasMetadata> find(HasMetadata named) throws ApiException {
        return asked(() -> Optional.ofNullable(client.resource(named).get()));
    }

    @Override
    public void apply(HasMetadata object, Origin by) throws ApiException {
        asked(() -> client.resource(object)
                .fieldManager(by.fieldManager())
                .forceConflicts()
                .serverSideApply());
    }

    /** Whoever applies an object without any field gives all of its fields up. */
    @Override
    public void disown(HasMetadata object, Origin by) throws ApiException {
        GenericKubernetesResource bare = new GenericKubernetesResource();
        bare.setApiVersion(object.getApiVersion());
        bare.setKind(object.getKind());
        bare.setMetadata(new ObjectMetaBuilder()
                .withName(object.getMetadata().getName())
                .withNamespace(object.getMetadata().getNamespace())
                .build());
        asked(() -> client.resource(bare)
                .fieldManager(by.fieldManager())
                .forceConflicts()
                .serverSideApply());
    }

    @Override
    public void annotate(HasMetadata object, Origin by, String key, Optional<String> value) throws ApiException {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata").putObject("annotations").put(key, value.orElse(null));
        PatchContext context = new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE)
                .withFieldManager(by.fieldManager())
                .build();
        asked(() -> client.resource(object).patch(context, patch.toString()));
    }

    @Override
    public void delete(HasMetadata object) throws ApiException {
        asked(() -> client.resource(object).delete());
    }

    /** One event for each reason: what happens again counts up. */
    @Override
    public void tell(HasMetadata about, Notice notice) throws ApiException {
        Optional<HasMetadata> live = find(about);
        if (live.isPresent()) {
            asked(() -> write(live.get(), notice));
        }
    }

    private Event write(HasMetadata about, Notice notice) {
        String message = notice.message();
        String name = about.getMetadata().getName() + "." + notice.by() + "-"
                + notice.reason().toLowerCase(Locale.ROOT);
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        Event before = client.v1()
                .events()
                .inNamespace(about.getMetadata().getNamespace())
                .withName(name)
                .get();
        boolean again = before != null
                && Objects.equals(
                        before.getInvolvedObject().getUid(), about.getMetadata().getUid());
        Event event = new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(about.getMetadata().getNamespace())
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withNamespace(about.getMetadata().getNamespace())
                .withName(about.getMetadata().getName())
                .withUid(about.getMetadata().getUid())
                .endInvolvedObject()
                .withType(notice.warning() ? "Warning" : "Normal")
                .withReason(notice.reason())
                .withMessage(message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) : message)
                .withFirstTimestamp(again ? before.getFirstTimestamp() : now)
                .withLastTimestamp(now)
                .withCount(again ? before.getCount() + 1 : 1)
                .withNewSource()
                .withComponent(notice.by().fieldManager())
                .endSource()
                .build();
        return client.resource(event)
                .fieldManager(notice.by().fieldManager())
                .forceConflicts()
                .serverSideApply();
    }

    @Override
    public JsonNode json(HasMetadata object) {
        return client.getKubernetesSerialization().convertValue(object, JsonNode.class);
    }

    private static <T> T asked(Supplier<T> call) throws ApiException {
        try {
            return call.get();
        } catch (KubernetesClientException e) {
            boolean refused = e.getCode() == UNPROCESSABLE || e.getCode() == BAD_REQUEST;
            throw new ApiException(refused, message(e), e);
        }
    }

    /** What the server said, without what the client puts around it. */
    public static String message(KubernetesClientException failure) {
        String said = failure.getStatus() == null ? null : failure.getStatus().getMessage();
        if (said != null) {
            return said;
        }
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? "no connection" : cause.getMessage();
    }
}
