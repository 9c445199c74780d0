package io.doksnap.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Listens on a unix socket, takes every request down, and says to each the same bytes, or nothing at all. */
final class ScriptedEngine implements AutoCloseable {
    private final URI host;
    private final byte[] answer;
    private final ServerSocketChannel server;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<SocketChannel> open = new CopyOnWriteArrayList<>();

    /** Starts listening. An empty answer: it accepts and never says anything. */
    ScriptedEngine(Path socket, String answer) throws IOException {
        this.host = URI.create("unix://" + socket);
        this.answer = answer.getBytes(StandardCharsets.UTF_8);
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread thread = new Thread(this::serve, "scripted engine");
        thread.setDaemon(true);
        thread.start();
    }

    /** A whole answer of a status and a JSON body. */
    static String json(String status, String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n"
                + body;
    }

    URI host() {
        return host;
    }

    /** The heads of all requests so far. */
    List<String> requests() {
        return requests;
    }

    private void serve() {
        try {
            while (true) {
                SocketChannel connection = server.accept();
                open.add(connection);
                ByteBuffer request = ByteBuffer.allocate(8192);
                connection.read(request);
                requests.add(new String(request.array(), 0, request.position(), StandardCharsets.UTF_8));
                connection.write(ByteBuffer.wrap(answer));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (SocketChannel connection : open) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
