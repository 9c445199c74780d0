package io.doksnap.docker;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A Docker volume.
 *
 * @param driver {@code local}, or the name of a plugin
 * @param mountpoint where the engine keeps its data on the engine's own host; may not be reachable from here
 * @param createdAt when it was created, in the engine's own words: another text means another volume of the same name
 * @param labels that it was created with
 * @param options that it was created with, for its driver
 */
public record Volume(
        String name,
        String driver,
        Path mountpoint,
        String createdAt,
        Map<String, String> labels,
        Map<String, String> options) {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}");
    private static final Pattern ANONYMOUS = Pattern.compile("[0-9a-f]{64}");

    public Volume {
        labels = Map.copyOf(labels);
        options = Map.copyOf(options);
    }

    /** A volume without labels and options. */
    public Volume(String name, String driver, Path mountpoint) {
        this(name, driver, mountpoint, "", Map.of(), Map.of());
    }

    /** Whether the engine takes this for a name, whether there is such a volume or not. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** Whether it is a name that the engine made up, for a volume that nobody named. */
    public static boolean isAnonymous(String name) {
        return ANONYMOUS.matcher(name).matches();
    }

    /**
     * Whether its data is always at its mountpoint. That of another driver may be anywhere, and what is mounted there by its options is there
     * only while a container uses it.
     */
    public boolean isPlainDirectory() {
        return driver.equals("local") && !options.containsKey("device") && !options.containsKey("type");
    }
}
