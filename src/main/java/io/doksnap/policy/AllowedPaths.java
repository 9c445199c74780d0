package io.doksnap.policy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which directories of the host may be a source: those under a few usual places, those that the operator's owner
 * listed, and where Dokploy keeps the files that its services mount. Never the system's own, unless such a one, or a
 * directory inside it, was listed itself.
 *
 * <p>Only looks at the path as it is given. Ask once with the path as declared, and again before reading with the path
 * after its links were resolved.
 *
 * @param listed absolute directories that are allowed with everything below them, from {@code docker.allowed_paths}
 */
public record AllowedPaths(List<Path> listed) {
    private static final List<Path> USUAL = paths("/var/lib/docker/volumes", "/data", "/backups", "/opt", "/srv");

    private static final List<Path> FORBIDDEN =
            paths("/etc", "/root", "/home", "/usr/bin", "/usr/sbin", "/bin", "/sbin", "/proc", "/sys", "/dev");

    /** Of one Compose service or application of Dokploy; beside it lie its code and what Dokploy knows of it. */
    private static final Pattern DOKPLOY_FILES =
            Pattern.compile("/etc/dokploy/(compose|applications)/[^/]+/files(/.*)?", Pattern.DOTALL);

    public AllowedPaths {
        listed = listed.stream().map(Path::normalize).toList();
    }

    /** Only the usual places. */
    public static AllowedPaths usual() {
        return new AllowedPaths(List.of());
    }

    /**
     * Why a directory may not be read, and what would allow it; empty when it may.
     *
     * @param directory absolute, and without {@code ..}; anything else is refused
     */
    public Optional<String> check(Path directory) {
        if (!directory.isAbsolute()) {
            return Optional.of(
                    "'" + directory + "' is not an absolute path; write it from the root, such as /srv/" + directory);
        }
        if (!directory.equals(directory.normalize())) {
            return Optional.of("'" + directory + "' contains '.' or '..'; write it without: " + directory.normalize());
        }
        Optional<Path> forbidden =
                FORBIDDEN.stream().filter(directory::startsWith).findFirst();
        if (forbidden.isPresent()) {
            boolean named = listed.stream()
                    .anyMatch(allowed -> directory.startsWith(allowed) && allowed.startsWith(forbidden.get()));
            return named || DOKPLOY_FILES.matcher(directory.toString()).matches()
                    ? Optional.empty()
                    : Optional.of("'" + directory + "' lies in " + forbidden.get()
                            + ", which is never backed up; list " + directory
                            + " under docker.allowed_paths if you mean it");
        }
        if (isBelow(listed, directory) || isBelow(USUAL, directory)) {
            return Optional.empty();
        }
        return Optional.of(
                "'" + directory + "' is outside /var/lib/docker/volumes, /data, /backups, /opt and /srv; list "
                        + directory + " under docker.allowed_paths to allow it");
    }

    private static boolean isBelow(List<Path> parents, Path directory) {
        return parents.stream().anyMatch(directory::startsWith);
    }

    private static List<Path> paths(String... paths) {
        return Arrays.stream(paths).map(Path::of).toList();
    }
}
