package io.doksnap.apiserver.openapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/**
 * The older description, with nothing in it. Every kubectl from 1.29 on goes by v3, except for what v3 does not describe: a
 * {@code kind: List}, as {@code kubectl get -o yaml} writes it. For that it asks here, finds nothing, and leaves it to the
 * server to judge the items.
 */
public final class OpenApiV2 {
    /** What the answer is called: kubectl asks for it with an @ instead of a dot, which its own reader of types refuses. */
    public static final String PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private static final String ASKED_FOR = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    private static final int FIELD_1_TEXT = (1 << 3) | 2;

    private OpenApiV2() {}

    /** Whether that is what a request's Accept header wants. */
    public static boolean wantsProtobuf(String accept) {
        return accept.contains(PROTOBUF) || accept.contains(ASKED_FOR);
    }

    /** A gnostic {@code openapi.v2.Document} whose only field is the version of its form. */
    public static byte[] protobuf() {
        byte[] version = "2.0".getBytes(StandardCharsets.US_ASCII);
        byte[] document = new byte[2 + version.length];
        document[0] = (byte) FIELD_1_TEXT;
        document[1] = (byte) version.length;
        System.arraycopy(version, 0, document, 2, version.length);
        return document;
    }

    /** The same as JSON. */
    public static ObjectNode json() {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("swagger", "2.0");
        document.putObject("info").put("title", "DokSnapShotter").put("version", "v1");
        document.putObject("paths");
        return document;
    }
}
