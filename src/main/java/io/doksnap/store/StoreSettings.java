package io.doksnap.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
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
     * @param credentials access key and secret; empty: the SDK's own chain (environment, profile, instance role)
     */
    record S3(
            Optional<URI> endpoint,
            String bucket,
            String region,
            String prefix,
            boolean pathStyle,
            S3Options options,
            Optional<CredentialsSource> credentials)
            implements StoreSettings {}

    /**
     * What most buckets do not need to be told.
     *
     * @param storageClass of every object; empty: the bucket's own
     * @param kmsKey the key for {@link AtRest#KMS}; empty: the account's own
     * @param objectLock put on every object; the bucket must have object lock and so versions
     * @param partLimit the most parts that the server takes for one object
     * @param authorities a PEM file of certificate authorities to trust beside those of the JDK
     * @param proxy an HTTP proxy to go through; empty: none, or what Java's own properties say
     */
    record S3Options(
            Optional<String> storageClass,
            AtRest atRest,
            Optional<String> kmsKey,
            Optional<ObjectLock> objectLock,
            int partLimit,
            Optional<Path> authorities,
            Optional<HttpProxy> proxy) {
        /** The most parts that S3 itself allows. */
        public static final int MOST_PARTS = 10_000;

        /** Nothing is asked of the server that it might not know. */
        public static final S3Options PLAIN = new S3Options(
                Optional.empty(),
                AtRest.NOT_ASKED,
                Optional.empty(),
                Optional.empty(),
                MOST_PARTS,
                Optional.empty(),
                Optional.empty());
    }

    /**
     * A proxy that lets requests through, and makes tunnels to servers that speak TLS.
     *
     * @param login who it lets through; empty: everyone
     */
    record HttpProxy(String host, int port, Optional<Login> login) {
        @Override
        public String toString() {
            return "http://" + login.map(known -> known.user() + ":***@").orElse("") + host + ":" + port;
        }
    }

    /** A user with a password. */
    record Login(String user, String password) {
        @Override
        public String toString() {
            return "Login[user=" + user + ", password=***]";
        }
    }

    /** Which encryption at rest the server is asked for; archives are encrypted before they get there, or are not, all the same. */
    enum AtRest {
        NOT_ASKED,
        /** With the server's own keys; where it does not know how, without. */
        AES256_IF_POSSIBLE,
        /** With the server's own keys, or not at all. */
        AES256,
        /** With keys of a key management service, or not at all. */
        KMS
    }

    /**
     * A time in which no version of an object can be removed.
     *
     * @param compliance whether nobody can shorten it, rather than nobody without a special permission
     * @param clock says when a day begins to count: when the object is stored
     */
    record ObjectLock(boolean compliance, int days, Clock clock) {}

    /** Where credentials come from. Asked at the first use, and again when a server has refused them. */
    @FunctionalInterface
    interface CredentialsSource {
        /**
         * The credentials that count now.
         *
         * @throws IOException when they cannot be read; its message says why, and what to do
         */
        Credentials read() throws IOException;
    }

    /**
     * An access key with its secret.
     *
     * @param sessionToken for keys that are given out for a time
     */
    record Credentials(String accessKey, String secretKey, Optional<String> sessionToken) implements CredentialsSource {
        /** Keys that last. */
        public Credentials(String accessKey, String secretKey) {
            this(accessKey, secretKey, Optional.empty());
        }

        @Override
        public Credentials read() {
            return this;
        }

        @Override
        public String toString() {
            return "Credentials[accessKey=" + accessKey + ", secretKey=***]";
        }
    }
}
