package io.doksnap.run;

import io.doksnap.api.Reason;
import io.doksnap.archive.ArchiveReader;
import io.doksnap.archive.Codec;
import io.doksnap.archive.Decryption;
import io.doksnap.snapshot.LooseArchive;
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

    /** The reader of an archive that has no manifest. */
    static ArchiveReader of(LooseArchive archive, Optional<Decryption> given) throws RunException {
        return new ArchiveReader(archive.codec(), decryption(archive.key(), archive.encryption(), given));
    }

    /** What opens everything that is stored of a source; throws as {@link #of} does. */
    static Decryption decryption(SourceEntry source, Optional<Decryption> given) throws RunException {
        return decryption("the archive of " + source.name(), source.encryption(), given);
    }

    private static Decryption decryption(String archive, EncryptionEntry encryption, Optional<Decryption> given)
            throws RunException {
        String method = encryption.method();
        Decryption none = new Decryption.None();
        if (none.opens(method)) {
            return none;
        }
        if (given.isEmpty()) {
            throw new RunException(Reason.KEY_MISSING, archive + " needs " + needed(encryption));
        }
        if (!given.get().opens(method)) {
            throw new RunException(
                    Reason.KEY_MISSING,
                    given.get().describe() + " does not open " + archive + ", which needs " + needed(encryption));
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
    private static String needed(EncryptionEntry encryption) {
        String fingerprints = String.join(", ", encryption.fingerprints());
        String method = encryption.method();
        boolean keys = !fingerprints.isEmpty();
        return switch (method) {
            case "gpg" ->
                "a private key; give it with --identity KEYFILE" + (keys ? " (fingerprint " + fingerprints + ")" : "");
            case "age" ->
                keys
                        ? "an identity of age; give it with --identity KEYFILE (of " + fingerprints + ")"
                        : "a passphrase; set AGE_PASSPHRASE";
            case "aes256", Decryption.ORIGINAL -> "a password; set ENCRYPTION_PASSWORD";
            default -> "what this version does not know (" + method + "); upgrade";
        };
    }
}
