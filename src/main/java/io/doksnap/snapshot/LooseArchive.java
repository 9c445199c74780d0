package io.doksnap.snapshot;

import io.doksnap.archive.Codec;
import io.doksnap.archive.Decryption;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoreException;
import io.doksnap.store.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An archive without a manifest: one of the original program's, or one that was copied out of its snapshot. All that is known of it are its
 * keys and sizes, and what the end of the first key says of its format.
 *
 * @param objects the archive, cut into objects where one was not enough; never empty
 * @param encryption the method that the key tells, without keys, as nothing names them; {@value Decryption#ORIGINAL} for the original's own
 * @param source what the source was called, as far as the key tells
 * @param ofTheOriginal whether the original program made it, which put the source's own directory around everything
 */
public record LooseArchive(
        List<StoredObject> objects, Codec codec, EncryptionEntry encryption, String source, boolean ofTheOriginal) {
    private static final Pattern NAME = Pattern.compile("(.+?)\\.tar(\\.zst|\\.gz|)(\\.gpg|\\.age|\\.enc|)");

    public LooseArchive {
        objects = List.copyOf(objects);
    }

    /** Whether a key ends as those of archives do. */
    public static boolean isNamedLikeOne(String key) {
        return NAME.matcher(name(key)).matches();
    }

    /** The archive of a key, with all objects in which it goes on; empty where there is none, or the key has another form. */
    public static Optional<LooseArchive> find(ObjectStore store, String key) throws StoreException {
        Matcher name = NAME.matcher(name(key));
        if (!name.matches()) {
            return Optional.empty();
        }
        List<StoredObject> objects = new ArrayList<>();
        Optional<StoredObject> next = store.find(key);
        while (next.isPresent()) {
            objects.add(next.get());
            next = store.find(String.format(Locale.ROOT, "%s.%03d", key, objects.size()));
        }
        if (objects.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> app = OriginalArchive.appIn(name(key));
        String method = name.group(3).isEmpty() ? "none" : name.group(3).substring(1);
        return Optional.of(new LooseArchive(
                objects,
                codec(name.group(2)),
                new EncryptionEntry(method, List.of()),
                app.orElse(name.group(1)),
                app.isPresent() || method.equals(Decryption.ORIGINAL)));
    }

    private static Codec codec(String extension) {
        return switch (extension) {
            case ".zst" -> Codec.ZSTD;
            case ".gz" -> Codec.GZIP;
            default -> Codec.NONE;
        };
    }

    private static String name(String key) {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    /** The key of its first object. */
    public String key() {
        return objects.get(0).key();
    }

    /** Bytes in the store. */
    public long storedBytes() {
        return objects.stream().mapToLong(StoredObject::size).sum();
    }
}
