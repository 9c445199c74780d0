package io.doksnap.testing;

import io.doksnap.store.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/** A real S3 server (S3Proxy) in this process, on a free port of loopback, plain HTTP, with its buckets in a temporary directory. */
public final class S3Server implements AutoCloseable {
    public static final String ACCESS_KEY = "test-access-key";
    public static final String SECRET_KEY = "test-secret-key-never-to-be-seen";
    public static final String REGION = "us-east-1";

    private final Path directory;
    private final FilesystemNio2BlobStore blobs;
    private final S3Proxy proxy;

    private S3Server(Path directory, UnaryOperator<S3Proxy.Builder> endpoint) {
        this.directory = directory;
        this.blobs = new FilesystemNio2BlobStore(directory.toString());
        this.proxy = endpoint.apply(S3Proxy.builder())
                .blobStore(blobs)
                .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
                .build();
    }

    /** Starts a server; the caller closes it. */
    public static S3Server start() {
        return start(builder -> builder.endpoint(URI.create("http://127.0.0.1:0")));
    }

    /** Starts a server that speaks TLS alone, with the key and certificate of a PKCS 12 file; the caller closes it. */
    public static S3Server startWithTls(Path keyStore, String password) {
        return start(builder ->
                builder.secureEndpoint(URI.create("https://127.0.0.1:0")).keyStore(keyStore.toString(), password));
    }

    private static S3Server start(UnaryOperator<S3Proxy.Builder> endpoint) {
        try {
            S3Server server = new S3Server(Files.createTempDirectory("doksnap-s3-"), endpoint);
            server.proxy.start();
            return server;
        } catch (Exception e) {
            throw new IllegalStateException("S3Proxy does not start", e);
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port());
    }

    public int port() {
        return proxy.getPort();
    }

    /** Where it speaks TLS. */
    public URI secureEndpoint() {
        return URI.create("https://127.0.0.1:" + proxy.getSecurePort());
    }

    /** Makes a bucket. */
    public void createBucket(String bucket) {
        blobs.createContainer(bucket);
    }

    /** Makes a bucket and says how to reach it. */
    public StoreSettings.S3 newBucket(String bucket) {
        createBucket(bucket);
        return settings(bucket, endpoint());
    }

    /** How to reach a bucket of this server through an endpoint, which may be a proxy's. */
    public StoreSettings.S3 settings(String bucket, URI endpoint) {
        return new StoreSettings.S3(
                Optional.of(endpoint),
                bucket,
                REGION,
                "",
                true,
                StoreSettings.S3Options.PLAIN,
                Optional.of(new StoreSettings.Credentials(ACCESS_KEY, SECRET_KEY)));
    }

    /** The multipart uploads in a bucket that are neither completed nor aborted. */
    public List<String> unfinishedUploads(String bucket) {
        return blobs.listMultipartUploads(bucket).stream()
                .map(upload -> upload.key())
                .toList();
    }

    @Override
    public void close() {
        try {
            proxy.stop();
            blobs.close();
            deleteAll();
        } catch (Exception e) {
            throw new IllegalStateException("S3Proxy does not stop", e);
        }
    }

    private void deleteAll() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
