package io.doksnap.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets some of an engine's API through and no more, by the rules of tecnativa/docker-socket-proxy: a request passes when the first word of its path is allowed, and
 * one that is no GET or HEAD only where POST is, too.
 */
public final class SocketProxy implements AutoCloseable {
    private static final Pattern REQUEST = Pattern.compile("([A-Z]+) (?:/v[0-9.]+)?/(\\w+)\\S* HTTP/1.1\r\n");

    private final Path engine;
    private final Set<String> allowed;
    private final Set<String> asked = new ConcurrentSkipListSet<>();
    private final Set<String> refused = new ConcurrentSkipListSet<>();
    private final Queue<Closeable> open = new ConcurrentLinkedQueue<>();
    private final ServerSocket server;

    /** Starts one before an engine with a unix socket; what is allowed is called as the variables of the real one. */
    public SocketProxy(URI engine, Set<String> allowed) throws IOException {
        this.engine = Path.of(engine.getPath());
        this.allowed = Set.copyOf(allowed);
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        run(this::accept);
    }

    public URI host() {
        return URI.create("tcp://127.0.0.1:" + server.getLocalPort());
    }

    /** What was asked for, called as the variables are. */
    public Set<String> asked() {
        return Set.copyOf(asked);
    }

    /** The requests that did not pass. */
    public Set<String> refused() {
        return Set.copyOf(refused);
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            open.add(client);
            run(() -> serve(client));
        }
    }

    private void serve(Socket client) throws IOException {
        InputStream in = client.getInputStream();
        String head = head(in);
        if (!passes(head)) {
            client.getOutputStream()
                    .write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                            .getBytes(ISO_8859_1));
            client.close();
            return;
        }
        SocketChannel there = SocketChannel.open(StandardProtocolFamily.UNIX);
        open.add(there);
        there.connect(UnixDomainSocketAddress.of(engine));
        write(there, ByteBuffer.wrap(lone(head).getBytes(ISO_8859_1)));
        run(() -> answer(there, client));
        byte[] buffer = new byte[1 << 16];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            write(there, ByteBuffer.wrap(buffer, 0, read));
        }
        there.shutdownOutput();
    }

    /** The engine is to close the connection after it, unless it becomes a stream: the next request is to be judged, too. */
    private static String lone(String head) {
        return head.contains("Upgrade")
                ? head
                : head.replaceAll("(?im)^Connection:.*\r\n", "").replaceFirst("\r\n", "\r\nConnection: close\r\n");
    }

    private static void write(SocketChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int ignored = to.write(bytes);
        }
    }

    private static void answer(SocketChannel from, Socket client) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        while (from.read(buffer) >= 0) {
            client.getOutputStream().write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
        client.close();
    }

    private boolean passes(String head) {
        Matcher request = REQUEST.matcher(head);
        if (!request.lookingAt()) {
            return false;
        }
        boolean reads = request.group(1).equals("GET") || request.group(1).equals("HEAD");
        String section = request.group(2).replace("_ping", "ping").toUpperCase(Locale.ROOT);
        asked.add(section);
        if (!reads) {
            asked.add("POST");
        }
        boolean passes = allowed.contains(section) && (reads || allowed.contains("POST"));
        if (!passes) {
            refused.add(request.group().strip());
        }
        return passes;
    }

    /** Byte by byte, since what comes behind the head is passed on as it comes. */
    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.write(next);
        }
        return head.toString(ISO_8859_1);
    }

    /** Something that ends with its connection. */
    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // Either side is gone, and so is the other.
                    }
                },
                "socket proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Closeable connection : open) {
            connection.close();
        }
    }
}
