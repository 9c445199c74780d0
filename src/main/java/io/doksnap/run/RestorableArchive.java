package io.doksnap.run;

import io.doksnap.archive.ArchiveReader;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.tar.Includes;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The archive of one source, as a restore sees it. */
sealed interface RestorableArchive permits SnapshotArchive, LooseObjects {

    /** The snapshot's id, or the key of an archive that belongs to none. */
    String name();

    /** The source that it is of. */
    String source();

    /** How many bytes there are to read. */
    long storedBytes();

    /** The size of its tar stream, or where nobody knows it, of what was unpacked. */
    long plainBytes(TreeStats unpacked);

    /** What reads it, with what was given to open it. */
    ArchiveReader reader(Optional<Decryption> given) throws RunException;

    /** Finds what is gone or cut off before anything is unpacked. */
    void checkThere() throws IOException, RunException;

    /** Reads all of it, and checks its bytes as far as anything is known of them. */
    void read(Extraction extraction, AtomicLong bytesRead) throws IOException, RunException;

    /**
     * Counts what is to be unpacked, as the cheapest of what tells: the manifest, the list of the files, else the archive itself. Writes
     * nothing.
     */
    TreeStats count(Includes includes, Optional<Decryption> given) throws IOException, RunException;

    /** Unpacks stored bytes into a folder; what is no tree becomes one file there. */
    default void extract(
            ArchiveReader reader,
            InputStream stored,
            Path folder,
            RestoreRun.Request request,
            TreeStats.Collector progress)
            throws IOException {
        reader.extract(stored, folder, request.includes(), request.setOwners(), progress);
    }

    /** Refuses a target that it cannot be put into. */
    default void checkTarget(RestoreTarget target) throws RunException {}

    /** Compares what was unpacked with what is known of it. */
    void checkUnpacked(TreeStats unpacked) throws RunException;

    /** The directory among what was unpacked that is the source's own; empty where all of it is. */
    Optional<Path> root(Path unpacked) throws IOException;

    /** How it is encrypted, as far as that is known. */
    EncryptionEntry encryption();

    /** What a person has to know: what a restore could not check, or what is still to be done; empty where there is nothing. */
    Optional<String> caveat();

    /** What is done with the stored bytes. */
    @FunctionalInterface
    interface Extraction {
        /** Unpacks them. */
        void extract(InputStream stored) throws IOException, RunException;
    }
}
