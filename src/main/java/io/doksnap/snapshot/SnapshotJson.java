package io.doksnap.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.util.Objects;

/** The records of a bucket as JSON: times as ISO 8601 in UTC, readable by people; unknown fields are passed over. */
public final class SnapshotJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
            .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
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
        return read(json, Manifest.class, "manifest", Manifest.FORMAT_VERSION);
    }

    /**
     * Reads what verification found.
     *
     * @throws IOException when it is damaged or of a newer format; the message says which
     */
    static Verification readVerification(byte[] json) throws IOException {
        return read(json, Verification.class, "verification", Verification.FORMAT_VERSION);
    }

    /** Reads a run record. */
    public static RunRecord readRunRecord(byte[] json) throws IOException {
        return read(json, RunRecord.class, "run record");
    }

    private static <T> T read(byte[] json, Class<T> type, String name, int newest) throws IOException {
        // Before the rest, which may look different in a newer format.
        JsonNode tree = read(json, JsonNode.class, name);
        int format = tree.path("formatVersion").asInt();
        if (format > newest) {
            String program = tree.path("program").asText();
            throw new NewerFormatException("it is of the newer format " + format
                    + (program.isEmpty() ? "" : ", written by " + printable(program)) + "; upgrade to read it");
        }
        if (format < 1) {
            throw new IOException("it is no complete " + name);
        }
        return read(json, type, name);
    }

    private static <T> T read(byte[] json, Class<T> type, String name) throws IOException {
        try {
            // "null" is JSON, too.
            return Objects.requireNonNull(JSON.readValue(json, type));
        } catch (IOException | NullPointerException e) {
            throw new IOException("it is no complete " + name, e);
        }
    }

    /** Whoever may write into the bucket must not write on the terminal. */
    private static String printable(String program) {
        String text = program.replaceAll("\\p{Cntrl}", "?");
        return text.length() > 80 ? text.substring(0, 80) : text;
    }
}
