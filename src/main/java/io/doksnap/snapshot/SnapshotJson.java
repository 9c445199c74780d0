package io.doksnap.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.util.Locale;

/** The records of a bucket as JSON: times as ISO 8601 in UTC, readable by people; unknown fields are passed over. */
public final class SnapshotJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private SnapshotJson() {}

    /** The record as JSON bytes. */
    public static byte[] write(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass().getSimpleName() + " as JSON", e);
        }
    }

    /**
     * Reads a manifest.
     *
     * @throws IOException when it is damaged or of a newer format; the message says which
     */
    public static Manifest readManifest(byte[] json) throws IOException {
        Manifest manifest = read(json, Manifest.class);
        if (manifest.formatVersion() > Manifest.FORMAT_VERSION) {
            throw new IOException("it was written by " + manifest.program() + " in the newer format "
                    + manifest.formatVersion() + "; upgrade to read it");
        }
        return manifest;
    }

    /** Reads a run record. */
    public static RunRecord readRunRecord(byte[] json) throws IOException {
        return read(json, RunRecord.class);
    }

    /** Reads a record of a type. */
    public static <T> T read(byte[] json, Class<T> type) throws IOException {
        try {
            return JSON.readValue(json, type);
        } catch (IOException e) {
            String name = type.getSimpleName().toLowerCase(Locale.ROOT);
            throw new IOException("it is no complete " + name, e);
        }
    }
}
