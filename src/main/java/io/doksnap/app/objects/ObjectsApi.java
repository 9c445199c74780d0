package io.doksnap.app.objects;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;

/** The part of an API that declared objects need. Every call may fail because the API cannot be reached, and be made again later. */
public interface ObjectsApi {
    /** Policies and destinations that carry the label of an origin, whosever they are. */
    List<HasMetadata> labelled(Origin origin) throws ApiException;

    /** The object of that kind, namespace and name as it is now. */
    Optional<HasMetadata> find(HasMetadata named) throws ApiException;

    /** Makes the API's object what this one says, also against others who say otherwise, and leaves alone what this one does not mention. */
    void apply(HasMetadata object, Origin by) throws ApiException;

    /** Removes from an object all that only that origin says. */
    void disown(HasMetadata object, Origin by) throws ApiException;

    /** Sets an annotation of an object that is there, or removes it. */
    void annotate(HasMetadata object, Origin by, String key, Optional<String> value) throws ApiException;

    /** Deletes an object; succeeds where there is none. */
    void delete(HasMetadata object) throws ApiException;

    /** Reports something about an object, as {@code kubectl describe} shows it. */
    void tell(HasMetadata about, Notice notice) throws ApiException;

    /** An object as JSON. */
    JsonNode json(HasMetadata object);

    /**
     * What is reported about an object.
     *
     * @param warning whether somebody should do something about it
     */
    record Notice(Origin by, boolean warning, String reason, String message) {
        static Notice warning(Origin by, String reason, String message) {
            return new Notice(by, true, reason, message);
        }
    }

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
