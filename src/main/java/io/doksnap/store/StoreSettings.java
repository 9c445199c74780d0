package io.doksnap.store;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** How to reach a store. Credentials are never part of {@code toString}. */
public sealed interface StoreSettings {

    /**
     * A directory of this machine; created when its parent exists. Keys are paths below it; what is not plain ASCII is
     * percent-encoded in file names, and hidden files are not objects.
     */
    record Directory(Path directory) implements StoreSettings {}

    /**
     * A bucket of an S3 server.
     *
     * @param endpoint the server, or empty for the region's own endpoint of AWS
     * @param prefix put before every key; empty, or ending in {@code /}
     * @param serverSideEncryption whether to ask for SSE with AES256; dropped with a warning where the store refuses it
     * @param credentials access key and secret; empty: the SDK's own chain (environment, profile, instance role)
     */
    record S3(
            Optional<URI> endpoint,
            String bucket,
            String region,
            String prefix,
            boolean pathStyle,
            boolean serverSideEncryption,
            Optional<Credentials> credentials)
            implements StoreSettings {}

    /** An access key with its secret. */
    record Credentials(String accessKey, String secretKey) {
        @Override
        public String toString() {
            return "Credentials[accessKey=" + accessKey + ", secretKey=***]";
        }
    }
}
