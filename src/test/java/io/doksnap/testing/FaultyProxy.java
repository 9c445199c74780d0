package io.doksnap.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A TCP proxy on loopback that does to a connection what networks do: resets it, swallows it, flips a byte, loses an answer. */
public final class FaultyProxy implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger resets = new AtomicInteger();
    private final AtomicLong bytesUp = new AtomicLong();
    private volatile Fault fault;

    private FaultyProxy(int target, Fault fault) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.target = target;
        this.fault = fault;
    }

    /** Starts a proxy before a port of loopback; the caller closes it. */
    public static FaultyProxy before(int target, Fault fault) {
        try {
            FaultyProxy proxy = new FaultyProxy(target, fault);
            proxy.threads.execute(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** How many connections there have been. */
    public int connections() {
        return connections.get();
    }

    /** How many connections were reset. */
    public int resets() {
        return resets.get();
    }

    /** How many bytes clients have sent. */
    public long bytesUp() {
        return bytesUp.get();
    }

    /** From now on does this to all connections, also to those that stand. */
    public void change(Fault next) {
        fault = next;
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
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
                connections.incrementAndGet();
                Connection connection = new Connection(client, new Socket(InetAddress.getLoopbackAddress(), target));
                sockets.add(connection.client);
                sockets.add(connection.upstream);
                threads.execute(() -> pump(connection, true));
                threads.execute(() -> pump(connection, false));
            }
        } catch (IOException e) {
            // Closed.
            closed.countDown();
        }
    }

    private void pump(Connection connection, boolean up) {
        byte[] chunk = new byte[16 * 1024];
        try (Socket from = up ? connection.client : connection.upstream;
                Socket to = up ? connection.upstream : connection.client) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                bytesUp.addAndGet(up ? length : 0);
                switch (fault.on(connection, up, chunk, length)) {
                    case PASS -> out.write(chunk, 0, length);
                    case RESET -> {
                        resets.incrementAndGet();
                        connection.reset();
                        return;
                    }
                    case SWALLOW -> closed.await();
                }
            }
        } catch (IOException e) {
            // One side is gone; leaving this block takes the other one with it.
            connections.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Two sockets, and whether the answer to what came up is to be lost. */
    public static final class Connection {
        private final Socket client;
        private final Socket upstream;
        private final AtomicBoolean marked = new AtomicBoolean();

        private Connection(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        private void reset() throws IOException {
            client.setSoLinger(true, 0);
            client.close();
            upstream.close();
        }
    }

    /** What becomes of a chunk. */
    public enum Fate {
        PASS,
        RESET,
        SWALLOW
    }

    /** Decides about each chunk of bytes that passes, and may change it. */
    @FunctionalInterface
    public interface Fault {
        Fate on(Connection connection, boolean up, byte[] chunk, int length);

        /** A network without faults. */
        static Fault none() {
            return (connection, up, chunk, length) -> Fate.PASS;
        }

        /** Nothing comes through, and nobody says so. */
        static Fault swallow() {
            return (connection, up, chunk, length) -> Fate.SWALLOW;
        }

        /** Resets a connection each time that so many more bytes went up, so many times. */
        static Fault resetUpEvery(long bytes, int times) {
            return resetEvery(bytes, times, true);
        }

        /** Resets a connection each time that so many more bytes came down, so many times. */
        static Fault resetDownEvery(long bytes, int times) {
            return resetEvery(bytes, times, false);
        }

        private static Fault resetEvery(long bytes, int times, boolean upwards) {
            AtomicLong passed = new AtomicLong();
            AtomicInteger left = new AtomicInteger(times);
            return (connection, up, chunk, length) -> {
                if (up == upwards && passed.addAndGet(length) >= bytes && left.getAndDecrement() > 0) {
                    passed.set(0);
                    return Fate.RESET;
                }
                return Fate.PASS;
            };
        }

        /** Flips one bit of one body, once so many bytes went up. */
        static Fault flipUpAfter(long bytes) {
            AtomicLong passed = new AtomicLong();
            AtomicBoolean done = new AtomicBoolean();
            return (connection, up, chunk, length) -> {
                boolean body = up && !text(chunk, length).contains("HTTP/1.1\r\n");
                if (up && passed.addAndGet(length) >= bytes && body && done.compareAndSet(false, true)) {
                    chunk[length / 2] ^= 0x10;
                }
                return Fate.PASS;
            };
        }

        /** Lets requests with this text in them through, but not the answers, so many times. */
        static Fault loseAnswerTo(String request, int times) {
            AtomicInteger left = new AtomicInteger(times);
            return (connection, up, chunk, length) -> {
                if (up && text(chunk, length).contains(request) && left.getAndDecrement() > 0) {
                    connection.marked.set(true);
                }
                return !up && connection.marked.get() ? Fate.RESET : Fate.PASS;
            };
        }

        private static String text(byte[] chunk, int length) {
            return new String(chunk, 0, length, StandardCharsets.ISO_8859_1);
        }
    }
}
