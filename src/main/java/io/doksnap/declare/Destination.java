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
     * @param credentials empty: the SDK's own chain (environment, profile, instance role)
     */
    record S3(
            Optional<URI> endpoint,
            String bucket,
            String region,
            String prefix,
            boolean pathStyle,
            S3Options options,
            Optional<Credentials> credentials)
            implements Destination {}

    /**
     * What most buckets do not need to be told.
     *
     * @param storageClass of every object; empty: the bucket's own
     * @param kmsKey the key for {@link AtRest#KMS}; empty: the account's own
     * @param partLimit the most parts that the server takes for one object
     * @param caFile certificate authorities to trust beside the usual ones; absolute
     * @param proxy an HTTP proxy to go through, from the setting or the usual variables
     */
    record S3Options(
            Optional<String> storageClass,
            AtRest atRest,
            Optional<String> kmsKey,
            Optional<ObjectLock> objectLock,
            int partLimit,
            Optional<Path> caFile,
            Optional<HttpProxy> proxy) {
        /** What counts where nothing is said. */
        public static final S3Options DEFAULT = new S3Options(
                Optional.empty(),
                AtRest.AES256_IF_POSSIBLE,
                Optional.empty(),
                Optional.empty(),
                10_000,
                Optional.empty(),
                Optional.empty());
    }

    /**
     * A proxy on the way to a bucket.
     *
     * @param user whom it lets through, with the password; both empty: everyone
     */
    record HttpProxy(String host, int port, Optional<String> user, Optional<String> password) {
        @Override
        public String toString() {
            return "http://" + user.map(known -> known + ":***@").orElse("") + host + ":" + port;
        }
    }

    /** Which encryption at rest the server is asked for. */
    enum AtRest {
        NOT_ASKED,
        AES256_IF_POSSIBLE,
        AES256,
        KMS
    }

    /** How long no version of an object can be removed, and whether nobody at all can shorten that. */
    record ObjectLock(boolean compliance, int days) {}

    /**
     * An access key with its secret, each one line.
     *
     * @param sessionToken belongs to keys that are given out for a time
     */
    record Credentials(Secret accessKeyId, Secret secretAccessKey, Optional<Secret> sessionToken) {}
}
