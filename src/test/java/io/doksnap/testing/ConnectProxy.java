package io.doksnap.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP proxy on loopback that makes tunnels, whatever host is asked for, to one port of loopback; with or without a login. */
public final class ConnectProxy implements AutoCloseable {
    private static final String REFUSAL = String.join(
            "\r\n",
            "HTTP/1.1 407 Proxy Authentication Required",
            "Proxy-Authenticate: Basic realm=proxy",
            "Content-Length: 0",
            "",
            "");

    private final ServerSocket server;
    private final int target;
    private final Optional<String> expected;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /**
     * Starts a proxy; the caller closes it.
     *
     * @param login {@code user:password}; empty: everyone may
     */
    public ConnectProxy(int target, Optional<String> login) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.target = target;
        this.expected = login.map(words -> "Basic " + Base64.getEncoder().encodeToString(words.getBytes(UTF_8)));
        threads.execute(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** The first lines of all requests so far, with what became of them. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                sockets.add(client);
                threads.execute(() -> serve(client));
            }
        } catch (IOException closed) {
            threads.shutdown();
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = client.getInputStream();
            OutputStream out = client.getOutputStream();
            String request = head(in);
            while (!mayPass(request)) {
                out.write(REFUSAL.getBytes(ISO_8859_1));
                request = head(in);
            }
            try (Socket onward = new Socket(InetAddress.getLoopbackAddress(), target)) {
                sockets.add(onward);
                out.write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(ISO_8859_1));
                threads.execute(() -> pass(onward, client));
                in.transferTo(onward.getOutputStream());
            }
        } catch (IOException e) {
            sockets.remove(client);
        }
    }

    private boolean mayPass(String head) {
        String line = head.lines().findFirst().orElse("");
        boolean passes = expected.isEmpty()
                || head.lines()
                        .filter(header -> header.toLowerCase(Locale.ROOT).startsWith("proxy-authorization:"))
                        .anyMatch(header -> header.endsWith(" " + expected.get()));
        asked.add(line + (passes ? "" : " -> 407"));
        return passes;
    }

    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // One of the two sides has gone.
            return;
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the client has gone");
            }
            head.append((char) next);
        }
        return head.toString();
    }
}
