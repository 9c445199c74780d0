package io.doksnap.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is mounted where, as this process sees it: {@code /proc/self/mountinfo}, whose format proc(5) describes. By it a directory is known again that is mounted in several
 * places, as a container sees its own volume and the host's directory of all volumes.
 */
record MountTable(List<Entry> entries) {
    private static final Path FILE = Path.of("/proc/self/mountinfo");
    private static final Path ROOT = Path.of("/");
    private static final int DEVICE = 2;
    private static final int WITHIN = 3;
    private static final int AT = 4;

    /** How the kernel writes spaces and the like. */
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

    MountTable {
        entries = List.copyOf(entries);
    }

    /**
     * One mount.
     *
     * @param device of the file system
     * @param within the directory of that file system that is mounted
     * @param at where
     * @param type of the file system, such as {@code ext4}
     */
    record Entry(String device, Path within, Path at, String type) {}

    /** The same for every name of one directory. */
    record Place(String device, Path within) {
        /** What is below this, relative to it; empty where it is not. */
        Optional<Path> relative(Place other) {
            return device.equals(other.device) && other.within.startsWith(within)
                    ? Optional.of(within.relativize(other.within))
                    : Optional.empty();
        }
    }

    /** As it is now; without entries where there is none. */
    static MountTable read() {
        try {
            return parse(Files.readAllLines(FILE, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return new MountTable(List.of());
        }
    }

    static MountTable parse(List<String> lines) {
        List<Entry> entries = new ArrayList<>();
        for (String line : lines) {
            String[] fields = line.split(" ", -1);
            if (fields.length > AT && fields[WITHIN].startsWith("/")) {
                entries.add(new Entry(fields[DEVICE], path(fields[WITHIN]), path(fields[AT]), type(fields)));
            }
        }
        return new MountTable(entries);
    }

    /** Behind a dash, since fields that not every mount has go before it. */
    private static String type(String... fields) {
        int dash = List.of(fields).indexOf("-");
        return dash < 0 || dash + 1 == fields.length ? "" : fields[dash + 1];
    }

    private static Path path(String field) {
        byte[] bytes = OCTAL.matcher(field).replaceAll(MountTable::character).getBytes(StandardCharsets.ISO_8859_1);
        return Path.of(new String(bytes, StandardCharsets.UTF_8));
    }

    private static String character(MatchResult octal) {
        return Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(octal.group(1), Byte.SIZE)));
    }

    /** Where a directory lies, whose links were followed. */
    Optional<Place> place(Path real) {
        return of(real).map(mount -> new Place(
                mount.device(),
                mount.within().resolve(mount.at().relativize(real)).normalize()));
    }

    /** Whether it lies on the very file system that this process began with, and so in no mount of its own. */
    boolean isOfRoot(Path real) {
        return of(real).filter(mount -> mount.at().equals(ROOT)).isPresent();
    }

    /** Whether it is gone when this process and all that shares its mounts is: in a container its own layer, or memory. */
    boolean goesWithContainer(Path real) {
        return of(real).filter(mount -> mount.at().equals(ROOT) || mount.type().equals("tmpfs"))
                .isPresent();
    }

    /** The last of those that are nearest: it hides the others. */
    private Optional<Entry> of(Path real) {
        Entry nearest = null;
        for (Entry entry : entries) {
            if (real.startsWith(entry.at())
                    && (nearest == null
                            || entry.at().getNameCount() >= nearest.at().getNameCount())) {
                nearest = entry;
            }
        }
        return Optional.ofNullable(nearest);
    }
}
