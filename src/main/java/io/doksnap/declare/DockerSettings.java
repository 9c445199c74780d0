package io.doksnap.declare;

import io.doksnap.docker.EngineTls;
import io.doksnap.policy.AllowedPaths;
import java.util.Optional;

/**
 * How to reach the Docker Engine, and what of its host may be read.
 *
 * @param host the engine's address: {@code unix:///var/run/docker.sock}, or {@code tcp://host:port}
 * @param tls with which certificates it is spoken to; empty: without TLS
 * @param allowedPaths which directories of the host may be sources
 */
public record DockerSettings(String host, Optional<EngineTls> tls, AllowedPaths allowedPaths) {}
