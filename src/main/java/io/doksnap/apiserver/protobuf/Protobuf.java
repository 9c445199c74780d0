package io.doksnap.apiserver.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.doksnap.apiserver.protobuf.MessageTable.Field;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/** Turns one object from the protobuf of Kubernetes into the JSON that a client could have sent instead. */
public final class Protobuf {
    private static final byte[] MAGIC = "k8s\0".getBytes(StandardCharsets.US_ASCII);
    /** No object that people send comes near; two bytes can make a value, which takes a hundred in memory. */
    private static final int MOST_VALUES = 50_000;

    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final JsonNodeFactory make = JsonNodeFactory.instance;
    private int values;

    private Protobuf() {}

    /**
     * Decodes a whole body: four magic bytes, and an envelope with the object's apiVersion and kind around it.
     *
     * @throws ProtobufException where it is anything else; the message names the kind where only that is the reason
     */
    public static ObjectNode decode(byte[] body) throws ProtobufException {
        if (body.length < MAGIC.length || !Arrays.equals(MAGIC, 0, MAGIC.length, body, 0, MAGIC.length)) {
            throw new ProtobufException("The body does not begin like a protobuf of Kubernetes.");
        }
        ByteBuffer rest =
                ByteBuffer.wrap(body, MAGIC.length, body.length - MAGIC.length).slice();
        return new Protobuf().envelope(new WireReader(rest));
    }

    private ObjectNode envelope(WireReader reader) throws ProtobufException {
        ObjectNode object = make.objectNode();
        ByteBuffer raw = ByteBuffer.allocate(0);
        while (reader.hasMore()) {
            long tag = reader.varint();
            switch ((int) tag) {
                case 1 << 3 | WireReader.LENGTH -> object.setAll(message("TypeMeta", reader.part()));
                case 2 << 3 | WireReader.LENGTH -> raw = reader.part();
                case 3 << 3 | WireReader.LENGTH -> refuseEncoding(reader.text());
                default -> reader.skip((int) (tag & 7));
            }
        }
        String kind = object.path("kind").asText();
        String qualified = object.path("apiVersion").asText() + " " + kind;
        return object.setAll(message(MessageTable.message(qualified).isPresent() ? qualified : kind, raw));
    }

    private static void refuseEncoding(String encoding) throws ProtobufException {
        if (!encoding.isEmpty()) {
            throw new ProtobufException(
                    "The protobuf's content is encoded as \"" + encoding + "\", which is not known.");
        }
    }

    private ObjectNode message(String name, ByteBuffer bytes) throws ProtobufException {
        Map<Long, Field> fields = MessageTable.message(name)
                .orElseThrow(() -> new ProtobufException(
                        "Objects of kind \"" + name + "\" are not taken as protobuf: send JSON."));
        ObjectNode object = make.objectNode();
        WireReader reader = new WireReader(bytes);
        while (reader.hasMore()) {
            long tag = reader.varint();
            Field field = fields.get(tag >>> 3);
            int wireType = (int) (tag & 7);
            if (field == null || wireType != wireType(field)) {
                reader.skip(wireType);
            } else {
                count();
                take(object, field, reader);
            }
        }
        return object;
    }

    private void count() throws ProtobufException {
        values++;
        if (values > MOST_VALUES) {
            throw new ProtobufException("The protobuf has more than " + MOST_VALUES + " values.");
        }
    }

    private static int wireType(Field field) {
        return field.type().equals("int") || field.type().equals("bool") ? WireReader.VARINT : WireReader.LENGTH;
    }

    private void take(ObjectNode object, Field field, WireReader reader) throws ProtobufException {
        String name = field.name();
        switch (field.type()) {
            case "map" -> entry(object.withObjectProperty(name), reader.part(), false);
            case "bytesmap" -> entry(object.withObjectProperty(name), reader.part(), true);
            default -> {
                JsonNode value = value(field, reader);
                if (field.repeated()) {
                    ArrayNode list = object.path(name) instanceof ArrayNode old ? old : object.putArray(name);
                    list.add(value);
                } else if (!isZero(value) || field.keepsZero()) {
                    object.set(name, value);
                }
            }
        }
    }

    /** Go writes every field that is no pointer, also those which its JSON leaves out. */
    private static boolean isZero(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> value.asText().isEmpty();
            case NUMBER -> value.asLong() == 0;
            case BOOLEAN -> !value.asBoolean();
            case NULL -> true;
            default -> value.isEmpty();
        };
    }

    private JsonNode value(Field field, WireReader reader) throws ProtobufException {
        return switch (field.type()) {
            case "string" -> make.textNode(reader.text());
            case "int" -> number(reader.varint());
            case "bool" -> make.booleanNode(reader.varint() != 0);
            case "Time" -> time(reader.part(), DateTimeFormatter.ISO_INSTANT);
            case "MicroTime" -> time(reader.part(), MICROSECONDS);
            case "FieldsV1" -> fields(reader.part());
            default -> message(field.type(), reader.part());
        };
    }

    /** Of the width that the same number has when it is read from JSON, so that the two are equal. */
    private JsonNode number(long value) {
        return value == (int) value ? make.numberNode((int) value) : make.numberNode(value);
    }

    private void entry(ObjectNode map, ByteBuffer bytes, boolean binary) throws ProtobufException {
        WireReader reader = new WireReader(bytes);
        String key = "";
        String value = "";
        while (reader.hasMore()) {
            long tag = reader.varint();
            switch ((int) tag) {
                case 1 << 3 | WireReader.LENGTH -> key = reader.text();
                case 2 << 3 | WireReader.LENGTH -> value = binary ? base64(reader.part()) : reader.text();
                default -> reader.skip((int) (tag & 7));
            }
        }
        map.put(key, value);
    }

    private static String base64(ByteBuffer bytes) {
        return StandardCharsets.US_ASCII
                .decode(Base64.getEncoder().encode(bytes))
                .toString();
    }

    /** Nothing inside is no time at all. */
    private JsonNode time(ByteBuffer bytes, DateTimeFormatter format) throws ProtobufException {
        if (!bytes.hasRemaining()) {
            return NullNode.instance;
        }
        WireReader reader = new WireReader(bytes);
        long seconds = 0;
        long nanos = 0;
        while (reader.hasMore()) {
            long tag = reader.varint();
            switch ((int) tag) {
                case 1 << 3 | WireReader.VARINT -> seconds = reader.varint();
                case 2 << 3 | WireReader.VARINT -> nanos = reader.varint();
                default -> reader.skip((int) (tag & 7));
            }
        }
        try {
            boolean whole = format == DateTimeFormatter.ISO_INSTANT;
            return make.textNode(format.format(Instant.ofEpochSecond(seconds, whole ? 0 : nanos)));
        } catch (DateTimeException | ArithmeticException e) {
            throw new ProtobufException("The protobuf has a time that no calendar knows.");
        }
    }

    /** JSON in a field of its own. */
    private static JsonNode fields(ByteBuffer bytes) throws ProtobufException {
        WireReader reader = new WireReader(bytes);
        JsonNode fields = NullNode.instance;
        while (reader.hasMore()) {
            long tag = reader.varint();
            if (tag == (1 << 3 | WireReader.LENGTH)) {
                ByteBuffer part = reader.part();
                byte[] json = new byte[part.remaining()];
                part.get(json);
                try {
                    fields = MAPPER.readTree(json);
                } catch (IOException e) {
                    throw new ProtobufException("The protobuf has managed fields that are no JSON.");
                }
            } else {
                reader.skip((int) (tag & 7));
            }
        }
        return fields;
    }
}
