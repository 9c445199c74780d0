package io.doksnap.declare;

import io.doksnap.declare.Destination.AtRest;
import io.doksnap.declare.Destination.HttpProxy;
import io.doksnap.declare.Destination.ObjectLock;
import io.doksnap.declare.Destination.S3Options;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads what only some buckets need: a storage class, encryption at rest, object lock, few parts, an own authority, a proxy. */
final class S3OptionsReader {
    private static final String PROXY_FORM =
            "write http://host:port, or http://user:password@host:port with %40 for @ and the like in the password";

    static final int MOST_PARTS = 10_000;
    static final int FEWEST_PARTS = 10;
    private static final int MOST_DAYS = 36_500;
    private static final Pattern SEPARATOR = Pattern.compile("[,\\s]+");
    static final Pattern STORAGE_CLASS = Pattern.compile("[A-Z0-9_-]{1,64}");

    /** Nothing in them can be read before somebody has asked for it hours ago: not even the record of a backup. */
    private static final Set<String> ARCHIVES = Set.of("GLACIER", "DEEP_ARCHIVE");

    private final Environment environment;
    private final Path directory;
    private final Problems problems;

    S3OptionsReader(Environment environment, Path directory, Problems problems) {
        this.environment = environment;
        this.directory = directory;
        this.problems = problems;
    }

    S3Options read(Section s3, S3Endpoint endpoint, String region) {
        AtRest atRest = atRest(s3);
        return new S3Options(
                storageClass(s3),
                atRest,
                kmsKey(s3, atRest),
                objectLock(s3.section("object_lock")),
                number(s3, "part_limit", FEWEST_PARTS, MOST_PARTS).orElse(MOST_PARTS),
                s3.path("ca_file", directory),
                proxy(s3, endpoint, region));
    }

    private Optional<String> storageClass(Section s3) {
        Optional<String> name = s3.text("storage_class");
        if (name.isPresent() && !STORAGE_CLASS.matcher(name.get()).matches()) {
            problems.add(
                    s3.place("storage_class"),
                    "'" + name.get() + "' is no storage class; write one such as STANDARD_IA");
        } else if (name.filter(ARCHIVES::contains).isPresent()) {
            problems.add(
                    s3.place("storage_class"),
                    "objects in " + name.get() + " cannot be read at once, so backups could not even be listed; use"
                            + " GLACIER_IR, or a lifecycle rule that moves old archives and no .json");
        }
        return name;
    }

    private AtRest atRest(Section s3) {
        Optional<String> text = s3.text("sse");
        if (text.isEmpty()) {
            return AtRest.AES256_IF_POSSIBLE;
        }
        return switch (text.get().toLowerCase(Locale.ROOT)) {
            case "none", "off" -> AtRest.NOT_ASKED;
            case "aes256" -> AtRest.AES256;
            case "aws:kms", "kms" -> AtRest.KMS;
            default -> {
                problems.add(
                        s3.place("sse"), "'" + text.get() + "' is no way to encrypt; write AES256, aws:kms or none");
                yield AtRest.AES256_IF_POSSIBLE;
            }
        };
    }

    private Optional<String> kmsKey(Section s3, AtRest atRest) {
        Optional<String> key = s3.text("sse_kms_key_id");
        if (key.isPresent() && atRest != AtRest.KMS) {
            problems.add(s3.place("sse_kms_key_id"), "is used with sse: aws:kms alone; set that, or remove the key");
        }
        return key;
    }

    private Optional<ObjectLock> objectLock(Section lock) {
        if (!lock.isPresent()) {
            return Optional.empty();
        }
        String remedy = "write governance (some may remove objects earlier) or compliance (nobody can)";
        Optional<String> mode = lock.requiredText("mode", remedy).map(text -> text.toLowerCase(Locale.ROOT));
        if (mode.isPresent() && !Set.of("governance", "compliance").contains(mode.get())) {
            problems.add(lock.place("mode"), "'" + mode.get() + "' is no mode; " + remedy);
        }
        if (!lock.has("days")) {
            problems.add(lock.place("days"), "is missing; say how many days nothing can be removed, such as 30");
        }
        OptionalInt days = number(lock, "days", 1, MOST_DAYS);
        lock.reportUnknownKeys();
        return mode.isPresent() && days.isPresent()
                ? Optional.of(new ObjectLock(mode.get().equals("compliance"), days.getAsInt()))
                : Optional.empty();
    }

    private OptionalInt number(Section section, String key, int least, int most) {
        OptionalInt number = section.number(key);
        if (number.isPresent() && (number.getAsInt() < least || number.getAsInt() > most)) {
            problems.add(section.place(key), number.getAsInt() + " is not between " + least + " and " + most);
            return OptionalInt.empty();
        }
        return number;
    }

    private Optional<HttpProxy> proxy(Section s3, S3Endpoint endpoint, String region) {
        Optional<String> setting = s3.text("proxy");
        if (setting.isPresent()) {
            return setting.get().equalsIgnoreCase("none") ? Optional.empty() : proxy(setting.get(), s3.place("proxy"));
        }
        String scheme = endpoint.uri().map(URI::getScheme).orElse("https");
        String host = endpoint.uri().map(URI::getHost).orElse("s3." + region + ".amazonaws.com");
        String variable = scheme.toUpperCase(Locale.ROOT) + "_PROXY";
        if (isExempt(host)) {
            return Optional.empty();
        }
        return either(variable).flatMap(text -> proxy(text, Place.variable(variable)));
    }

    private Optional<HttpProxy> proxy(String text, Place place) {
        try {
            URI uri = new URI(text.contains("://") ? text : "http://" + text);
            if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
                problems.add(place, "is no proxy that can be used; " + PROXY_FORM);
                return Optional.empty();
            }
            String[] login = uri.getUserInfo() == null
                    ? new String[0]
                    : uri.getUserInfo().split(":", 2);
            return Optional.of(new HttpProxy(
                    uri.getHost(),
                    uri.getPort() < 0 ? 80 : uri.getPort(),
                    login.length == 0 ? Optional.empty() : Optional.of(login[0]),
                    login.length < 2 ? Optional.empty() : Optional.of(login[1])));
        } catch (URISyntaxException wrong) {
            problems.add(place, "is no proxy; " + PROXY_FORM);
            return Optional.empty();
        }
    }

    /** By the usual rules: names and their subdomains, addresses, a star; this machine itself never needs a proxy. */
    private boolean isExempt(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.equals("localhost") || name.startsWith("127.") || name.equals("[::1]")) {
            return true;
        }
        for (String entry : SEPARATOR.split(either("NO_PROXY").orElse("").toLowerCase(Locale.ROOT), -1)) {
            String exempt = entry.replaceAll(":[0-9]+$", "").replaceAll("^\\*?\\.", "");
            if (exempt.equals("*") || (!exempt.isEmpty() && (name.equals(exempt) || name.endsWith("." + exempt)))) {
                return true;
            }
        }
        return false;
    }

    private Optional<String> either(String variable) {
        Environment usual = environment.usual();
        return usual.value(variable).or(() -> usual.value(variable.toLowerCase(Locale.ROOT)));
    }
}
