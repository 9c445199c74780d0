package io.doksnap.docker;

import java.nio.file.Path;

/**
 * A Docker volume.
 *
 * @param driver {@code local}, or the name of a plugin
 * @param mountpoint where the engine keeps its data on the engine's own host; may not be reachable from here
 */
public record Volume(String name, String driver, Path mountpoint) {}
