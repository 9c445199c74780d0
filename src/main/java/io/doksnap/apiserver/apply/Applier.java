package io.doksnap.apiserver.apply;

import java.time.Instant;

/**
 * Who writes, and how.
 *
 * @param manager the request's {@code fieldManager}, or what stands for it
 * @param subresource such as {@code status}; empty for the object itself
 * @param force whether fields are taken from whoever has them; asked by server-side apply alone
 * @param time of the write
 */
public record Applier(String manager, String subresource, boolean force, Instant time) {}
