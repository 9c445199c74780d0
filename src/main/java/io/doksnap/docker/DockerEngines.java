package io.doksnap.docker;

import io.doksnap.docker.DockerException.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where Docker Engines come from. */
public final class DockerEngines {
    private static final int PLAIN_PORT = 2375;
    private static final int TLS_PORT = 2376;

    private DockerEngines() {}

    /**
     * An engine at a host. Nothing is asked yet, and no connection is kept between calls but the one of ssh, so an engine that was
     * restarted is simply there again.
     *
     * @param host {@code unix:///path/of/socket} {@code tcp://name:port}, or {@code ssh://user@name:port},
     *     such as {@link #hostFrom} gives
     * @param deadline how long one call may take, from connecting to the last byte of its answer
     * @throws DockerException when the host is of another form
     */
    public static DockerEngine connect(URI host, Duration deadline) throws DockerException {
        return connect(host, Optional.empty(), deadline);
    }

    /**
     * The same over TLS, where it is an engine at a TCP port.
     *
     * @param tls empty: without, which only a port that nobody else can reach should have
     */
    public static DockerEngine connect(URI host, Optional<EngineTls> tls, Duration deadline) throws DockerException {
        return new RemoteEngine(new EngineCalls(checked(host, tls.isPresent()), tls, deadline));
    }

    /**
     * The host that an environment names in {@code DOCKER_HOST}; where it names none, that of the {@code docker} command's context, else the usual
     * socket.
     *
     * @throws DockerException when it is none that {@link #connect} takes
     */
    public static URI hostFrom(Map<String, String> environment) throws DockerException {
        String named = environment.getOrDefault("DOCKER_HOST", "").strip();
        Optional<DockerContext> context = DockerContext.current(environment);
        if (named.isEmpty()) {
            named = context.map(DockerContext::host).orElseGet(() -> DockerContext.usualSocket(environment));
        }
        try {
            return checked(
                    new URI(named),
                    context.flatMap(DockerContext::tls).isPresent()
                            || EngineTls.from(environment).isPresent());
        } catch (URISyntaxException e) {
            throw badHost("is no URI", e);
        }
    }

    /** Whether a host is {@code ssh://[user@]host[:port][/path/of/docker.sock]}. */
    public static boolean isBehindSsh(String host) {
        return SshHost.parse(host).isPresent();
    }

    private static URI checked(URI host, boolean tls) throws DockerException {
        String scheme = host.getScheme() == null ? "" : host.getScheme();
        String path = host.getPath() == null ? "" : host.getPath();
        switch (scheme) {
            case "unix" -> {
                if (host.getRawAuthority() != null || !path.startsWith("/") || path.length() == 1) {
                    throw badHost("names no absolute path of a socket", null);
                }
                return URI.create("unix://" + host.getRawPath());
            }
            case "tcp" -> {
                if (host.getHost() == null || host.getUserInfo() != null || path.length() > 1) {
                    throw badHost("is tcp:// without a plain host and port", null);
                }
                int usualPort = tls ? TLS_PORT : PLAIN_PORT;
                return URI.create("tcp://" + host.getHost() + ":" + (host.getPort() < 0 ? usualPort : host.getPort()));
            }
            case "ssh" -> {
                return SshHost.parse(host.toString())
                        .orElseThrow(() -> badHost(
                                "is ssh:// without a plain user, host, port and path; ssh takes keys from its agent and"
                                        + " its configuration, and no password",
                                null))
                        .uri();
            }
            case "" -> throw badHost("has no scheme", null);
            default -> throw badHost("has the scheme " + scheme + "://, which is not supported", null);
        }
    }

    /** Without the host itself: one that is not understood may hold a password. */
    private static DockerException badHost(String what, @Nullable Exception cause) {
        return new DockerException(
                Kind.UNAVAILABLE,
                "The Docker host (DOCKER_HOST) " + what
                        + ". Use unix:///path/of/docker.sock, tcp://host:2375 or ssh://user@host.",
                cause);
    }
}
