package io.doksnap.snapshot;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.doksnap.api.BackupPolicySpec;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;

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

    private static final ObjectMapper SPARSE = JsonMapper.builder()
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY, JsonInclude.Include.NON_EMPTY))
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
        return read(json, Manifest.class, "manifest", Manifest.FORMAT_VERSION, SnapshotJson::addMissing);
    }

    /**
     * Reads what verification found.
     *
     * @throws IOException when it is damaged or of a newer format; the message says which
     */
    static Verification readVerification(byte[] json) throws IOException {
        return read(json, Verification.class, "verification", Verification.FORMAT_VERSION, whole -> {});
    }

    /** Reads a run record. */
    public static RunRecord readRunRecord(byte[] json) throws IOException {
        return read(json, RunRecord.class, "run record");
    }

    /**
     * Reads what was kept about a snapshot beside its archives, from plain bytes.
     *
     * @throws IOException when it is damaged or of a newer format; the message says which
     */
    public static Details readDetails(byte[] json) throws IOException {
        return read(json, Details.class, "details", Details.FORMAT_VERSION, whole -> {});
    }

    /** What a person declared, as JSON without what was not set. */
    static ObjectNode tree(BackupPolicySpec spec) {
        return SPARSE.valueToTree(spec);
    }

    /** Snapshots of older versions have no list of their files, no details and no dumps, and say nothing of it. */
    private static void addMissing(JsonNode manifest) {
        if (manifest instanceof ObjectNode whole && !whole.has("details")) {
            whole.putArray("details");
        }
        for (JsonNode source : manifest.path("sources")) {
            if (source instanceof ObjectNode entry && !entry.has("index")) {
                entry.putArray("index");
            }
            if (source instanceof ObjectNode entry && !entry.has("dump")) {
                entry.put("dump", "");
            }
        }
    }

    private static <T> T read(byte[] json, Class<T> type, String name, int newest, Consumer<JsonNode> complete)
            throws IOException {
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
        complete.accept(tree);
        return require(name, () -> JSON.treeToValue(tree, type));
    }

    private static <T> T read(byte[] json, Class<T> type, String name) throws IOException {
        return require(name, () -> JSON.readValue(json, type));
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T require(String name, Reading<T> reading) throws IOException {
        try {
            // "null" is JSON, too.
            return Objects.requireNonNull(reading.read());
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
