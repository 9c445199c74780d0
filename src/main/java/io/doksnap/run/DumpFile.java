package io.doksnap.run;

import io.doksnap.archive.ArchiveReader;
import io.doksnap.archive.index.IndexedFile;
import io.doksnap.archive.tar.Includes;
import io.doksnap.archive.tar.RawName;
import io.doksnap.archive.tar.TarEntry;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.run.dump.DumpFormat;
import io.doksnap.snapshot.Manifest.SourceEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;

/**
 * A stored dump as the one file that people see.
 *
 * @param format empty where a newer version made it
 */
record DumpFile(SourceEntry entry, Optional<DumpFormat> format) {
    private static final int OWNER_READS_AND_WRITES = 0600;

    static DumpFile of(SourceEntry entry) {
        return new DumpFile(entry, DumpFormat.parse(entry.dump()));
    }

    /** The source's name, and what tells the kind. */
    String name() {
        return entry.name() + format.map(DumpFormat::extension).orElse(".dump");
    }

    /** What to do with it. */
    String howToLoad() {
        return format.map(known -> known.howToLoad(name()))
                .orElse("it is a dump of the kind " + entry.dump() + ", which this version does not know");
    }

    /** As a list of files has it. */
    IndexedFile listed(Instant made) {
        return new IndexedFile(
                RawName.of(name()),
                TarEntry.Type.FILE,
                entry.plainBytes(),
                OWNER_READS_AND_WRITES,
                0,
                0,
                made,
                RawName.of(""));
    }

    /** Writes it into an empty folder. It may hold what nobody else is to read, such as password hashes. */
    void extract(ArchiveReader reader, InputStream stored, Path folder, Includes includes, TreeStats.Collector progress)
            throws IOException {
        // What becomes of the folder's own mode is the target's, which nothing in a dump has a say in.
        Files.setPosixFilePermissions(
                folder, Files.getPosixFilePermissions(folder.toAbsolutePath().getParent()));
        if (!includes.take(RawName.of(name()))) {
            reader.copy(stored, OutputStream.nullOutputStream());
            return;
        }
        Path file = Files.createFile(
                folder.resolve(name()),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
            progress.bytes(reader.copy(stored, out).plainBytes());
        }
        progress.oneFile();
    }
}
