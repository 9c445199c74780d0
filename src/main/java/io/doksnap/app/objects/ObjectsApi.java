package io.doksnap.app.objects;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;

/** The part of an API that the objects of a configuration need. Every call may fail because the API cannot be reached, and be made again later. */
public interface ObjectsApi {
    /** Policies and destinations that carry the label of a configuration, whosever it is. */
    List<HasMetadata> configured() throws ApiException;

    /** The object of that kind, namespace and name as it is now. */
    Optional<HasMetadata> find(HasMetadata named) throws ApiException;

    /** Makes the API's object what this one says, also against others who say otherwise, and leaves alone what this one does not mention. */
    void apply(HasMetadata object) throws ApiException;

    /** Deletes an object; succeeds where there is none. */
    void delete(HasMetadata object) throws ApiException;

    /** Reports something about an object, as {@code kubectl describe} shows it. */
    void warn(HasMetadata about, String reason, String message) throws ApiException;

    /** An object as JSON. */
    JsonNode json(HasMetadata object);

    /** The API refused something, or did not answer. */
    final class ApiException extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean refused;

        public ApiException(boolean refused, String message, Throwable cause) {
            super(message, cause);
            this.refused = refused;
        }

        /** Whether it answered, and the object itself is what it does not like. */
        public boolean isRefused() {
            return refused;
        }
    }
}
