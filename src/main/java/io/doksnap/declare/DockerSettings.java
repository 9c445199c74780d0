package io.doksnap.declare;

import io.doksnap.policy.AllowedPaths;

/**
 * How to reach the Docker Engine, and what of its host may be read.
 *
 * @param host the engine's address: {@code unix:///var/run/docker.sock}, or {@code tcp://host:port}
 * @param allowedPaths which directories of the host may be sources
 */
public record DockerSettings(String host, AllowedPaths allowedPaths) {}
