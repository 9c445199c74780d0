package io.doksnap.policy;

/**
 * One thing that is wrong with a declaration.
 *
 * @param path the field, such as {@code spec.sources[0].directory}
 * @param message what is wrong there, and what to do about it, in one sentence
 */
public record Problem(String path, String message) {}
