package io.doksnap.store;

import io.doksnap.store.StoreException.Kind;
import java.security.MessageDigest;

/**
 * What every upload has in common: its states, its digest, and the limit of an object. A store says where the bytes go,
 * how the whole becomes visible, and how what was sent is taken back.
 */
abstract class StagedUpload implements Upload {
    private enum State {
        OPEN,
        COMMITTED,
        FAILED,
        CLOSED
    }

    private final String key;
    private final String location;
    private final long maxBytes;
    private final MessageDigest sha256 = Digests.sha256();
    private long size;
    private State state = State.OPEN;

    StagedUpload(String key, ObjectStore store) {
        this.key = key;
        this.location = store.location();
        this.maxBytes = store.maxObjectBytes();
    }

    @Override
    public final void write(byte[] bytes, int offset, int length) throws StoreException {
        mustBeOpen();
        if (length > maxBytes - size) {
            state = State.FAILED;
            throw new StoreException(
                    Kind.REFUSED,
                    key + " outgrows the " + maxBytes + " bytes of one object in " + location + ".",
                    null);
        }
        boolean taken = false;
        try {
            stage(bytes, offset, length);
            taken = true;
        } finally {
            state = taken ? State.OPEN : State.FAILED;
        }
        sha256.update(bytes, offset, length);
        size += length;
    }

    @Override
    public final CommittedObject commit() throws StoreException {
        mustBeOpen();
        state = State.FAILED;
        publish();
        state = State.COMMITTED;
        return new CommittedObject(key, size, Digests.hex(sha256.digest()));
    }

    @Override
    public final void close() {
        if (state == State.OPEN || state == State.FAILED) {
            state = State.CLOSED;
            discard();
        }
    }

    final String key() {
        return key;
    }

    final long size() {
        return size;
    }

    /** Takes bytes to where nobody sees them. */
    abstract void stage(byte[] bytes, int offset, int length) throws StoreException;

    /** Makes all that was staged visible under the key, or throws and leaves nothing visible. */
    abstract void publish() throws StoreException;

    /** Takes back what was staged; called once, and never after it was published. Never throws. */
    abstract void discard();

    private void mustBeOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException("The upload of " + key + " is over: " + state);
        }
    }
}
