package io.doksnap.declare;

import io.doksnap.docker.EngineTls;
import io.doksnap.policy.AllowedPaths;
import io.doksnap.policy.TimeWindow;
import java.util.List;
import java.util.Optional;

/**
 * How to reach the Docker Engine, and what of its host may be read.
 *
 * @param host the engine's address: {@code unix:///var/run/docker.sock}, {@code tcp://host:port}, or {@code ssh://user@host:port}
 * @param tls with which certificates it is spoken to; empty: without TLS
 * @param allowedPaths which directories of the host may be sources
 * @param labels what labels count for
 * @param noStopWindows when nothing may be stopped, in the time zone of each policy; empty: 23:45-00:15 where
 *     Dokploy runs, and never elsewhere
 */
public record DockerSettings(
        String host,
        Optional<EngineTls> tls,
        AllowedPaths allowedPaths,
        LabelMode labels,
        Optional<List<TimeWindow>> noStopWindows) {
    public DockerSettings {
        noStopWindows = noStopWindows.map(List::copyOf);
    }
}
