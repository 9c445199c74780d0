package io.doksnap.docker;

import io.doksnap.docker.DockerException.Kind;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A private socket of this host behind which an engine seems to listen: whatever connects to it speaks, through ssh, to the engine of another host.
 * It lies in a directory that only this user may enter, and that goes when this is closed.
 */
final class SshTunnel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SshTunnel.class);

    /** Of a process and three threads each; who comes then waits. */
    private static final int MOST_SESSIONS = 32;

    private static final String SOCKET = "engine.sock";

    private static final Duration AGAIN = Duration.ofMillis(200);

    private final SshHost host;
    private final Duration deadline;
    private final Semaphore room = new Semaphore(MOST_SESSIONS);
    private final Set<SshSession> sessions = ConcurrentHashMap.newKeySet();
    private volatile Optional<SshTrouble> trouble = Optional.empty();
    private @Nullable Entrance entrance;
    private boolean closed;

    SshTunnel(SshHost host, Duration deadline) {
        this.host = host;
        this.deadline = deadline;
    }

    private record Entrance(Path directory, ServerSocketChannel server, SshMaster master, Thread acceptor) {
        URI uri() {
            return URI.create("unix://" + directory.resolve(SOCKET));
        }
    }

    /** Where the engine can be spoken to; throws where the other host cannot be reached. */
    URI open() throws DockerException {
        Entrance open = entrance();
        open.master.await();
        return open.uri();
    }

    /** Why the last connection ended, where it did not end well and none has worked since. */
    Optional<SshTrouble> trouble() {
        return trouble;
    }

    private synchronized Entrance entrance() throws DockerException {
        if (closed) {
            throw new DockerException(
                    Kind.UNAVAILABLE, "The way to the Docker Engine at " + host.uri() + " is closed.", null);
        }
        if (entrance == null) {
            entrance = build();
        }
        return entrance;
    }

    private Entrance build() throws DockerException {
        SshDirectories.remove(SOCKET);
        try {
            Path directory = SshDirectories.create();
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(directory.resolve(SOCKET)));
            SshMaster master = new SshMaster(host, directory, deadline);
            Thread acceptor = new Thread(() -> accept(server, master), "doksnap-ssh-accept");
            acceptor.setDaemon(true);
            acceptor.start();
            return new Entrance(directory, server, master, acceptor);
        } catch (IOException e) {
            throw new DockerException(
                    Kind.UNAVAILABLE,
                    "Cannot make a socket in " + System.getProperty("java.io.tmpdir")
                            + " for the way to the Docker Engine at " + host.uri() + " (" + e + "). Make room there, or"
                            + " name another directory with -Djava.io.tmpdir in DOKSNAP_JAVA_OPTS.",
                    e);
        }
    }

    private void accept(ServerSocketChannel server, SshMaster master) {
        try {
            while (true) {
                room.acquire();
                try {
                    begin(server.accept(), master);
                } catch (ClosedChannelException e) {
                    throw e;
                } catch (IOException e) {
                    room.release();
                    LOG.warn("a connection to {} was not taken ({}); tried again", host.uri(), e.toString());
                    LockSupport.parkNanos(AGAIN.toNanos());
                }
            }
        } catch (ClosedChannelException | InterruptedException e) {
            LOG.debug("no more connections to {}", host.uri());
        }
    }

    private void begin(SocketChannel caller, SshMaster master) {
        try {
            SshProcess process = SshProcess.start(host, master.sharing());
            SshSession session = new SshSession(caller, process, host, new Ends());
            sessions.add(session);
            session.begin();
        } catch (DockerException e) {
            LOG.warn("{}", e.getMessage());
            room.release();
            try {
                caller.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
        }
    }

    /** What sessions tell. */
    private final class Ends implements SshSession.Listener {
        @Override
        public void heard() {
            trouble = Optional.empty();
        }

        @Override
        public void failed(SshTrouble why) {
            trouble = Optional.of(why);
        }

        @Override
        public void over(SshSession session) {
            sessions.remove(session);
            room.release();
        }
    }

    /** Ends every connection, and waits until no process of them is left. */
    @Override
    public void close() {
        Entrance last;
        synchronized (this) {
            closed = true;
            last = entrance;
            entrance = null;
        }
        if (last == null) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            last.acceptor.interrupt();
            last.server.close();
            last.acceptor.join();
            for (SshSession session : sessions) {
                session.end();
            }
            last.master.end();
            SshDirectories.clear(last.directory);
        } catch (IOException e) {
            LOG.warn("{} is left behind ({})", last.directory, e.toString());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
