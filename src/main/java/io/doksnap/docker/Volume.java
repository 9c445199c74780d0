package io.doksnap.docker;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A Docker volume.
 *
 * @param driver {@code local}, or the name of a plugin
 * @param mountpoint where the engine keeps its data on the engine's own host; may not be reachable from here
 */
public record Volume(String name, String driver, Path mountpoint) {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}");

    /** Whether the engine takes this for a name, whether there is such a volume or not. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }
}
