package io.doksnap.docker;

import io.doksnap.docker.DockerException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The one connection of ssh that all others go through, so that a key is exchanged once and not for each call. It dials the engine as they do, and
 * says nothing: so it ends as they do, with its input, and nothing of it is left when this process is killed. When it ended, the next who needs it
 * begins another.
 */
final class SshMaster {
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(10);

    private final SshHost host;
    private final Path directory;
    private final Duration deadline;
    private int count;
    private boolean closed;
    private @Nullable Link link;

    SshMaster(SshHost host, Path directory, Duration deadline) {
        this.host = host;
        this.directory = directory;
        this.deadline = deadline;
    }

    /** Waits until there is a connection; throws where there will be none. */
    void await() throws DockerException {
        Link current = current();
        try {
            Optional<SshTrouble> trouble = current.ready.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
            if (trouble.isPresent()) {
                throw trouble.get().exception();
            }
        } catch (TimeoutException e) {
            // It may wait for something that never comes; the next tries anew.
            current.process.stop();
            throw SshTrouble.slow(host, deadline).exception();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DockerException(Kind.UNAVAILABLE, "Interrupted while connecting to " + host.uri() + ".", e);
        }
    }

    /** How a session shares it; where it does not work, ssh makes a connection of the session's own. */
    synchronized List<String> sharing() {
        return List.of(
                "-oControlMaster=no", "-oControlPath=" + (link == null ? "none" : link.control), connectTimeout());
    }

    private synchronized Link current() throws DockerException {
        if (closed) {
            throw new DockerException(
                    Kind.UNAVAILABLE, "The way to the Docker Engine at " + host.uri() + " is closed.", null);
        }
        if (link == null || !link.process.isAlive()) {
            // A name of its own: ssh does not replace one that was left behind.
            Path control = directory.resolve("ssh" + count++);
            link = new Link(
                    control,
                    SshProcess.start(
                            host, List.of("-oControlMaster=yes", "-oControlPath=" + control, connectTimeout())));
        }
        return link;
    }

    private String connectTimeout() {
        Duration time = deadline.compareTo(LONGEST_CONNECT) > 0 ? LONGEST_CONNECT : deadline.minusSeconds(1);
        return "-oConnectTimeout=" + Math.max(1, time.toSeconds());
    }

    /** Ends it, and waits until its process is gone. */
    void end() throws InterruptedException {
        Link last;
        synchronized (this) {
            closed = true;
            last = link;
        }
        if (last != null) {
            last.process.stopAndWait();
        }
    }

    private final class Link {
        private final Path control;
        private final SshProcess process;
        private final CompletableFuture<Optional<SshTrouble>> ready = new CompletableFuture<>();

        Link(Path control, SshProcess process) {
            this.control = control;
            this.process = process;
            Thread thread = new Thread(this::follow, "doksnap-ssh-master");
            thread.setDaemon(true);
            thread.start();
        }

        private void follow() {
            try {
                while (!Files.exists(control) && !process.ends(LOOK)) {
                    // ssh makes the file when it is connected.
                }
                if (Files.exists(control)) {
                    ready.complete(Optional.empty());
                    listen();
                } else {
                    ready.complete(process.trouble(host).or(() -> Optional.of(SshTrouble.brokenOff(host))));
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts it", e);
            }
        }

        private void listen() {
            try (InputStream in = process.fromEngine()) {
                in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // It was stopped.
                return;
            }
        }
    }
}
