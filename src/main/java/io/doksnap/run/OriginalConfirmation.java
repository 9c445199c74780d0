package io.doksnap.run;

import io.doksnap.run.DataDirectory.DataDirectoryException;
import io.doksnap.snapshot.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * That a person has agreed, on this host, that retention of one policy may remove archives of the original program from one destination: a
 * note in the data directory. Losing it only means that the person is asked again.
 *
 * <p>Nothing tells which host those archives are of. So the note names the other hosts that kept snapshots of the same name when it was
 * given, and does not hold any more when there is a further one.
 */
final class OriginalConfirmation {
    private static final String PREFIX = "original-confirmed-";
    private static final int NAME_LENGTH = 16;

    private final Identity identity;
    private final String location;

    OriginalConfirmation(Identity identity, String location) {
        this.identity = identity;
        this.location = location;
    }

    /** Whether it was given; not where that cannot be read. Needs no lock. */
    boolean isGiven(Path dataDirectory, Set<String> otherHosts) {
        try {
            String note = Files.readString(dataDirectory.resolve(name()));
            return note.startsWith(head())
                    && List.of(note.substring(head().length()).split("\n", -1)).containsAll(otherHosts);
        } catch (IOException e) {
            return false;
        }
    }

    /** Keeps it durably. */
    void give(DataDirectory data, Set<String> otherHosts) throws DataDirectoryException {
        data.write(name(), head() + String.join("\n", new TreeSet<>(otherHosts)) + "\n");
    }

    private String head() {
        return String.join("\n", location, identity.host(), identity.namespace(), identity.policy(), "");
    }

    /** A name of its own for each policy and destination, whatever characters they are made of. */
    private String name() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(head().getBytes(StandardCharsets.UTF_8));
            return PREFIX + HexFormat.of().formatHex(digest).substring(0, NAME_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
