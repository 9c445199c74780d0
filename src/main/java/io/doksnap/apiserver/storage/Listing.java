package io.doksnap.apiserver.storage;

import java.util.List;

/**
 * Objects of one resource, in the order of their keys, as they were at one moment.
 *
 * @param version the newest version of anything at that moment
 */
public record Listing(long version, List<Stored> objects) {}
