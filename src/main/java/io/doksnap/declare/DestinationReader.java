package io.doksnap.declare;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads where backups go: {@code s3} or {@code storage}, and the credentials from the environment. */
final class DestinationReader {
    private static final String DEFAULT_REGION = "us-east-1";

    /** What AWS and the other servers together accept; the server has the last word. */
    static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]");

    static final Pattern REGION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

    private final Environment environment;
    private final Path directory;
    private final Problems problems;

    DestinationReader(Environment environment, Path directory, Problems problems) {
        this.environment = environment;
        this.directory = directory;
        this.problems = problems;
    }

    /** Exactly one of the two, or empty after a problem was told. */
    Optional<Destination> read(Section root) {
        Section s3 = root.section("s3");
        Section storage = root.section("storage");
        Optional<Path> stored = storage.path("directory", directory);
        boolean inDirectory = storage.has("directory");
        storage.reportUnknownKeys();
        Optional<Destination> bucket = s3.isPresent() ? s3(s3) : Optional.empty();
        if (s3.isPresent() && inDirectory) {
            problems.add(
                    storage.place("directory"),
                    "s3 (line " + s3.place().line() + ") and storage.directory are both set; keep one of them");
        }
        if (!s3.isPresent() && !inDirectory) {
            problems.add(
                    root.place(),
                    "nowhere to store backups; set s3 (endpoint and bucket), or storage.directory (a path)");
        }
        return bucket.or(() -> stored.map(Destination.Directory::new));
    }

    /** Reads a bucket; empty after a problem was told. */
    Optional<Destination> s3(Section s3) {
        Optional<String> endpointText = s3.text("endpoint");
        Optional<S3Endpoint> endpoint = endpointText.isEmpty()
                ? Optional.of(S3Endpoint.AWS)
                : S3Endpoint.parse(endpointText.get(), s3.place("endpoint"), problems);
        Optional<String> bucket = s3.requiredText("bucket", "name the bucket that takes the backups");
        bucket.ifPresent(name -> checkBucket(name, s3));
        String region = region(s3, endpoint);
        String prefix = prefix(s3);
        Optional<Boolean> pathStyle = s3.flag("path_style");
        Destination.S3Options options =
                new S3OptionsReader(environment, directory, problems).read(s3, endpoint.orElse(S3Endpoint.AWS), region);
        Optional<Destination.Credentials> credentials = credentials(s3);
        rejectCredentials(s3);
        s3.reportUnknownKeys();
        if (endpoint.isEmpty() || bucket.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Destination.S3(
                endpoint.get().uri(),
                bucket.get(),
                region,
                prefix,
                pathStyle.orElse(!endpoint.get().amazon()),
                options,
                credentials));
    }

    private void checkBucket(String name, Section s3) {
        Place place = s3.place("bucket");
        if (name.contains("/")) {
            problems.add(
                    place,
                    "'" + name + "' holds a '/'; name the bucket alone, and put a folder into "
                            + s3.place("prefix").path());
        } else if (!BUCKET.matcher(name).matches() || name.contains("..")) {
            problems.add(
                    place,
                    "'" + name + "' is no name of a bucket; it has 3 to 63 lower case letters, digits, '-' and '.'");
        }
    }

    private String region(Section s3, Optional<S3Endpoint> endpoint) {
        Optional<String> named = endpoint.flatMap(S3Endpoint::region);
        Optional<String> region = s3.text("region");
        if (region.isPresent() && !REGION.matcher(region.get()).matches()) {
            problems.add(
                    s3.place("region"), "'" + region.get() + "' is no region; write one such as " + DEFAULT_REGION);
        } else if (region.isPresent() && named.isPresent() && !region.equals(named)) {
            problems.add(
                    s3.place("region"),
                    "'" + region.get() + "' differs from the region of "
                            + s3.place("endpoint").path() + ", " + named.get()
                            + "; correct one of them");
        }
        return region.or(() -> named).orElse(DEFAULT_REGION);
    }

    private String prefix(Section s3) {
        String prefix = s3.text("prefix").orElse("").replaceAll("^/+|/+$", "");
        if (prefix.isEmpty()) {
            return "";
        }
        boolean odd = prefix.contains("//") || prefix.chars().anyMatch(Character::isISOControl);
        for (String segment : prefix.split("/", -1)) {
            odd |= segment.equals(".") || segment.equals("..");
        }
        if (odd) {
            problems.add(
                    s3.place("prefix"), "holds an empty part, '.' or '..'; write plain folders such as backups/host1");
        }
        return prefix + "/";
    }

    /** Those of this destination, else the usual ones: both, and a token where there is one; or neither, which leaves the search to the SDK. */
    private Optional<Destination.Credentials> credentials(Section s3) {
        Optional<Secret> keyFile = file(s3, "access_key_id_file");
        Optional<Secret> secretFile = file(s3, "secret_access_key_file");
        Environment variables = ownVariables(keyFile.isPresent() || secretFile.isPresent());
        Optional<Secret> key = variables.secret("AWS_ACCESS_KEY_ID").or(() -> keyFile);
        Optional<Secret> secret = variables.secret("AWS_SECRET_ACCESS_KEY").or(() -> secretFile);
        if (key.isPresent() && secret.isEmpty()) {
            problems.add(
                    key.get().place(),
                    "is set, and " + variables.name("AWS_SECRET_ACCESS_KEY")
                            + " is not; set both, or neither to use the SDK's");
        }
        if (key.isEmpty() && secret.isPresent()) {
            problems.add(
                    secret.get().place(),
                    "is set, and " + variables.name("AWS_ACCESS_KEY_ID")
                            + " is not; set both, or neither to use the SDK's");
        }
        if (key.isEmpty() || secret.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Destination.Credentials(key.get(), secret.get(), variables.secret("AWS_SESSION_TOKEN")));
    }

    /** A destination with a name may have variables of its own; where it has none, the usual ones count. */
    private Environment ownVariables(boolean inFiles) {
        boolean own = inFiles
                || Stream.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
                        .anyMatch(name -> environment.secret(name).isPresent());
        return own ? environment : environment.usual();
    }

    private Optional<Secret> file(Section section, String key) {
        return section.path(key, directory).map(path -> Secret.inFile(section.place(key), path));
    }

    private void rejectCredentials(Section s3) {
        for (String key : new String[] {"access_key", "access_key_id", "secret_key", "secret_access_key"}) {
            if (s3.has(key)) {
                s3.text(key);
                problems.add(
                        s3.place(key),
                        "credentials do not belong into the file; set " + environment.name("AWS_ACCESS_KEY_ID")
                                + " and " + environment.name("AWS_SECRET_ACCESS_KEY"));
            }
        }
    }
}
