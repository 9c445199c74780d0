package io.doksnap.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on loopback that answers as a test's script says; the bodies it gets are counted and thrown away. */
public final class ScriptedServer implements AutoCloseable {
    private final ServerSocket server;
    private final Script script;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    private ScriptedServer(Script script) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.script = script;
    }

    /** Starts a server; the caller closes it. */
    public static ScriptedServer start(Script script) {
        try {
            ScriptedServer server = new ScriptedServer(script);
            server.threads.execute(server::accept);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** All requests so far. */
    public List<Request> requests() {
        return new ArrayList<>(requests);
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
                Socket socket = server.accept();
                sockets.add(socket);
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            threads.shutdown();
        }
    }

    private void serve(Socket socket) {
        try (socket;
                InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
                OutputStream out = socket.getOutputStream()) {
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                Request request = request(line, in);
                in.skipNBytes(Long.parseLong(request.headers().getOrDefault("content-length", "0")));
                requests.add(request);
                send(script.answer(request), request, out);
            }
        } catch (IOException e) {
            sockets.remove(socket);
        }
    }

    private static Request request(String line, InputStream in) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        int first = line.indexOf(' ');
        return new Request(line.substring(0, first), line.substring(first + 1, line.lastIndexOf(' ')), headers);
    }

    private static void send(Answer answer, Request request, OutputStream out) throws IOException {
        byte[] body = answer.body().getBytes(UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + " Scripted\r\n");
        answer.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        if (!answer.headers().containsKey("Content-Length")) {
            head.append("Content-Length: " + body.length + "\r\n");
        }
        out.write((head + "\r\n").getBytes(ISO_8859_1));
        if (!request.method().equals("HEAD")) {
            out.write(body);
        }
        out.flush();
        if (answer.breakOff()) {
            throw new IOException("broken off as the script says");
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** The line and the headers of a request, their names in lower case. */
    public record Request(String method, String target, Map<String, String> headers) {
        /** Whether the method and a part of the target are these. */
        public boolean is(String expectedMethod, String part) {
            return method.equals(expectedMethod) && target.contains(part);
        }
    }

    /** What to answer; with {@code breakOff} the connection is closed after it. */
    public record Answer(int status, Map<String, String> headers, String body, boolean breakOff) {
        public static Answer of(int status, String body) {
            return new Answer(status, Map.of(), body, false);
        }

        /** An error as S3 words it. */
        public static Answer error(int status, String code, String message) {
            return of(status, "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>");
        }

        public Answer with(String header, String value) {
            Map<String, String> all = new LinkedHashMap<>(headers);
            all.put(header, value);
            return new Answer(status, all, body, breakOff);
        }

        public Answer thenBreakOff() {
            return new Answer(status, headers, body, true);
        }
    }

    /** Says what to answer to a request. */
    @FunctionalInterface
    public interface Script {
        Answer answer(Request request);
    }
}
