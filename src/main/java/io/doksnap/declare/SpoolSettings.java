package io.doksnap.declare;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where archives wait for their upload while the workload goes on.
 *
 * @param directory absolute; empty: below the data directory
 * @param max bytes of all of them together, 0 for none at all; empty: as many as the disk can spare
 */
public record SpoolSettings(Optional<Path> directory, OptionalLong max) {}
