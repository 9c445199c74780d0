package io.doksnap.run;

import io.doksnap.run.DataDirectory.DataDirectoryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * By what the holder of a data directory knows the Leases again that it took: each take has a token of its own, which is on disk before it is in the Lease. The token of an
 * older copy stands in no Lease any more. A copy of the present state has the token, too, but does not lie where it was made.
 *
 * <p>The file's first line is that place, and each further line is a token, the newest first. Used by one thread.
 */
public final class LeaseTokens {
    private static final String FILE = "lease";
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private final DataDirectory data;
    private final String here;
    private String place = "";
    private List<String> tokens;

    private LeaseTokens(DataDirectory data, String here, List<String> lines) {
        this.data = data;
        this.here = here;
        // Leases that were taken before there were tokens bear none.
        this.tokens = lines.isEmpty() ? List.of("") : lines.subList(1, lines.size());
        if (!lines.isEmpty()) {
            place = lines.get(0);
        }
    }

    /** Reads those of a directory. */
    public static LeaseTokens of(DataDirectory data) throws DataDirectoryException {
        List<String> lines = data.read(FILE).map(text -> text.lines().toList()).orElse(List.of());
        return new LeaseTokens(data, place(data.path()), lines);
    }

    /** Another directory is another file, and after a start of the machine nobody can tell a disk from its copy. Empty where that cannot be told. */
    private static String place(Path directory) {
        try {
            Object file =
                    Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
            return file == null ? "" : Files.readString(BOOT).strip() + " " + file;
        } catch (IOException e) {
            return "";
        }
    }

    /** Whether a Lease with this token was taken with this directory, or with one of which it is a copy. */
    public boolean contain(String token) {
        return tokens.contains(token);
    }

    /** Whether they were made in this directory itself, since the machine was started: then whoever made them has ended, as its lock is ours. */
    public boolean wereMadeHere() {
        return !here.isEmpty() && here.equals(place);
    }

    /**
     * Makes the next one, which is on disk when this returns.
     *
     * @param standing those that stand in Leases which are ours without doubt; they are kept beside it, as nobody knows which of them the Lease bears if this process ends
     *     before it has written there
     */
    public String next(Set<String> standing) throws DataDirectoryException {
        String fresh = UUID.randomUUID().toString().substring(0, 8);
        List<String> all = new ArrayList<>(List.of(fresh));
        standing.stream().filter(tokens::contains).sorted().forEach(all::add);
        data.write(FILE, here + "\n" + String.join("\n", all) + "\n");
        place = here;
        tokens = List.copyOf(all);
        return fresh;
    }
}
