package io.doksnap.operator.resource;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.doksnap.api.ObjectMeta;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How our resources look as JSON: records field by field, enums by their text, times in RFC 3339 to the second, and nothing for what is
 * absent. What a newer version wrote and this one does not know is passed over, so that one odd object does not hide all others.
 */
public final class ResourceJson {
    private static final ObjectMapper EMPTY = mapper();

    /** All our kinds. */
    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            PolicyResource.class,
            BackupResource.class,
            SnapshotResource.class,
            RestoreResource.class,
            DestinationResource.class);

    private ResourceJson() {}

    static boolean isOfOurKinds(Class<?> type) {
        return KINDS.contains(type);
    }

    /**
     * Which manager owns which field is for the API server alone. In memory it would be the largest part of a resource, and there are thousands of them.
     */
    @JsonIgnoreProperties("fieldsV1")
    private abstract static class WithoutFields {}

    /**
     * What a Kubernetes client has to be given to read and write our kinds. Of {@code metadata.managedFields} it reads who manages and how, not the
     * fields.
     */
    public static KubernetesSerialization serialization() {
        // The client changes the mapper that it is handed, and adds modules of its own; ours has to come last to win.
        KubernetesSerialization serialization = new KubernetesSerialization(new ObjectMapper(), false) {
            @Override
            protected void configureMapper(ObjectMapper mapper) {
                super.configureMapper(mapper);
                configure(mapper);
                mapper.addMixIn(ManagedFieldsEntry.class, WithoutFields.class);
            }
        };
        KINDS.forEach(serialization::registerKubernetesResource);
        // How a watch learns that it is too far behind; as anything else the client would ask for the same again for
        // ever.
        serialization.registerKubernetesResource("v1", "Status", Status.class);
        return serialization;
    }

    /** A mapper for the records of {@code io.doksnap.api} alone. */
    public static ObjectMapper mapper() {
        ObjectMapper mapper = new ObjectMapper();
        mapper.setDefaultPropertyInclusion(
                JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS));
        configure(mapper);
        return mapper;
    }

    private static void configure(ObjectMapper mapper) {
        mapper.registerModule(new ApiModule());
        mapper.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        mapper.disable(SerializationFeature.FAIL_ON_EMPTY_BEANS);
        mapper.setDefaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.SKIP));
        JsonInclude.Value ifAny =
                JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS);
        mapper.configOverride(List.class).setInclude(ifAny);
        mapper.configOverride(Map.class).setInclude(ifAny);
        // Only of the primitive: a Boolean that somebody wrote may mean something else than an absent one.
        mapper.configOverride(boolean.class)
                .setInclude(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_DEFAULT, JsonInclude.Include.NON_DEFAULT));
    }

    static ObjectMeta identity(HasMetadata resource) {
        return new ObjectMeta(
                resource.getMetadata().getName(), resource.getMetadata().getNamespace());
    }

    static <S> S written(@Nullable S spec, Class<S> type) {
        if (spec != null) {
            return spec;
        }
        try {
            return EMPTY.readValue("{}", type);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
