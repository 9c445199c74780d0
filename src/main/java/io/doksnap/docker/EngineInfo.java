package io.doksnap.docker;

/**
 * What an engine says of itself.
 *
 * @param name the host's name as the engine knows it
 * @param version the engine's version, such as {@code 20.10.24}
 * @param apiVersion the newest API version that it speaks, such as {@code 1.41}
 */
public record EngineInfo(String name, String version, String apiVersion) {}
