package io.doksnap.apiserver.protobuf;

/** Bytes that are no object in protobuf, or one of a kind that is taken as JSON alone. */
public final class ProtobufException extends Exception {
    private static final long serialVersionUID = 1L;

    ProtobufException(String message) {
        super(message);
    }
}
