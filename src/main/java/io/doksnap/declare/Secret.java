package io.doksnap.declare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A key or password, by the place it comes from. It is read when it is used, each time anew, so that a file that was
 * replaced counts at once. {@code toString} says where it is, never what it is.
 */
public final class Secret {
    private static final int MOST_BYTES = 1 << 20;

    private final Place place;
    private final Source source;

    private Secret(Place place, Source source) {
        this.place = place;
        this.source = source;
    }

    /** A secret that was written out where the place says. */
    public static Secret of(Place place, String value) {
        return new Secret(place, () -> value.getBytes(StandardCharsets.UTF_8));
    }

    /** A secret in a file that the place names. */
    public static Secret inFile(Place place, Path file) {
        return new Secret(place, () -> read(place, file));
    }

    /** The setting or variable that it comes from. */
    public Place place() {
        return place;
    }

    /**
     * The secret's bytes, such as a key ring's.
     *
     * @throws SecretException when it cannot be read, or is empty
     */
    public byte[] bytes() throws SecretException {
        byte[] bytes = source.read();
        if (new String(bytes, StandardCharsets.ISO_8859_1).isBlank()) {
            throw new SecretException(place, "is empty; put the key or password there");
        }
        return bytes;
    }

    /**
     * The secret as one line of text, such as a password; line breaks at its end are not part of it.
     *
     * @throws SecretException when it cannot be read, is empty, or is longer than one line
     */
    public String line() throws SecretException {
        String line = new String(bytes(), StandardCharsets.UTF_8).replaceFirst("[\r\n]+$", "");
        if (line.contains("\n") || line.contains("\r")) {
            throw new SecretException(place, "has more than one line; a password or access key is one line");
        }
        return line;
    }

    /** Why it cannot be read at this moment, complete for a person to read; empty when it can. */
    public Optional<String> complaint() {
        try {
            bytes();
            return Optional.empty();
        } catch (SecretException unreadable) {
            return Optional.of(String.valueOf(unreadable.getMessage()));
        }
    }

    @Override
    public String toString() {
        return "Secret[" + place + "]";
    }

    private static byte[] read(Place place, Path file) throws SecretException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new SecretException(place, file + " is larger than 1 MiB, so it is no key; name another file");
            }
            return bytes;
        } catch (SecretException told) {
            throw told;
        } catch (NoSuchFileException missing) {
            throw new SecretException(place, "there is no file " + file + "; create it, or correct the path");
        } catch (AccessDeniedException denied) {
            throw new SecretException(place, "this user may not read " + file + "; change its owner or its mode");
        } catch (IOException unreadable) {
            String why = Files.isDirectory(file) ? "it is a directory" : String.valueOf(unreadable.getMessage());
            throw new SecretException(
                    place, file + " cannot be read: " + why + "; name the file that holds the secret");
        }
    }

    private interface Source {
        byte[] read() throws SecretException;
    }
}
