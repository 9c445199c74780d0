package io.doksnap.declare;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** A place to store backups in, as it was declared. */
public sealed interface Destination {

    /** A directory of this machine; absolute. */
    record Directory(Path directory) implements Destination {}

    /**
     * A bucket of an S3 server.
     *
     * @param endpoint the server; empty for the region's own endpoint of AWS
     * @param prefix put before every key; empty, or ending in {@code /}
     * @param pathStyle whether the bucket goes into the path rather than into the host name
     * @param serverSideEncryption whether to ask for SSE with AES256, where the store takes it
     * @param credentials empty: the SDK's own chain (environment, profile, instance role)
     */
    record S3(
            Optional<URI> endpoint,
            String bucket,
            String region,
            String prefix,
            boolean pathStyle,
            boolean serverSideEncryption,
            Optional<Credentials> credentials)
            implements Destination {}

    /** An access key with its secret, each one line. */
    record Credentials(Secret accessKeyId, Secret secretAccessKey) {}
}
