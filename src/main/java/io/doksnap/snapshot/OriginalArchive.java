package io.doksnap.snapshot;

import io.doksnap.store.StoredObject;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One archive of the original program, which has no manifest: {@code backups/<app>/<uploaded>_<app>_<begun>.tar.gz.gpg}, or {@code .enc}.
 * All that is known of it is what its key and the listing say. Whether it can be opened, nothing tells.
 *
 * @param key the object's whole key, within the destination
 * @param app the app, which is the name of the policy that it belongs to
 * @param uploaded when it was stored, as its name says. A {@code Z} behind the time says that it is UTC. An earlier version of the original
 *     wrote none: that is local time of a zone that nothing tells, and taken for UTC, so it may be off by up to 14 hours
 * @param size in bytes, as stored
 */
public record OriginalArchive(String key, String app, Instant uploaded, Method method, long size)
        implements SnapshotPlace {
    private static final Pattern KEY = Pattern.compile("backups/([A-Za-z0-9_-]+)/([^/]+)");
    private static final Pattern NAME =
            Pattern.compile("(\\d{8}_\\d{6})Z?_([A-Za-z0-9_-]+)_\\d{8}_\\d{6}Z?\\.tar\\.gz\\.(gpg|enc)");
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd_HHmmss").withResolverStyle(ResolverStyle.STRICT);

    /** How it is encrypted. */
    public enum Method {
        /** OpenPGP, to a public key. */
        GPG("gpg"),
        /** AES-256-CBC with a password, without any protection of its integrity. */
        ENC("aes256");

        private final String text;

        Method(String text) {
            this.text = text;
        }

        /** As the original's configuration names it. */
        @Override
        public String toString() {
            return text;
        }
    }

    /** The archive that an object is; empty where its key has any other form. */
    public static Optional<OriginalArchive> of(StoredObject object) {
        Matcher key = KEY.matcher(object.key());
        if (!key.matches()) {
            return Optional.empty();
        }
        Matcher name = NAME.matcher(key.group(2));
        if (!name.matches() || !name.group(2).equals(key.group(1))) {
            return Optional.empty();
        }
        try {
            Instant uploaded = LocalDateTime.parse(name.group(1), STAMP).toInstant(ZoneOffset.UTC);
            Method method = name.group(3).equals("gpg") ? Method.GPG : Method.ENC;
            return Optional.of(new OriginalArchive(object.key(), key.group(1), uploaded, method, object.size()));
        } catch (DateTimeParseException noDate) {
            return Optional.empty();
        }
    }

    /** The app in the last part of a key, wherever that lies; empty where it is not of the form that the original gave it. */
    static Optional<String> appIn(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Optional.of(matcher.group(2)) : Optional.empty();
    }

    @Override
    public String policy() {
        return app;
    }

    /** The time at the beginning of its name, as it stands there. */
    @Override
    public String id() {
        return name().substring(0, name().indexOf("_" + app + "_"));
    }

    /** The last part of its key. */
    @Override
    public String name() {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    @Override
    public String path() {
        return key;
    }

    @Override
    public Optional<String> madeBy() {
        return Optional.empty();
    }
}
