package io.doksnap.docker;

/**
 * What a container, or the tasks of a Swarm service, mount.
 *
 * @param source the name of a volume, or a path on the engine's host; empty where there is neither
 * @param destination absolute, in the container
 * @param driver of a volume, as far as it is known; else empty
 */
public record Mount(Type type, String source, String destination, String driver, boolean readOnly) {

    /** What can be mounted. */
    public enum Type {
        /** A Docker volume. */
        VOLUME,
        /** A directory or file of the host. */
        BIND,
        /** Memory. */
        TMPFS,
        /** Anything else, such as a named pipe. */
        OTHER;

        static Type of(String text) {
            return switch (text) {
                case "volume" -> VOLUME;
                case "bind" -> BIND;
                case "tmpfs" -> TMPFS;
                default -> OTHER;
            };
        }
    }

    /** A volume of the {@code local} driver. */
    public static Mount volume(String name, String destination) {
        return new Mount(Type.VOLUME, name, destination, "local", false);
    }

    /** A directory of the host. */
    public static Mount bind(String path, String destination) {
        return new Mount(Type.BIND, path, destination, "", false);
    }
}
