package io.doksnap.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.doksnap.docker.DockerException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The context that the {@code docker} command of this user works in: so that what it shows and what is backed up are of one engine.
 *
 * @param host as it is written there
 * @param tls its certificates; empty: it has none
 */
public record DockerContext(String host, Optional<EngineTls> tls) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the command calls the usual socket. */
    private static final String USUAL = "default";

    private static final String SOCKET = "/var/run/docker.sock";

    /**
     * The one that {@code DOCKER_CONTEXT} or the command's {@code config.json} names; empty where none is named, and where {@code DOCKER_HOST} comes before it.
     *
     * @throws DockerException when one is named that is not there or has no engine
     */
    public static Optional<DockerContext> current(Map<String, String> environment) throws DockerException {
        Optional<Path> home = home(environment);
        if (home.isEmpty() || !environment.getOrDefault("DOCKER_HOST", "").isBlank()) {
            return Optional.empty();
        }
        String name = environment.getOrDefault("DOCKER_CONTEXT", "").strip();
        if (name.isEmpty()) {
            name = json(home.get().resolve("config.json"))
                    .path("currentContext")
                    .asText();
        }
        return name.isEmpty() || name.equals(USUAL) ? Optional.empty() : Optional.of(read(name, home.get()));
    }

    /** The socket that is taken where nothing names another: the system's, else that of a rootless engine of this user. */
    public static String usualSocket(Map<String, String> environment) {
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "").strip();
        if (runtime.startsWith("/") && Files.notExists(Path.of(SOCKET))) {
            Path own = Path.of(runtime, "docker.sock");
            if (Files.exists(own)) {
                return "unix://" + own;
            }
        }
        return "unix://" + SOCKET;
    }

    private static Optional<Path> home(Map<String, String> environment) {
        String config = environment.getOrDefault("DOCKER_CONFIG", "").strip();
        String home = environment.getOrDefault("HOME", "").strip();
        try {
            return config.isEmpty()
                    ? Optional.of(home).filter(text -> !text.isEmpty()).map(text -> Path.of(text, ".docker"))
                    : Optional.of(Path.of(config));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static DockerContext read(String name, Path home) throws DockerException {
        String id = id(name);
        JsonNode engine = json(home.resolve("contexts/meta").resolve(id).resolve("meta.json"))
                .path("Endpoints")
                .path("docker");
        String host = engine.path("Host").asText();
        if (host.isEmpty()) {
            throw unusable(
                    "The context '" + name + "' of the docker command, of " + home
                            + ", is not there or names no engine; docker context ls shows those that there are. Choose one"
                            + " with docker context use, or set DOCKER_HOST.",
                    null);
        }
        Path tls = home.resolve("contexts/tls").resolve(id).resolve("docker");
        Path ca = tls.resolve("ca.pem");
        Path certificate = tls.resolve("cert.pem");
        Path key = tls.resolve("key.pem");
        Optional<EngineTls.Own> own = Files.exists(certificate) && Files.exists(key)
                ? Optional.of(new EngineTls.Own(certificate, key))
                : Optional.empty();
        return new DockerContext(host, Files.exists(ca) ? Optional.of(new EngineTls(ca, own)) : Optional.empty());
    }

    /** Of a file that need not be there, nor be readable: whoever may not read it has another {@code HOME} than its own. */
    private static JsonNode json(Path file) throws DockerException {
        if (!Files.isReadable(file)) {
            return JSON.createObjectNode();
        }
        try {
            return JSON.readTree(Files.readString(file));
        } catch (IOException e) {
            throw unusable(
                    file + ", which the docker command keeps, cannot be read; correct it, or set DOCKER_HOST.", e);
        }
    }

    private static String id(String name) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(name.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DockerException unusable(String message, @Nullable Exception cause) {
        return new DockerException(Kind.UNAVAILABLE, message, cause);
    }
}
