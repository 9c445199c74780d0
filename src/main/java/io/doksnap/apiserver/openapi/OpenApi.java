package io.doksnap.apiserver.openapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What {@code /openapi/v3} and the addresses below it answer. Immutable, except that nobody may change its JSON. */
public final class OpenApi {
    private final Map<String, Document> documents;

    /**
     * The document of one group and version.
     *
     * @param hash of its content: an ETag, and part of its address
     */
    public record Document(String hash, ObjectNode json) {}

    private OpenApi(Map<String, Document> documents) {
        this.documents = documents;
    }

    /** Describes these kinds. */
    public static OpenApi of(Collection<ServedKind> kinds) {
        Map<String, List<ServedKind>> byPath = new TreeMap<>();
        kinds.forEach(kind -> byPath.computeIfAbsent(kind.documentPath(), any -> new ArrayList<>())
                .add(kind));
        Map<String, Document> documents = new TreeMap<>();
        byPath.forEach((path, some) -> {
            ObjectNode json = document(some);
            documents.put(path, new Document(hash(json), json));
        });
        return new OpenApi(documents);
    }

    private static ObjectNode document(List<ServedKind> kinds) {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("openapi", "3.0.0");
        document.putObject("info").put("title", "DokSnapShotter").put("version", "v1");
        ObjectNode paths = document.putObject("paths");
        kinds.forEach(kind -> Paths.of(kind).forEach(paths::set));
        document.putObject("components").set("schemas", Components.of(kinds));
        return document;
    }

    private static String hash(ObjectNode json) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(json.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).toUpperCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    /** The answer of {@code /openapi/v3}: where the documents are, with the hashes by which clients keep them. */
    public ObjectNode root() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode paths = root.putObject("paths");
        documents.forEach((path, document) ->
                paths.putObject(path).put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + document.hash()));
        return root;
    }

    /** By what stands behind {@code /openapi/v3/}, such as {@code apis/doksnap.io/v1}. */
    public Optional<Document> document(String path) {
        return Optional.ofNullable(documents.get(path));
    }
}
