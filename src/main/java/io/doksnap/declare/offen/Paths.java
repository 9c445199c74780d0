package io.doksnap.declare.offen;

import io.doksnap.docker.Mount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Where on the host lies what the backup's container mounts. */
final class Paths {
    private static final String VOLUMES = "/var/lib/docker/volumes/";

    private final List<Mount> mounts;

    Paths(List<Mount> mounts) {
        this.mounts = mounts;
    }

    /** What is mounted there or below; else the part of a mount that it is. Empty: nothing of the host. */
    List<Moved.Source> below(String path) {
        String wanted = trimmed(path);
        List<Moved.Source> sources = new ArrayList<>();
        for (Mount mount : mounts) {
            String at = trimmed(mount.destination());
            if (hasData(mount) && (at.equals(wanted) || at.startsWith(wanted.equals("/") ? "/" : wanted + "/"))) {
                sources.add(new Moved.Source(mount.type() == Mount.Type.BIND, mount.source()));
            }
        }
        if (sources.isEmpty()) {
            onHost(wanted).ifPresent(directory -> sources.add(new Moved.Source(true, directory)));
        }
        return sources.stream().distinct().toList();
    }

    /** The path on the host of a path in the container. */
    Optional<String> onHost(String path) {
        String wanted = trimmed(path);
        return mounts.stream()
                .filter(Paths::hasData)
                .filter(mount -> wanted.equals(trimmed(mount.destination()))
                        || wanted.startsWith(trimmed(mount.destination()) + "/"))
                .max(Comparator.comparingInt(mount -> mount.destination().length()))
                .map(mount -> root(mount)
                        + wanted.substring(trimmed(mount.destination()).length()));
    }

    boolean mounts(String destination) {
        return mounts.stream().anyMatch(mount -> mount.destination().equals(destination));
    }

    private static String root(Mount mount) {
        return mount.type() == Mount.Type.VOLUME ? VOLUMES + mount.source() + "/_data" : trimmed(mount.source());
    }

    private static boolean hasData(Mount mount) {
        return (mount.type() == Mount.Type.VOLUME || mount.type() == Mount.Type.BIND)
                && !mount.source().isEmpty()
                && !mount.destination().endsWith("docker.sock");
    }

    private static String trimmed(String path) {
        return path.replaceAll("(?<=.)/+$", "");
    }
}
