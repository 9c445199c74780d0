package io.doksnap.store;

import io.doksnap.store.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** The bytes of an object; a connection that breaks is replaced by one that goes on where it broke, in the same object. */
final class S3Download extends InputStream {
    /** How often to go on without having got a single byte in between. */
    private static final int FRUITLESS_RESUMPTIONS = 5;

    private final S3Connection connection;
    private final String key;
    private final @Nullable String etag;
    private final long size;
    private ResponseInputStream<GetObjectResponse> body;
    private long position;
    private int fruitless;

    S3Download(S3Connection connection, String key) throws StoreException {
        this.connection = connection;
        this.key = key;
        this.body = connection.call(
                S3Operation.READ,
                key,
                s3 -> s3.getObject(b -> b.bucket(connection.bucket()).key(key)));
        this.etag = body.response().eTag();
        this.size = body.response().contentLength();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (position < size) {
            int read;
            try {
                read = body.read(bytes, offset, (int) Math.min(length, size - position));
            } catch (IOException | RuntimeException e) {
                resume(e);
                continue;
            }
            if (read > 0) {
                position += read;
                fruitless = 0;
                return read;
            }
            resume(null);
        }
        return -1;
    }

    @Override
    public int available() throws IOException {
        return position < size ? body.available() : 0;
    }

    @Override
    public void close() throws IOException {
        if (position == size) {
            // Read to its end: the connection can serve another request.
            body.close();
        } else {
            body.abort();
        }
    }

    private void resume(@Nullable Exception cause) throws StoreException {
        body.abort();
        if (++fruitless > FRUITLESS_RESUMPTIONS || Thread.currentThread().isInterrupted()) {
            throw new StoreException(
                    Kind.UNREACHABLE,
                    "'" + key + "' in bucket " + connection.bucket() + " broke off after " + position + " of " + size
                            + " bytes, again and again; check the network, then try later.",
                    cause);
        }
        body = connection.call(
                S3Operation.READ,
                key,
                s3 -> s3.getObject(b -> b.bucket(connection.bucket())
                        .key(key)
                        .range("bytes=" + position + "-")
                        .ifMatch(etag)));
        Long rest = body.response().contentLength();
        if (rest == null || rest != size - position) {
            body.abort();
            throw new StoreException(
                    Kind.MISMATCH,
                    "'" + key + "' in bucket " + connection.bucket() + " broke off after " + position + " of " + size
                            + " bytes, and the store cannot send just the rest.",
                    cause);
        }
    }
}
