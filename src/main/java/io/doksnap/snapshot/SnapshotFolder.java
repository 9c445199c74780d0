package io.doksnap.snapshot;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where one run keeps its objects: {@code backups/<policy>/<host>/<id>/}.
 *
 * @param id {@code yyyyMMdd_HHmmss_<random>}, in UTC; unique, and in the order of time within a host
 */
public record SnapshotFolder(String policy, String host, String id) implements SnapshotPlace {
    /** Put before the keys of all snapshots. */
    public static final String ROOT = "backups/";

    private static final String MANIFEST = "manifest.json";
    private static final String RUN_RECORD = "run.json";
    private static final String VERIFICATION = "verified.json";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd_HHmmss").withZone(ZoneOffset.UTC);
    private static final int STAMP_LENGTH = "uuuuMMdd_HHmmss".length();
    private static final Pattern KEY =
            Pattern.compile("backups/([A-Za-z0-9_.-]+)/([A-Za-z0-9_.-]+)/(\\d{8}_\\d{6}_[a-z0-9]+)/([^/]+)");

    /** A new folder; {@code random} is made of lower case letters and digits. */
    public static SnapshotFolder create(Identity identity, Instant started, String random) {
        return new SnapshotFolder(identity.policy(), identity.host(), STAMP.format(started) + "_" + random);
    }

    /** The folder whose manifest a key is; empty when it is the key of something else. */
    public static Optional<SnapshotFolder> ofManifest(String key) {
        return of(key).filter(folder -> folder.manifestKey().equals(key));
    }

    /** The folder whose run record a key is; empty when it is the key of something else. */
    static Optional<SnapshotFolder> ofRunRecord(String key) {
        return of(key).filter(folder -> folder.runRecordKey().equals(key));
    }

    /** The folder whose verification a key is; empty when it is the key of something else. */
    static Optional<SnapshotFolder> ofVerification(String key) {
        return of(key).filter(folder -> folder.verificationKey().equals(key));
    }

    /** The folder in which an object of this key lies; empty when it is the key of something else. */
    static Optional<SnapshotFolder> of(String key) {
        Matcher matcher = KEY.matcher(key);
        return matcher.matches()
                ? Optional.of(new SnapshotFolder(matcher.group(1), matcher.group(2), matcher.group(3)))
                : Optional.empty();
    }

    /** When it was begun, to the second, as its id says. */
    public Instant started() {
        return timeOf(id).orElse(Instant.EPOCH);
    }

    /** The time at the beginning of an id, or of a name that begins alike; empty where there is none. */
    static Optional<Instant> timeOf(String name) {
        try {
            return Optional.of(STAMP.parse(name.substring(0, Math.min(STAMP_LENGTH, name.length())), Instant::from));
        } catch (DateTimeException noTime) {
            return Optional.empty();
        }
    }

    @Override
    public String name() {
        return id;
    }

    @Override
    public String path() {
        return prefix();
    }

    @Override
    public Optional<String> madeBy() {
        return Optional.of(host);
    }

    /** The folder's own prefix, with a slash at its end. */
    public String prefix() {
        return ROOT + policy + "/" + host + "/" + id + "/";
    }

    /** The key of an object in it. */
    public String key(String name) {
        return prefix() + name;
    }

    /** The key of the record that is written first. */
    public String runRecordKey() {
        return key(RUN_RECORD);
    }

    /** The key of the manifest, which is written last and makes the folder a snapshot. */
    public String manifestKey() {
        return key(MANIFEST);
    }

    /** The key of what verification found; only folders of snapshots have one, and not all of them. */
    public String verificationKey() {
        return key(VERIFICATION);
    }
}
