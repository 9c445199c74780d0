package io.doksnap.snapshot;

import java.time.Instant;

/**
 * {@code run.json}: written before anything else, so that whoever finds a folder without a manifest knows whose it is and
 * when the run must have ended.
 *
 * @param formatVersion {@value Manifest#FORMAT_VERSION}
 * @param deadline when the run ends at the latest
 */
public record RunRecord(int formatVersion, Identity identity, String id, Instant started, Instant deadline) {}
