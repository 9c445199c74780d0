package io.doksnap.declare.offen;

import static io.doksnap.declare.offen.OffenVariable.AWS_ACCESS_KEY_ID;
import static io.doksnap.declare.offen.OffenVariable.AWS_ENDPOINT;
import static io.doksnap.declare.offen.OffenVariable.AWS_ENDPOINT_CA_CERT;
import static io.doksnap.declare.offen.OffenVariable.AWS_ENDPOINT_PROTO;
import static io.doksnap.declare.offen.OffenVariable.AWS_S3_BUCKET_NAME;
import static io.doksnap.declare.offen.OffenVariable.AWS_S3_PATH;
import static io.doksnap.declare.offen.OffenVariable.AWS_SECRET_ACCESS_KEY;
import static io.doksnap.declare.offen.OffenVariable.AWS_STORAGE_CLASS;
import static io.doksnap.declare.offen.OffenVariable.BACKUP_ARCHIVE;
import static io.doksnap.declare.offen.OffenVariable.BACKUP_PRUNING_PREFIX;
import static io.doksnap.declare.offen.OffenVariable.BACKUP_RETENTION_DAYS;

import io.doksnap.declare.offen.Moved.Place;
import io.doksnap.declare.offen.Moved.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Moves the places where a schedule stores: its bucket, and what is mounted for copies on the host. */
final class PlacesMove {
    private static final String AMAZON = "s3.amazonaws.com";
    private static final Pattern REGION = Pattern.compile(
            "s3[.-]([a-z0-9-]+)\\.(?:amazonaws\\.com|backblazeb2\\.com|scw\\.cloud|wasabisys\\.com|io\\.cloud\\.ovh\\.net)");

    /** Where our snapshots begin in a bucket. */
    private static final String OURS = "backups/";

    private final Moved moved;
    private final Paths paths;

    PlacesMove(Moved moved, Paths paths) {
        this.moved = moved;
        this.paths = paths;
    }

    /** The names of the places of a schedule; never empty. */
    List<String> of(OffenSchedule schedule) {
        List<String> names = new ArrayList<>();
        if (schedule.has(AWS_S3_BUCKET_NAME)) {
            names.add(bucket(schedule));
            warnOfPruning(schedule);
        }
        paths.onHost(schedule.value(BACKUP_ARCHIVE, "/archive")).ifPresent(path -> names.add(directory(path)));
        if (names.isEmpty()) {
            moved.findings.add(Finding.lost(
                    schedule.name().isEmpty() ? AWS_S3_BUCKET_NAME.name() : schedule.name(),
                    "no bucket and no mounted directory says where to store; correct storage, which is only a guess"));
            names.add(directory("/backups"));
        }
        return names.stream().distinct().toList();
    }

    private String directory(String path) {
        for (Map.Entry<String, Place> known : moved.places.entrySet()) {
            if (known.getValue() instanceof Place.Directory directory
                    && directory.path().equals(path)) {
                return known.getKey();
            }
        }
        return add(new Place.Directory(path), "archive");
    }

    private String bucket(OffenSchedule schedule) {
        Map<String, String> settings = new LinkedHashMap<>();
        String endpoint = schedule.value(AWS_ENDPOINT, AMAZON).replaceAll("/+$", "");
        String scheme = schedule.value(AWS_ENDPOINT_PROTO, "https");
        settings.put("endpoint", endpoint.contains("://") ? endpoint : scheme + "://" + endpoint);
        settings.put("bucket", schedule.value(AWS_S3_BUCKET_NAME, "BUCKET"));
        region(schedule, endpoint, settings);
        schedule.value(AWS_S3_PATH)
                .map(path -> path.replaceAll("^/+|/+$", ""))
                .filter(path -> !path.isEmpty())
                .ifPresent(path -> settings.put("prefix", path));
        schedule.value(AWS_STORAGE_CLASS).ifPresent(storageClass -> settings.put("storage_class", storageClass));
        schedule.value(AWS_ENDPOINT_CA_CERT).ifPresent(authority -> settings.put("ca_file", authority(authority)));
        if (endpoint.endsWith(".scw.cloud")) {
            settings.put("part_limit", "1000");
        }
        String credentials = schedule.fingerprint(AWS_ACCESS_KEY_ID) + schedule.fingerprint(AWS_SECRET_ACCESS_KEY);
        for (Map.Entry<String, Place> known : moved.places.entrySet()) {
            if (known.getValue() instanceof Place.Bucket bucket && isSame(bucket.settings(), settings)) {
                if (!bucket.credentials().equals(credentials)) {
                    moved.findings.add(Finding.lost(
                            AWS_ACCESS_KEY_ID.name(),
                            schedule.name() + " has other credentials for the same place; one pair of them has to do"));
                }
                return known.getKey();
            }
        }
        String name = add(new Place.Bucket(settings, credentials), schedule.name());
        credentials(schedule, name, credentials);
        return name;
    }

    private static boolean isSame(Map<String, String> one, Map<String, String> other) {
        return List.of("endpoint", "bucket", "prefix").stream()
                .allMatch(key -> one.getOrDefault(key, "").equals(other.getOrDefault(key, "")));
    }

    private void region(OffenSchedule schedule, String endpoint, Map<String, String> settings) {
        Matcher named = REGION.matcher(endpoint);
        Optional<String> region = named.matches()
                ? Optional.of(named.group(1))
                : Optional.ofNullable(schedule.variables().get("AWS_REGION"))
                        .or(() -> Optional.ofNullable(schedule.variables().get("AWS_DEFAULT_REGION")))
                        .filter(text -> !text.isBlank());
        if (region.isPresent()) {
            settings.put("region", region.get());
        } else if (endpoint.equals(AMAZON)) {
            moved.findings.add(Finding.note(
                    AWS_ENDPOINT.name(),
                    "names no region, so it is us-east-1; set region where the bucket is elsewhere"));
        }
    }

    /** A path in the container, or the certificate itself. */
    private String authority(String written) {
        Optional<String> onHost = written.contains("-----BEGIN") ? Optional.empty() : paths.onHost(written);
        if (onHost.isEmpty()) {
            moved.findings.add(Finding.note(
                    AWS_ENDPOINT_CA_CERT.name(), "put that certificate into the file ca.pem beside the configuration"));
        }
        return onHost.orElse("ca.pem");
    }

    private void credentials(OffenSchedule schedule, String name, String credentials) {
        boolean usual = moved.places.get(Moved.DEFAULT) instanceof Place.Bucket first
                && first.credentials().equals(credentials);
        String suffix = usual ? "" : Names.suffix(name);
        String from = schedule.name().isEmpty() || suffix.isEmpty() ? "" : " of " + schedule.name();
        for (OffenVariable variable : List.of(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)) {
            String file = schedule.inFile(variable) ? OffenVariable.FILE : "";
            Variable ours = new Variable(
                    variable.name() + suffix + file,
                    suffix.isEmpty() ? "as it is" : "the value of " + variable.name() + file + from);
            if (schedule.has(variable) && !moved.variables.contains(ours)) {
                moved.variables.add(ours);
            }
        }
    }

    private String add(Place place, String wanted) {
        String name = moved.places.isEmpty() ? Moved.DEFAULT : Names.unused(wanted, "second", moved.places.keySet());
        moved.places.put(name, place);
        return name;
    }

    /** Offen removes by age whatever begins with its prefix: our snapshots, too, while both run. */
    private void warnOfPruning(OffenSchedule schedule) {
        int days = AppMove.number(schedule.value(BACKUP_RETENTION_DAYS, "-1")).orElse(-1);
        String prefix = schedule.value(BACKUP_PRUNING_PREFIX, "");
        boolean meant = OURS.startsWith(prefix) || prefix.startsWith(OURS);
        if (days >= 0 && meant && !schedule.has(OffenVariable.BACKUP_SKIP_BACKENDS_FROM_PRUNE)) {
            moved.findings.add(Finding.note(
                    BACKUP_PRUNING_PREFIX.name(),
                    "while both run, offen removes OUR snapshots that are older than " + days
                            + " days, as they lie below the same path: set it there to how its own files begin, such as"
                            + " 'backup-2', or stop offen first"));
        }
    }
}
