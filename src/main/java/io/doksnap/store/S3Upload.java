package io.doksnap.store;

import org.jspecify.annotations.Nullable;

/** An object on its way into a bucket: sent whole when one part holds it, else in parts. */
final class S3Upload extends StagedUpload {
    private final S3Connection connection;
    private final String objectKey;
    private byte[] buffer = new byte[0];
    private int filled;
    private @Nullable S3Multipart multipart;

    S3Upload(String key, String objectKey, ObjectStore store, S3Connection connection) {
        super(key, store);
        this.objectKey = objectKey;
        this.connection = connection;
    }

    @Override
    void stage(byte[] bytes, int offset, int length) throws StoreException {
        if (buffer.length == 0) {
            buffer = new byte[connection.limits().partBytes()];
        }
        int at = offset;
        while (at < offset + length) {
            if (filled == buffer.length) {
                // Not earlier: the last part may be full, but never empty.
                exchange();
            }
            int taken = Math.min(offset + length - at, buffer.length - filled);
            System.arraycopy(bytes, at, buffer, filled, taken);
            filled += taken;
            at += taken;
        }
    }

    @Override
    void publish() throws StoreException {
        if (multipart != null) {
            multipart.complete(buffer, filled, size());
        } else {
            S3Store.put(connection, objectKey, S3Body.withMd5(buffer, filled));
            S3Completion.mustBeStored(connection, objectKey, size());
        }
        buffer = new byte[0];
    }

    @Override
    void discard() {
        buffer = new byte[0];
        if (multipart != null) {
            multipart.abort();
        }
    }

    private void exchange() throws StoreException {
        if (multipart == null) {
            multipart = S3Multipart.begin(connection, objectKey);
        }
        buffer = multipart.exchange(buffer, filled);
        filled = 0;
    }
}
