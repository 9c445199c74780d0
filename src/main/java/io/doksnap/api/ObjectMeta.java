package io.doksnap.api;

/**
 * The identity of a resource.
 *
 * @param name a Kubernetes name: lower case letters, digits, {@code -} and {@code .}, at most 253 characters
 * @param namespace the namespace, {@code default} where nobody said otherwise
 */
public record ObjectMeta(String name, String namespace) {}
