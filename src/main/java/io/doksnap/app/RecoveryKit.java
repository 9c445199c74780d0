package io.doksnap.app;

import io.doksnap.archive.Encryption;
import io.doksnap.declare.Destination;
import io.doksnap.policy.EncryptionChoice;
import io.doksnap.policy.Policy;
import io.doksnap.policy.Source;
import io.doksnap.run.dump.DumpFormat;
import io.doksnap.snapshot.SnapshotFolder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A page for a drawer: where the backups of a host are, what opens them, and how to get them back with tools that every Linux has. */
final class RecoveryKit {
    private static final String BLANK = "________________________________________";

    private final Optional<String> host;
    private final Instant made;
    private final List<String> places = new ArrayList<>();
    private final List<String> apps = new ArrayList<>();
    private final Set<String> keys = new LinkedHashSet<>();
    private final KitCommands commands = new KitCommands();

    RecoveryKit(Optional<String> host, Instant made) {
        this.host = host;
        this.made = made;
    }

    /**
     * Adds an app.
     *
     * @param encryption empty where its keys cannot be read
     */
    void add(Policy policy, List<String> destinations, Optional<Encryption> encryption) {
        apps.add("  " + policy.name() + ": "
                + String.join(
                        ", ",
                        policy.sources().stream().map(RecoveryKit::describe).toList()));
        apps.add("    in " + String.join(", ", destinations) + ", below "
                + new SnapshotFolder(policy.name(), host.orElse("HOST"), "ID").prefix());
        apps.add("    opened by " + encryption.map(how -> key(policy, how)).orElse("(its key could not be read)"));
        encryption.map(how -> key(policy, how)).ifPresent(keys::add);
        encryption.ifPresent(how -> commands.add(policy, how));
    }

    /** Adds a destination that is only in the API. */
    void add(String destination, String location) {
        places.add("  " + destination + ": " + (location.isEmpty() ? "(nobody has seen yet where)" : location));
        places.add("    its credentials, which only the API has, are kept at: " + BLANK);
    }

    /** All of it. */
    List<String> lines(Map<String, Destination> destinations) {
        List<String> lines = new ArrayList<>();
        lines.add("RECOVERY KIT of " + host.orElse("this host") + ", made " + made.truncatedTo(ChronoUnit.SECONDS)
                + " by " + Version.text());
        lines.add("");
        lines.add(
                "Keep it on paper, away from this machine and its backups. It holds no secret: write down where they are.");
        lines.add("");
        lines.add("HOST");
        lines.add("  " + host.orElse("not known yet: the first backup gives it a name; make this page again after it"));
        lines.add("");
        lines.add("DESTINATIONS");
        destinations.forEach((name, destination) -> lines.addAll(describe(name, destination)));
        lines.addAll(places);
        lines.add("");
        lines.add("KEYS");
        for (String key : keys) {
            lines.add("  " + key);
            if (!key.equals("nothing: it is not encrypted")) {
                lines.add("    is kept at: " + BLANK);
            }
        }
        lines.add(
                "  Without them nothing can be opened, by anybody. Keep a copy that does not burn with this machine.");
        lines.add("");
        lines.add("APPS");
        lines.addAll(apps);
        lines.add("");
        lines.addAll(restoring(destinations));
        return lines;
    }

    private static List<String> describe(String name, Destination destination) {
        if (destination instanceof Destination.Directory directory) {
            return List.of("  " + name + ": the directory " + directory.directory() + " of this machine");
        }
        Destination.S3 s3 = (Destination.S3) destination;
        List<String> lines = new ArrayList<>();
        lines.add("  " + name + ": S3");
        lines.add("    endpoint   " + s3.endpoint().map(Object::toString).orElse("Amazon's own of the region"));
        lines.add("    bucket     " + s3.bucket());
        lines.add("    region     " + s3.region());
        lines.add("    prefix     " + (s3.prefix().isEmpty() ? "none" : s3.prefix()));
        if (s3.pathStyle()) {
            lines.add("    the bucket goes into the path (path style)");
        }
        s3.options()
                .caFile()
                .ifPresent(file -> lines.add("    its certificate is signed by " + file + ": keep a copy"));
        lines.add("    an access key that may list and read is kept at: " + BLANK);
        return lines;
    }

    private List<String> restoring(Map<String, Destination> destinations) {
        List<String> lines = new ArrayList<>();
        lines.add("RESTORE WITH DOKSNAPSHOTTER, on any machine with Java 17");
        lines.add(
                "  Write config.yaml with the destination from above, and set its access key in the environment. Then:");
        lines.add("    doksnap list");
        lines.add("    doksnap restore APP --snapshot ID --to-directory DIR --identity KEYFILE");
        if (commands.haveDumps()) {
            lines.add("    doksnap restore APP --snapshot ID --to-service CONTAINER --identity KEYFILE");
        }
        lines.add("");
        lines.add("RESTORE WITHOUT IT, as root, with " + commands.tools());
        lines.add("  1. Fetch one snapshot, a folder that has a manifest.json:");
        destinations.values().stream().map(this::fetch).distinct().forEach(command -> lines.add("    " + command));
        lines.add("  2. Compare with manifest.json:  sha256sum SOURCE.*");
        lines.add("  3. Unpack each SOURCE; where there are SOURCE...001, .002, name them behind the first, in order:");
        lines.add("    mkdir -m 700 restored");
        commands.lines().forEach(line -> lines.add("    " + line));
        return lines;
    }

    private String fetch(Destination destination) {
        String folder = new SnapshotFolder("APP", host.orElse("HOST"), "ID").prefix();
        if (destination instanceof Destination.Directory directory) {
            return "cp -r " + directory.directory() + "/" + folder + " . ; cd ID";
        }
        Destination.S3 s3 = (Destination.S3) destination;
        return "aws s3 cp --recursive "
                + s3.endpoint().map(url -> "--endpoint-url " + url + " ").orElse("") + "--region " + s3.region()
                + " s3://" + s3.bucket() + "/" + s3.prefix() + folder + " .";
    }

    private static String describe(Source source) {
        if (source instanceof Source.Volume volume) {
            return source.name() + " (volume " + volume.volume() + ")";
        }
        if (source instanceof Source.OtherVolumes) {
            return "each other volume of the target";
        }
        if (source instanceof Source.Mount mount) {
            return source.name() + " (what the target mounts at " + mount.path() + ")";
        }
        return source instanceof Source.Directory directory
                ? source.name() + " (directory " + directory.directory() + ")"
                : source.name() + " (a dump: "
                        + DumpFormat.of(((Source.Dump) source).kind()).text() + ")";
    }

    private static String key(Policy policy, Encryption encryption) {
        String keys = String.join(", ", encryption.fingerprints());
        return switch (encryption.method()) {
            case "gpg" -> "the OpenPGP private key of the fingerprint " + keys;
            case "age" -> keys.isEmpty() ? "the passphrase (age)" : "the age identity of " + keys;
            case "aes256" ->
                policy.encryption() instanceof EncryptionChoice.Own own
                        ? "the password in the Secret " + own.keys().get(0).name() + " (entry "
                                + own.keys().get(0).key() + ")"
                        : "the password (ENCRYPTION_PASSWORD)";
            default -> "nothing: it is not encrypted";
        };
    }
}
