package io.doksnap.run;

import io.doksnap.archive.Decryption;
import io.doksnap.archive.Encryption;
import io.doksnap.snapshot.Details;
import io.doksnap.snapshot.SnapshotJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The object in which the {@link Details} of a snapshot lie, encrypted as its archives are. */
final class DetailsFile {
    /** Far more than the largest spec that any API takes. */
    private static final int MOST_BYTES = 8 << 20;

    private DetailsFile() {}

    /** What it is called in a store. */
    static String object(Encryption encryption) {
        return Details.OBJECT + encryption.extension();
    }

    /** Stores it in every destination that is left. */
    static void store(Details details, Encryption encryption, Destinations destinations) throws IOException {
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (OutputStream encrypted = encryption.encrypt(stored)) {
            encrypted.write(SnapshotJson.write(details));
        }
        try (FanOut out = destinations.store(object(encryption))) {
            out.write(stored.toByteArray(), 0, stored.size());
            out.commit();
        }
    }

    /** Reads it from its objects to its end, so that every check of the encryption has passed. */
    static Details read(InputStream stored, Decryption decryption) throws IOException {
        InputStream plain = decryption.decrypt(stored);
        byte[] json = plain.readNBytes(MOST_BYTES);
        plain.transferTo(OutputStream.nullOutputStream());
        return SnapshotJson.readDetails(json);
    }
}
