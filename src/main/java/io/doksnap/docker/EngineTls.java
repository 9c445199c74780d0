package io.doksnap.docker;

import com.github.dockerjava.core.util.CertificateUtils;
import io.doksnap.docker.DockerException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The certificates with which an engine is spoken to over TLS: it must have one of the given authority for its own name, and gets ours. The files are
 * read anew for each connection, so that new ones are used as soon as they are there.
 *
 * @param ca the authorities that an engine's certificate may be of, in PEM
 * @param own our certificate and its key, in PEM; empty where the engine asks for none
 */
public record EngineTls(Path ca, Optional<Own> own) {
    /** A store of keys wants one, also where it is never written anywhere. */
    private static final char[] IN_MEMORY = "memory".toCharArray();

    /** Our certificate. */
    public record Own(Path certificate, Path key) {}

    /**
     * What the docker command takes from its environment: where {@code DOCKER_TLS_VERIFY} is anything but empty, {@code ca.pem}, {@code cert.pem}
     * and {@code key.pem} in {@code DOCKER_CERT_PATH}, or in {@code .docker} at home.
     */
    public static Optional<EngineTls> from(Map<String, String> environment) {
        if (environment.getOrDefault("DOCKER_TLS_VERIFY", "").isEmpty()) {
            return Optional.empty();
        }
        String written = environment.getOrDefault("DOCKER_CERT_PATH", "");
        Path directory =
                written.isEmpty() ? Path.of(environment.getOrDefault("HOME", "/root"), ".docker") : Path.of(written);
        return Optional.of(new EngineTls(
                directory.resolve("ca.pem"),
                Optional.of(new Own(directory.resolve("cert.pem"), directory.resolve("key.pem")))));
    }

    SSLContext context() throws DockerException {
        try {
            KeyStore trusted = empty();
            int count = 0;
            for (Certificate authority : certificates(ca)) {
                trusted.setCertificateEntry("ca" + count++, authority);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            KeyManager @Nullable [] keys = own.isPresent() ? keys(own.get()) : null;
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw e instanceof DockerException known ? known : unusable(ca, e);
        }
    }

    private static KeyManager[] keys(Own own) throws IOException, GeneralSecurityException {
        try {
            KeyStore store = empty();
            store.setKeyEntry(
                    "own",
                    privateKey(own.key()),
                    IN_MEMORY,
                    certificates(own.certificate()).toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, IN_MEMORY);
            return keys.getKeyManagers();
        } catch (GeneralSecurityException e) {
            throw unusable(own.key(), e);
        }
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file) throws DockerException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw unusable(file, null);
            }
            return found;
        } catch (NoSuchFileException e) {
            throw missing(file, e);
        } catch (DockerException e) {
            throw e;
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(file, e);
        }
    }

    private static PrivateKey privateKey(Path file) throws DockerException {
        try {
            @Nullable
            PrivateKey key = CertificateUtils.loadPrivateKey(Files.readString(file, StandardCharsets.US_ASCII));
            if (key == null) {
                throw unusable(file, null);
            }
            return key;
        } catch (NoSuchFileException e) {
            throw missing(file, e);
        } catch (DockerException e) {
            throw e;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw unusable(file, e);
        }
    }

    private static DockerException missing(Path file, NoSuchFileException cause) {
        return new DockerException(
                Kind.UNAVAILABLE,
                "There is no file " + file
                        + ", which the Docker Engine is to be spoken to with over TLS (docker.tls, or"
                        + " DOCKER_CERT_PATH).",
                cause);
    }

    private static DockerException unusable(Path file, @Nullable Exception cause) {
        return new DockerException(
                Kind.UNAVAILABLE,
                "The file " + file
                        + " cannot be used to speak to the Docker Engine over TLS: it must be readable by this"
                        + " user, and hold a certificate or key in PEM.",
                cause);
    }
}
