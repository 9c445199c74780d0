package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveReader;
import io.doksnap.archive.Codec;
import io.doksnap.archive.Decryption;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import io.doksnap.snapshot.Manifest.SourceEntry;
import java.util.Optional;

/** The choice of what reads an archive, by what its manifest says of it and what a person gave to open it. */
final class ArchiveReaders {
    private ArchiveReaders() {}

    /**
     * The reader of a source's archive.
     *
     * @param given what opens encrypted archives; empty where nothing was given
     * @throws RunException when that is nothing, or of another format; or when the archive is of one that this version does not know
     */
    static ArchiveReader of(SourceEntry source, Optional<Decryption> given) throws RunException {
        Codec codec = Codec.parse(source.codec())
                .orElseThrow(() -> new RunException(
                        Reason.READ_FAILED,
                        "the archive of " + source.name() + " is compressed with " + source.codec()
                                + ", which this version cannot read; upgrade"));
        return new ArchiveReader(codec, decryption(source, given));
    }

    private static Decryption decryption(SourceEntry source, Optional<Decryption> given) throws RunException {
        String method = source.encryption().method();
        Decryption none = new Decryption.None();
        if (none.opens(method)) {
            return none;
        }
        String archive = "the archive of " + source.name();
        if (given.isEmpty()) {
            throw new RunException(Reason.KEY_MISSING, archive + " needs " + needed(source));
        }
        if (!given.get().opens(method)) {
            throw new RunException(
                    Reason.KEY_MISSING,
                    given.get().describe() + " does not open " + archive + ", which needs " + needed(source));
        }
        return given.get();
    }

    /** What to add after a key or a password that did not open an archive: which one does. */
    static String whichOpens(EncryptionEntry encryption) {
        if (!encryption.fingerprints().isEmpty()) {
            return " (fingerprint " + String.join(", ", encryption.fingerprints()) + ")";
        }
        return switch (encryption.method()) {
            case "aes256", Decryption.ORIGINAL -> "; set ENCRYPTION_PASSWORD to the one that it was encrypted with";
            case "age" -> "; set AGE_PASSPHRASE to the one that it was encrypted with";
            default -> "";
        };
    }

    /** What opens the archive, and how to give it. */
    private static String needed(SourceEntry source) {
        String fingerprints = String.join(", ", source.encryption().fingerprints());
        String method = source.encryption().method();
        boolean keys = !fingerprints.isEmpty();
        return switch (method) {
            case "gpg" -> "a private key; give it with --identity KEYFILE (fingerprint " + fingerprints + ")";
            case "age" ->
                keys
                        ? "an identity of age; give it with --identity KEYFILE (of " + fingerprints + ")"
                        : "a passphrase; set AGE_PASSPHRASE";
            case "aes256", Decryption.ORIGINAL -> "a password; set ENCRYPTION_PASSWORD";
            default -> "what this version does not know (" + method + "); upgrade";
        };
    }
}
