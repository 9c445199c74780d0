package io.doksnap.operator;

import io.doksnap.api.BackupDestination.BackupDestinationSpec;
import io.doksnap.api.BackupDestination.S3Spec;
import io.doksnap.api.SecretKeyRef.ValueFrom;
import io.doksnap.policy.SecretKey;
import io.doksnap.run.KeyException;
import io.doksnap.run.SecretSource;
import io.doksnap.store.StoreSettings;
import io.doksnap.store.StoreSettings.AtRest;
import io.doksnap.store.StoreSettings.Credentials;
import io.doksnap.store.StoreSettings.CredentialsSource;
import io.doksnap.store.StoreSettings.ObjectLock;
import io.doksnap.store.StoreSettings.S3Options;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns what a person wrote about a destination into what opens its store; keys come from Secrets. */
final class DestinationReader {
    private static final Pattern DAYS = Pattern.compile("([1-9][0-9]{0,4})d");
    private static final String USUAL_REGION = "us-east-1";

    private final SecretSource secrets;
    private final Path directory;
    private final Clock clock;

    /**
     * Creates it.
     *
     * @param directory where certificates are put that a store has to be given as a file
     */
    DestinationReader(SecretSource secrets, Path directory, Clock clock) {
        this.secrets = secrets;
        this.directory = directory;
        this.clock = clock;
    }

    /** The spec makes no sense; the message names the field. */
    static final class SpecException extends Exception {
        private static final long serialVersionUID = 1L;

        SpecException(String message) {
            super(message);
        }
    }

    /** How the store is reached. */
    StoreSettings settings(String namespace, BackupDestinationSpec spec)
            throws SpecException, KeyException, IOException {
        S3Spec s3 = spec.s3();
        if ((s3 == null) == (spec.directory() == null)) {
            throw new SpecException("spec needs exactly one of s3 and directory");
        }
        if (s3 == null) {
            String path = spec.directory() == null
                    ? ""
                    : text(spec.directory().path()).orElse("");
            if (!path.startsWith("/")) {
                throw new SpecException("spec.directory.path '" + path + "' is not absolute; write it from the root");
            }
            return new StoreSettings.Directory(Path.of(path).normalize());
        }
        String bucket = text(s3.bucket()).orElseThrow(() -> new SpecException("spec.s3.bucket is missing"));
        Optional<URI> endpoint = endpoint(s3);
        boolean amazon = endpoint.map(URI::getHost)
                .map(host -> host.endsWith(".amazonaws.com"))
                .orElse(true);
        return new StoreSettings.S3(
                endpoint,
                bucket,
                text(s3.region()).orElse(USUAL_REGION),
                prefix(s3),
                s3.pathStyle() == null ? !amazon : s3.pathStyle(),
                options(namespace, s3),
                credentials(namespace, s3));
    }

    private static Optional<URI> endpoint(S3Spec s3) throws SpecException {
        Optional<String> written = text(s3.endpoint());
        if (written.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(written.get().contains("://") ? written.get() : "https://" + written.get());
            boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawQuery() == null) {
                return Optional.of(URI.create(uri.getScheme() + "://" + uri.getRawAuthority()));
            }
        } catch (URISyntaxException wrong) {
            // Said below: the text may hold a password.
        }
        throw new SpecException(
                "spec.s3.endpoint names no server; write a host, host:port, or a URL such as https://minio.example.org:9000");
    }

    private static String prefix(S3Spec s3) throws SpecException {
        String prefix = text(s3.prefix()).orElse("");
        if (prefix.startsWith("/")
                || prefix.contains("//")
                || Arrays.asList(prefix.split("/", -1)).contains("..")) {
            throw new SpecException("spec.s3.prefix '" + prefix + "' is no folder; write it such as backups or a/b");
        }
        return prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    }

    private S3Options options(String namespace, S3Spec s3) throws SpecException, KeyException, IOException {
        int parts = s3.partLimit() == null ? S3Options.MOST_PARTS : s3.partLimit();
        if (parts < 1 || parts > S3Options.MOST_PARTS) {
            throw new SpecException("spec.s3.partLimit must be 1 to " + S3Options.MOST_PARTS + ", and is " + parts);
        }
        return new S3Options(
                text(s3.storageClass()),
                atRest(text(s3.serverSideEncryption()).orElse("")),
                Optional.empty(),
                objectLock(text(s3.objectLock()).orElse("")),
                parts,
                authorities(namespace, s3),
                Optional.empty());
    }

    private static AtRest atRest(String written) throws SpecException {
        return switch (written) {
            case "", "none" -> AtRest.NOT_ASKED;
            case "AES256" -> AtRest.AES256;
            case "aws:kms" -> AtRest.KMS;
            default ->
                throw new SpecException(
                        "spec.s3.serverSideEncryption '" + written + "' is unknown; use AES256, aws:kms or none");
        };
    }

    private Optional<ObjectLock> objectLock(String written) throws SpecException {
        if (written.isEmpty()) {
            return Optional.empty();
        }
        Matcher days = DAYS.matcher(written);
        if (!days.matches()) {
            throw new SpecException("spec.s3.objectLock '" + written + "' is no number of days, such as 30d");
        }
        return Optional.of(new ObjectLock(false, Integer.parseInt(days.group(1)), clock));
    }

    /** The store is given a file; what is in it is no secret. */
    private Optional<Path> authorities(String namespace, S3Spec s3) throws SpecException, KeyException, IOException {
        Optional<SecretKey> from = secret("spec.s3.caFrom", s3.caFrom());
        if (from.isEmpty()) {
            return Optional.empty();
        }
        byte[] pem = secrets.read(namespace, from.get());
        String digest = ResourceNames.hash(new String(pem, StandardCharsets.ISO_8859_1), 16);
        Path file = directory.resolve("ca-" + digest + ".pem");
        if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), pem)) {
            Files.write(file, pem);
        }
        return Optional.of(file);
    }

    /** Read once now, so that a missing one is found out, and again when the server has refused them. */
    private Optional<CredentialsSource> credentials(String namespace, S3Spec s3) throws SpecException, KeyException {
        Optional<SecretKey> id = secret("spec.s3.accessKeyIdFrom", s3.accessKeyIdFrom());
        Optional<SecretKey> key = secret("spec.s3.secretAccessKeyFrom", s3.secretAccessKeyFrom());
        if (id.isPresent() != key.isPresent()) {
            throw new SpecException(
                    "spec.s3.accessKeyIdFrom and spec.s3.secretAccessKeyFrom go together; one of them is missing");
        }
        if (id.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        CredentialsSource source = () -> {
            try {
                return new Credentials(line(namespace, id.get()), line(namespace, key.get()));
            } catch (KeyException e) {
                throw new IOException(e.getMessage(), e);
            }
        };
        line(namespace, id.get());
        line(namespace, key.get());
        return Optional.of(source);
    }

    private String line(String namespace, SecretKey key) throws KeyException {
        return new String(secrets.read(namespace, key), StandardCharsets.UTF_8).strip();
    }

    private static Optional<SecretKey> secret(String path, @Nullable ValueFrom from) throws SpecException {
        if (from == null || from.secretRef() == null) {
            return Optional.empty();
        }
        Optional<String> name = text(from.secretRef().name());
        Optional<String> key = text(from.secretRef().key());
        if (name.isEmpty() || key.isEmpty()) {
            throw new SpecException(path + ".secretRef needs a name and a key");
        }
        return Optional.of(new SecretKey(name.get(), key.get()));
    }

    private static Optional<String> text(@Nullable String written) {
        return Optional.ofNullable(written).filter(text -> !text.isEmpty());
    }
}
