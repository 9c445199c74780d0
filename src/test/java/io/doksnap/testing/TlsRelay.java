package io.doksnap.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/** A TLS port on loopback before an engine's unix socket, which only lets in who has a certificate of its own authority. */
public final class TlsRelay implements AutoCloseable {
    private static final char[] PASSWORD = "relay".toCharArray();
    private static final int BUFFER = 64 << 10;

    private final Path directory;
    private final Path socket;
    private final SSLServerSocket server;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();

    private TlsRelay(Path directory, Path socket, SSLServerSocket server) {
        this.directory = directory;
        this.socket = socket;
        this.server = server;
    }

    /**
     * Starts one.
     *
     * @param directory gets {@code ca.pem}, {@code cert.pem} and {@code key.pem}
     * @param host of an engine at a unix socket
     */
    public static TlsRelay before(URI host, Path directory) throws IOException, GeneralSecurityException {
        Needs.command("openssl");
        Files.createDirectories(directory);
        authority(directory, "ca");
        certificate(directory, "ca", "server", "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth");
        certificate(directory, "ca", "cert", "extendedKeyUsage=clientAuth");
        Files.move(directory.resolve("cert.key"), directory.resolve("key.pem"));
        SSLServerSocket server = (SSLServerSocket)
                context(directory).getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setNeedClientAuth(true);
        TlsRelay relay = new TlsRelay(directory, Path.of(host.getPath()), server);
        relay.start("accept", relay::accept);
        return relay;
    }

    /** Another authority that nobody trusts: {@code NAME.pem}. */
    public static void authority(Path directory, String name) {
        run(
                directory,
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=" + name
                        + " -keyout " + name + ".key -out " + name + ".pem");
    }

    private static void certificate(Path directory, String authority, String name, String extensions) {
        run(
                directory,
                "printf '" + extensions.replace("\n", "\\n") + "' > " + name + ".ext"
                        + " && openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=" + name
                        + " -keyout " + name + ".key -out " + name + ".csr"
                        + " && openssl x509 -req -in " + name + ".csr -CA " + authority + ".pem -CAkey " + authority
                        + ".key -CAcreateserial -days 2 -extfile " + name + ".ext -out " + name + ".pem"
                        + " && openssl pkcs12 -export -passout pass:relay -inkey " + name + ".key -in " + name
                        + ".pem -out " + name + ".p12");
    }

    private static void run(Path directory, String script) {
        Command.sh("exec 2>/dev/null; " + script).in(directory).output();
    }

    private static SSLContext context(Path directory) throws IOException, GeneralSecurityException {
        KeyStore own = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(directory.resolve("server.p12"))) {
            own.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(directory.resolve("ca.pem"))) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** Where it listens. */
    public int port() {
        return server.getLocalPort();
    }

    /** Where the certificates are. */
    public Path directory() {
        return directory;
    }

    private void accept() throws IOException {
        while (!server.isClosed()) {
            Socket client = server.accept();
            SocketChannel engine = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            open.add(client);
            open.add(engine);
            start("to engine", () -> {
                try (engine) {
                    send(client.getInputStream(), engine);
                }
            });
            start("from engine", () -> {
                try (client) {
                    receive(engine, client.getOutputStream());
                }
            });
        }
    }

    /** Not by the channel's streams, of which one waits for the other. */
    private static void send(InputStream in, SocketChannel out) throws IOException {
        byte[] bytes = new byte[BUFFER];
        for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, n);
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
        }
    }

    private static void receive(SocketChannel in, OutputStream out) throws IOException {
        byte[] bytes = new byte[BUFFER];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer.clear())) {
            out.write(bytes, 0, n);
            out.flush();
        }
    }

    /** What may end with its connection. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // One of the two sides has gone.
                        return;
                    }
                },
                "relay " + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (AutoCloseable connection : open) {
            try {
                connection.close();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}
