package io.doksnap.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A socket of its own before the tests' engine, which can be gone for a while as a socket is whose engine is restarted. */
public final class EngineRelay implements AutoCloseable {
    private final Path engine;
    private final Path socket;
    private final Queue<SocketChannel> open = new ConcurrentLinkedQueue<>();
    private volatile @Nullable ServerSocketChannel server;
    private volatile long stopAfter = Long.MAX_VALUE;

    /** Starts one; {@code engine} is a unix socket. */
    public EngineRelay(URI engine, Path socket) throws IOException {
        this.engine = Path.of(engine.getPath());
        this.socket = socket;
        start();
    }

    public URI host() {
        return URI.create("unix://" + socket);
    }

    /** Listens, after {@link #stop}. */
    public void start() throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket));
        server = listening;
        run(() -> accept(listening));
    }

    public boolean isListening() {
        ServerSocketChannel now = server;
        return now != null && now.isOpen();
    }

    /** Stops in the middle of an answer that is longer than so many bytes. */
    public void stopAfter(long bytes) {
        stopAfter = bytes;
    }

    /** Breaks all connections, and listens no more. */
    public void stop() {
        try {
            if (server != null) {
                server.close();
            }
            for (SocketChannel connection = open.poll(); connection != null; connection = open.poll()) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocketChannel listening) {
        try {
            while (true) {
                SocketChannel client = listening.accept();
                SocketChannel there = SocketChannel.open(UnixDomainSocketAddress.of(engine));
                open.add(client);
                open.add(there);
                run(() -> pump(client, there));
                run(() -> pump(there, client));
            }
        } catch (IOException e) {
            // Stopped.
        }
    }

    private void pump(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        long passed = 0;
        try (from;
                to) {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                passed += buffer.limit();
                if (passed > stopAfter) {
                    stop();
                }
                while (buffer.hasRemaining()) {
                    int ignored = to.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException e) {
            // Either side is gone, and so is the other.
        }
    }

    private static void run(Runnable work) {
        Thread thread = new Thread(work, "engine relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        stop();
    }
}
