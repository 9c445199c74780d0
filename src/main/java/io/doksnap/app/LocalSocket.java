package io.doksnap.app;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A socket in the data directory, on which the operator does for its owner what a process with a client of the API would do in ten times the memory. */
final class LocalSocket implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalSocket.class);

    private final Path file;
    private final ServerSocketChannel server;
    private final Answer answer;

    private LocalSocket(Path file, ServerSocketChannel server, Answer answer) {
        this.file = file;
        this.server = server;
        this.answer = answer;
    }

    /** What is done for one client; called by a thread of its own. The connection is closed afterwards. */
    @FunctionalInterface
    interface Answer {
        void to(SocketChannel client) throws IOException;
    }

    /** Listens. The directory is this process's own, so a socket that lies there is left from an earlier one. */
    static Closeable listen(Path file, Answer answer) {
        try {
            Files.deleteIfExists(file);
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                server.bind(UnixDomainSocketAddress.of(file));
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
                LocalSocket socket = new LocalSocket(file, server, answer);
                daemon(socket::accept).start();
                return socket;
            } catch (IOException | RuntimeException e) {
                server.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            // Such as a name of more than 107 bytes; everything works without it.
            LOG.debug("no socket {}: {}", file, e.toString());
            return () -> {};
        }
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                // One that does not read keeps only its own thread.
                daemon(() -> serve(client)).start();
            }
        } catch (IOException closed) {
            // The operator ends.
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            answer.to(client);
        } catch (IOException | RuntimeException e) {
            // Whoever asked takes the long way, or says that the answer broke off.
            LOG.debug("could not answer on {}: {}", file, e.toString());
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "doksnap-local-socket");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(file);
    }
}
