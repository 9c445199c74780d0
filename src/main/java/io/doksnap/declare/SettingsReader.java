package io.doksnap.declare;

import io.doksnap.docker.DockerContext;
import io.doksnap.docker.DockerEngines;
import io.doksnap.docker.EngineTls;
import io.doksnap.policy.AllowedPaths;
import io.doksnap.policy.TimeZones;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Reads everything but the apps. */
final class SettingsReader {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,62}");
    private static final Pattern ENGINE = Pattern.compile("unix:///.+|(tcp|http|https)://[^/@]+/?");
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9.:_%-]+|\\[[0-9A-Fa-f:.%]+]");
    private static final String SOCKET = "unix:///var/run/docker.sock";

    private final Environment environment;
    private final Path directory;
    private final Problems problems;

    /**
     * Creates a reader.
     *
     * @param directory where relative paths of the file start
     */
    SettingsReader(Environment environment, Path directory, Problems problems) {
        this.environment = environment;
        this.directory = directory;
        this.problems = problems;
    }

    /** Reads what it can; what it cannot has a default, and a problem. */
    Settings read(Section root) {
        Map<String, Destination> destinations = new DestinationsReader(environment, directory, problems).read(root);
        Optional<Path> dataDirectory = root.path("data_dir", directory);
        boolean inBucket = root.section("s3").isPresent()
                || destinations.values().stream().anyMatch(Destination.S3.class::isInstance);
        return new Settings(
                host(root),
                environment.path("DOKSNAP_DATA_DIR").or(() -> dataDirectory),
                timeZone(root.section("defaults")),
                destinations,
                new EncryptionsReader(environment, directory, problems).read(root, inBucket),
                docker(root.section("docker")),
                statusServer(root.section("status_server")),
                new ApiReader(directory, usualBind(), problems).read(root.section("api")),
                new LimitsReader(problems).read(root.section("limits")),
                new SpoolReader(directory, problems).read(root.section("spool")));
    }

    /** Where both servers listen when the file does not say: in a container, loopback would be the container's own. */
    private Optional<String> usualBind() {
        Optional<String> bind = environment.value("DOKSNAP_BIND");
        if (bind.isPresent() && !ADDRESS.matcher(bind.get()).matches()) {
            problems.addUnlessSaid(
                    Place.variable("DOKSNAP_BIND"), "is no address; write one such as 127.0.0.1, or 0.0.0.0 for all");
        }
        return bind;
    }

    private Optional<String> host(Section root) {
        Optional<String> written = root.text("host");
        Optional<String> variable = environment.value("DOKSNAP_HOST");
        Place place = variable.isPresent() ? Place.variable("DOKSNAP_HOST") : root.place("host");
        Optional<String> host = variable.or(() -> written);
        if (host.isPresent() && !HOST.matcher(host.get()).matches()) {
            problems.add(
                    place,
                    "'" + host.get() + "' is no name of a host; use letters, digits, '_', '.' and '-', at most 63");
        }
        return host;
    }

    private ZoneId timeZone(Section defaults) {
        Optional<String> written = defaults.text("timezone");
        defaults.reportUnknownKeys();
        if (written.isPresent()) {
            return zone(written.get(), defaults.place("timezone"), "");
        }
        return environment
                .value("TZ")
                .map(text -> zone(
                        text.startsWith(":") ? text.substring(1) : text,
                        Place.variable("TZ"),
                        " (or set defaults.timezone, which wins over TZ)"))
                .orElse(ZoneOffset.UTC);
    }

    private ZoneId zone(String text, Place place, String remedy) {
        Optional<ZoneId> zone = TimeZones.parse(text);
        if (zone.isEmpty()) {
            problems.add(place, TimeZones.complaint(text) + remedy);
        }
        return zone.orElse(ZoneOffset.UTC);
    }

    private DockerSettings docker(Section docker) {
        Optional<String> written = docker.text("host");
        Optional<String> variable = environment.value("DOCKER_HOST");
        Place place = written.isPresent() ? docker.place("host") : Place.variable("DOCKER_HOST");
        DockerAddressReader usual = new DockerAddressReader(environment, problems);
        Optional<DockerContext> context = written.or(() -> variable).isPresent() ? Optional.empty() : usual.context();
        String host = written.or(() -> variable)
                .or(() -> context.map(DockerContext::host))
                .orElseGet(usual::socket);
        if (!ENGINE.matcher(host).matches() && !DockerEngines.isBehindSsh(host)) {
            problems.add(
                    place,
                    host.startsWith("ssh://")
                            ? "is no ssh://user@host:port with a plain user and host; ssh takes keys from its agent"
                                    + " and its configuration, and no password"
                            : "is no address of a Docker Engine; write " + SOCKET
                                    + ", tcp://host:port or ssh://user@host");
        }
        List<Path> allowed = new ArrayList<>();
        for (Section.Text text : docker.texts("allowed_paths")) {
            allowedPath(text).ifPresent(allowed::add);
        }
        Optional<EngineTls> tls = new DockerTlsReader(environment, directory, problems)
                .read(docker)
                .or(() -> context.flatMap(DockerContext::tls));
        LabelSettingsReader more = new LabelSettingsReader(problems);
        DockerSettings settings =
                new DockerSettings(host, tls, new AllowedPaths(allowed), more.mode(docker), more.noStopWindows(docker));
        docker.reportUnknownKeys();
        return settings;
    }

    private Optional<Path> allowedPath(Section.Text text) {
        try {
            Path path = Path.of(text.value());
            if (!path.isAbsolute() || !path.equals(path.normalize())) {
                problems.add(text.place(), "'" + path + "' must be absolute and without '..', such as /mnt/data");
            } else if (path.getNameCount() == 0) {
                problems.add(text.place(), "'/' would allow everything; list the directories that you mean");
            } else {
                return Optional.of(path);
            }
        } catch (InvalidPathException impossible) {
            problems.add(text.place(), "is no path: " + impossible.getReason());
        }
        return Optional.empty();
    }

    private StatusServerSettings statusServer(Section section) {
        boolean enabled = section.flag("enabled").orElse(true);
        OptionalInt port = section.number("port");
        if (port.isPresent() && (port.getAsInt() < 1 || port.getAsInt() > 65_535)) {
            problems.add(section.place("port"), "must be 1 to 65535, and is " + port.getAsInt());
        }
        Optional<String> bind = section.text("bind");
        if (bind.isPresent() && !ADDRESS.matcher(bind.get()).matches()) {
            problems.add(section.place("bind"), "is no address; write one such as 127.0.0.1, or 0.0.0.0 for all");
        }
        boolean requireAuth = section.flag("require_auth").orElse(false);
        Optional<Secret> written = section.text("api_key").map(key -> Secret.of(section.place("api_key"), key));
        Optional<Secret> key = environment.secret("DOKSNAP_API_KEY").or(() -> written);
        if (enabled && requireAuth && key.isEmpty()) {
            problems.addUnlessSaid(
                    section.place("require_auth"),
                    "is true, and there is no key; set DOKSNAP_API_KEY, or api_key here");
        }
        section.reportUnknownKeys();
        return new StatusServerSettings(
                enabled, port.orElse(4567), bind.or(this::usualBind).orElse("127.0.0.1"), requireAuth, key);
    }
}
