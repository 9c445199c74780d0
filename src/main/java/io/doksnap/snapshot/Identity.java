package io.doksnap.snapshot;

/**
 * Whose snapshot something is. Everything that keeps or removes snapshots goes by this, as it stands in a manifest, never by names or by the
 * order of a listing.
 *
 * @param host the host that made it
 * @param namespace the policy's namespace
 * @param policy the policy's name
 */
public record Identity(String host, String namespace, String policy) {}
