package io.doksnap.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.doksnap.docker.DockerException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

/**
 * Calls to one engine, each with a deadline and each failure in words.
 *
 * <p>The transport ignores its response timeout on unix sockets: an engine that accepts and then says nothing would hold
 * a caller for ever. So every call runs on a thread of its own, with a connection of its own; when the time is up the
 * connection is closed, which also ends the thread.
 */
final class EngineCalls {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NOT_FOUND = 404;

    private final URI host;
    private final Optional<EngineTls> tls;
    private final Duration deadline;
    private final Predicate<Path> writable;

    /** The way to an engine behind ssh. */
    private final Optional<SshTunnel> tunnel;

    EngineCalls(URI host, Optional<EngineTls> tls, Duration deadline) {
        this(host, tls, deadline, Files::isWritable);
    }

    /** For tests, which as root may write everywhere. */
    EngineCalls(URI host, Duration deadline, Predicate<Path> writable) {
        this(host, Optional.empty(), deadline, writable);
    }

    private EngineCalls(URI host, Optional<EngineTls> tls, Duration deadline, Predicate<Path> writable) {
        this.host = host;
        this.tls = tls;
        this.deadline = deadline;
        this.writable = writable;
        this.tunnel = SshHost.parse(host.toString()).map(there -> new SshTunnel(there, deadline));
    }

    /** Whether it listens on a socket of this host. */
    boolean isOnThisHost() {
        return "unix".equals(host.getScheme());
    }

    /** What is asked of an engine. */
    @FunctionalInterface
    interface Question<T> {
        T ask(DockerClient client) throws InterruptedException;
    }

    /** How long a call may take that does not say otherwise. */
    Duration deadline() {
        return deadline;
    }

    /**
     * Asks the engine, within the deadline.
     *
     * @param purpose what for, in words that follow "to": {@code remove volume shop_data}
     */
    <T> T ask(String purpose, Question<T> question) throws DockerException {
        return ask(purpose, deadline, question);
    }

    /** The same within a time of its own, for what takes long by its nature. */
    <T> T ask(String purpose, Duration within, Question<T> question) throws DockerException {
        return attempt(purpose, within, question).orElseThrow(() -> silent(purpose, within));
    }

    /** The same, but empty when the time is up: for what may well take longer than it is given. */
    <T> Optional<T> attempt(String purpose, Duration within, Question<T> question) throws DockerException {
        checkSocket();
        DockerClient client = open();
        FutureTask<T> answer = new FutureTask<>(() -> question.ask(client));
        Thread thread = new Thread(answer, "docker " + purpose);
        thread.setDaemon(true);
        thread.start();
        try {
            return Optional.of(answer.get(within.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw failure(purpose, e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DockerException(Kind.UNAVAILABLE, "Interrupted while asking Docker to " + purpose + ".", e);
        } finally {
            close(client);
        }
    }

    private void checkSocket() throws DockerException {
        if (!"unix".equals(host.getScheme())) {
            return;
        }
        Path socket = Path.of(host.getPath());
        if (Files.notExists(socket)) {
            throw new DockerException(
                    Kind.UNAVAILABLE,
                    "No Docker Engine at " + host + ": there is no such socket. Start Docker (systemctl start docker),"
                            + " or set DOCKER_HOST to where it listens.",
                    null);
        }
        if (!writable.test(socket)) {
            throw new DockerException(
                    Kind.PERMISSION_DENIED,
                    "This user may not use the Docker Engine at " + host + ". Run as root, or add the user to the"
                            + " group docker (usermod -aG docker NAME) and log in again.",
                    null);
        }
    }

    /** A way of its own to the engine, for an answer that is read as it comes; closing it ends what still waits for one. */
    DockerHttpClient transport() throws DockerException {
        checkSocket();
        return http(address());
    }

    /** What the transport speaks to. */
    private URI address() throws DockerException {
        return tunnel.isPresent() ? tunnel.get().open() : host;
    }

    private DockerHttpClient http(URI address) throws DockerException {
        ZerodepDockerHttpClient.Builder http =
                new ZerodepDockerHttpClient.Builder().dockerHost(address).connectionTimeout(deadline);
        if (tls.isPresent() && "tcp".equals(address.getScheme())) {
            SSLContext context = tls.get().context();
            http.sslConfig(() -> context);
        }
        return new IdentityEncoding(http.build());
    }

    /** A connection of one's own, to be closed by {@link #close}: without a deadline. */
    DockerClient connect() throws DockerException {
        checkSocket();
        return open();
    }

    private DockerClient open() throws DockerException {
        URI address = address();
        DefaultDockerClientConfig config = new DefaultDockerClientConfig.Builder()
                .withDockerHost(address.toString())
                .withDockerTlsVerify(false)
                .build();
        return DockerClientImpl.getInstance(config, http(address));
    }

    /** Ends the way to the engine, where it needs one; nothing can be asked any more. */
    void close() {
        tunnel.ifPresent(SshTunnel::close);
    }

    static void close(DockerClient client) {
        try {
            client.close();
        } catch (IOException ignored) {
            // The answer is there, or the failure is on its way; a connection that ends badly changes neither.
        }
    }

    DockerException silent(String purpose, Duration within) {
        return new DockerException(
                Kind.UNAVAILABLE,
                "The Docker Engine at " + host + " did not answer within " + words(within) + ", asked to " + purpose
                        + ". It may be stopped or overloaded: see systemctl status docker.",
                null);
    }

    /** What an engine's answer means that is no success, for {@link #failure}. */
    static com.github.dockerjava.api.exception.DockerException refusal(int status, String answer) {
        return status == NOT_FOUND
                ? new NotFoundException(answer)
                : new com.github.dockerjava.api.exception.DockerException(answer, status);
    }

    /** A call's failure in words. */
    DockerException failure(String purpose, Throwable cause) {
        if (cause instanceof com.github.dockerjava.api.exception.DockerException no) {
            return new DockerException(
                    no instanceof NotFoundException ? Kind.NOT_FOUND : Kind.REFUSED,
                    "The Docker Engine at " + host + " refused to " + purpose + ": " + reason(no) + ".",
                    cause);
        }
        Optional<SshTrouble> trouble = tunnel.flatMap(SshTunnel::trouble);
        if (trouble.isPresent()) {
            return trouble.get().exception(purpose, cause);
        }
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new DockerException(
                Kind.UNAVAILABLE,
                "No Docker Engine answers at " + host + ", asked to " + purpose + " (" + root
                        + "). Start Docker (systemctl start docker), or set DOCKER_HOST to where it listens.",
                cause);
    }

    /** What the engine said: {@code {"message": "..."}}, which docker-java puts behind the status. */
    static String reason(com.github.dockerjava.api.exception.DockerException no) {
        String text = String.valueOf(no.getMessage()).strip();
        int brace = text.indexOf('{');
        if (brace >= 0) {
            try {
                String message =
                        JSON.readTree(text.substring(brace)).path("message").asText();
                text = message.isEmpty() ? text : message;
            } catch (JsonProcessingException ignored) {
                // Not the engine's JSON, perhaps a proxy's page: then the text as it is.
            }
        }
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    private static String words(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
