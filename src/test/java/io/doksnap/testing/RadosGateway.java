package io.doksnap.testing;

import io.doksnap.store.StoreSettings;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A second real S3 server, Ceph's, with versions and object lock: one monitor, one disk in memory and the gateway, on free ports of
 * loopback, with everything in a temporary directory. It takes a quarter of a minute to start. Authentication within the cluster is off.
 */
public final class RadosGateway implements AutoCloseable {
    public static final String ACCESS_KEY = "test-access-key";
    public static final String SECRET_KEY = "test-secret-key-never-to-be-seen";

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path directory;
    private final int port;
    private final List<Process> daemons = new ArrayList<>();

    private RadosGateway(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /** Starts a cluster and its gateway; the caller closes it. Skips the test where Ceph is not installed. */
    public static RadosGateway start() throws Exception {
        List.of("ceph-mon", "ceph-osd", "ceph", "monmaptool", "radosgw", "radosgw-admin")
                .forEach(Needs::command);
        RadosGateway gateway = new RadosGateway(Files.createTempDirectory("doksnap-rgw-"), freePort());
        try {
            gateway.startAll();
            return gateway;
        } catch (Exception | AssertionError e) {
            gateway.close();
            throw e;
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public int port() {
        return port;
    }

    /** How to reach a bucket, through an endpoint that may be a proxy's. */
    public StoreSettings.S3 settings(String bucket, URI endpoint, StoreSettings.S3Options options) {
        return new StoreSettings.S3(
                Optional.of(endpoint),
                bucket,
                "us-east-1",
                "",
                true,
                options,
                Optional.of(new StoreSettings.Credentials(ACCESS_KEY, SECRET_KEY)));
    }

    /** Makes a bucket. */
    public void createBucket(String bucket) {
        AwsBasicCredentials credentials = AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY);
        try (S3Client client = S3Client.builder()
                .endpointOverride(endpoint())
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .build()) {
            client.createBucket(request -> request.bucket(bucket));
        }
    }

    @Override
    public void close() throws IOException {
        for (int i = daemons.size() - 1; i >= 0; i--) {
            daemons.get(i).destroyForcibly();
        }
        for (Process daemon : daemons) {
            daemon.onExit().join();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }

    private void startAll() throws Exception {
        String cluster = UUID.randomUUID().toString();
        String monitor = "127.0.0.1:" + freePort();
        for (String daemon : List.of("mon", "osd", "rgw")) {
            Files.createDirectory(directory.resolve(daemon));
        }
        Files.writeString(directory.resolve("ceph.conf"), configuration(cluster, monitor));
        run("monmaptool", "--create", "--fsid", cluster, "--addv", "a", "[v2:" + monitor + "]", path("monmap"));
        run("ceph-mon", "--mkfs", "-i", "a", "--monmap", path("monmap"));
        daemon("ceph-mon", "-i", "a", "-f");
        String disk = UUID.randomUUID().toString();
        run("ceph", "osd", "new", disk);
        run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", disk);
        daemon("ceph-osd", "-i", "0", "-f");
        run(
                "radosgw-admin",
                "-n",
                "client.rgw",
                "user",
                "create",
                "--uid=test",
                "--display-name=test",
                "--access-key=" + ACCESS_KEY,
                "--secret-key=" + SECRET_KEY);
        daemon("radosgw", "-f", "-n", "client.rgw");
        awaitAnswer();
    }

    private String configuration(String cluster, String monitor) {
        return String.join(
                "\n",
                "[global]",
                "fsid = " + cluster,
                "mon host = v2:" + monitor,
                "mon initial members = a",
                "public network = 127.0.0.0/8",
                "auth cluster required = none",
                "auth service required = none",
                "auth client required = none",
                // The gateway insists on encryption otherwise, which needs keys.
                "ms mon client mode = crc",
                "osd objectstore = memstore",
                "memstore device bytes = 4294967296",
                "osd pool default size = 1",
                "osd pool default min size = 1",
                "osd pool default pg num = 1",
                "osd pool default pgp num = 1",
                "osd crush chooseleaf type = 0",
                "osd class update on start = false",
                "mon allow pool size one = true",
                "mon data avail crit = 1",
                "mon data = " + path("mon"),
                "osd data = " + path("osd"),
                "rgw data = " + path("rgw"),
                "run dir = " + directory,
                "admin socket = " + directory + "/$name.asok",
                "log file = " + directory + "/$name.log",
                "[client.rgw]",
                "rgw frontends = beast endpoint=127.0.0.1:" + port,
                "");
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private void run(String... command) throws Exception {
        Process process = start(command);
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().onExit().join();
            throw new AssertionError(command[0] + " does not end: " + output(command[0]));
        }
        if (process.exitValue() != 0) {
            throw new AssertionError(command[0] + " failed: " + output(command[0]));
        }
    }

    private void daemon(String... command) throws IOException {
        daemons.add(start(command));
    }

    private Process start(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(command[0] + ".out").toFile());
        builder.environment().put("CEPH_CONF", path("ceph.conf"));
        return builder.start();
    }

    private String output(String command) throws IOException {
        String all = Files.readString(directory.resolve(command + ".out"));
        return all.substring(Math.max(0, all.length() - 2000));
    }

    private void awaitAnswer() throws Exception {
        Process gateway = daemons.get(daemons.size() - 1);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end && gateway.isAlive()) {
            try {
                HttpURLConnection connection =
                        (HttpURLConnection) endpoint().toURL().openConnection();
                connection.setConnectTimeout(1000);
                connection.setReadTimeout(1000);
                if (connection.getResponseCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                gateway.waitFor(200, TimeUnit.MILLISECONDS);
            }
        }
        throw new AssertionError("radosgw does not answer: " + output("radosgw"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
