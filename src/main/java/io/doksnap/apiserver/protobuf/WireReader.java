package io.doksnap.apiserver.protobuf;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads tags, numbers and lengths from a part of the bytes, never past its end. */
final class WireReader {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH = 2;
    static final int FIXED32 = 5;

    private final ByteBuffer bytes;

    WireReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    boolean hasMore() {
        return bytes.hasRemaining();
    }

    long varint() throws ProtobufException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (!bytes.hasRemaining()) {
                throw truncated();
            }
            byte next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new ProtobufException("The protobuf has a number of more than 64 bits.");
    }

    /** What follows its length. */
    ByteBuffer part() throws ProtobufException {
        long length = varint();
        if (length < 0 || length > bytes.remaining()) {
            throw truncated();
        }
        return take((int) length);
    }

    String text() throws ProtobufException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(part()).toString();
        } catch (CharacterCodingException e) {
            throw new ProtobufException("The protobuf has a text that is not UTF-8.");
        }
    }

    void skip(int wireType) throws ProtobufException {
        switch (wireType) {
            case VARINT -> varint();
            case LENGTH -> part();
            case FIXED64 -> take(8);
            case FIXED32 -> take(4);
            default ->
                throw new ProtobufException("The protobuf has a field of the unknown wire type " + wireType + ".");
        }
    }

    private ByteBuffer take(int length) throws ProtobufException {
        if (length > bytes.remaining()) {
            throw truncated();
        }
        ByteBuffer part = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return part;
    }

    private static ProtobufException truncated() {
        return new ProtobufException("The protobuf ends in the middle of a field.");
    }
}
