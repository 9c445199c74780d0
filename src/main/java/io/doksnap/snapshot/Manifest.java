package io.doksnap.snapshot;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code manifest.json}: the commit. A snapshot exists if, and only if, this object does.
 *
 * @param formatVersion {@value #FORMAT_VERSION}; a reader refuses what is newer
 * @param program what wrote it, with its version
 * @param id the folder's id
 * @param sources in the order of the policy
 * @param details the object of {@link Details}, cut like an archive where it has to be; empty in snapshots of older versions
 */
public record Manifest(
        int formatVersion,
        String program,
        Identity identity,
        String id,
        Instant started,
        Instant finished,
        List<SourceEntry> sources,
        List<StoredPart> details) {

    /** The version that this program writes, and the newest that it reads. */
    public static final int FORMAT_VERSION = 1;

    public Manifest {
        sources = List.copyOf(sources);
        details = List.copyOf(details);
    }

    /** One without details. */
    public Manifest(
            int formatVersion,
            String program,
            Identity identity,
            String id,
            Instant started,
            Instant finished,
            List<SourceEntry> sources) {
        this(formatVersion, program, identity, id, started, finished, sources, List.of());
    }

    /** Whether this is the manifest of that folder, and was not copied there from another. */
    boolean belongsTo(SnapshotFolder folder) {
        return id.equals(folder.id())
                && identity.policy().equals(folder.policy())
                && identity.host().equals(folder.host());
    }

    /** Everything that is in the store beside the manifest itself: of all sources, and the details. */
    public List<StoredPart> allObjects() {
        return Stream.concat(sources.stream().flatMap(source -> source.allObjects().stream()), details.stream())
                .toList();
    }

    /** Bytes in the store, of all sources and the details. */
    public long storedBytes() {
        return allObjects().stream().mapToLong(StoredPart::size).sum();
    }

    /** Bytes of all tar streams before compression. */
    public long plainBytes() {
        return sources.stream().mapToLong(SourceEntry::plainBytes).sum();
    }

    /** The source that an object of the folder belongs to. */
    public Optional<SourceEntry> sourceOf(String object) {
        return sources.stream()
                .filter(source ->
                        source.objects().stream().anyMatch(part -> part.name().equals(object)))
                .findFirst();
    }

    /** Everything of all sources that is worth a look. */
    public List<String> warnings() {
        return sources.stream().flatMap(source -> source.warnings().stream()).toList();
    }

    /**
     * One source.
     *
     * @param name as in the policy
     * @param objects the archive, cut into objects where one was not enough; {@code cat} puts it together again
     * @param plainBytes the size of the tar stream before compression
     * @param files everything in it that is no directory
     * @param directories the root included
     * @param codec {@code zstd}, {@code gzip} or {@code none}
     * @param encryption how it is encrypted
     * @param warnings what is worth a look
     * @param index the list of its files, compressed and encrypted, in objects like the archive; empty in snapshots of older versions, and for a dump
     * @param dump which kind of dump it is, such as {@code postgres}: its objects hold no tar archive, but what the command printed; empty for
     *     everything else
     */
    public record SourceEntry(
            String name,
            List<StoredPart> objects,
            long plainBytes,
            long files,
            long directories,
            String codec,
            EncryptionEntry encryption,
            List<String> warnings,
            List<StoredPart> index,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) String dump) {
        /** One that is no dump. */
        public SourceEntry(
                String name,
                List<StoredPart> objects,
                long plainBytes,
                long files,
                long directories,
                String codec,
                EncryptionEntry encryption,
                List<String> warnings,
                List<StoredPart> index) {
            this(name, objects, plainBytes, files, directories, codec, encryption, warnings, index, "");
        }

        public SourceEntry {
            objects = List.copyOf(objects);
            warnings = List.copyOf(warnings);
            index = List.copyOf(index);
        }

        /** Whether it is what a command printed, and no tar archive. */
        public boolean holdsDump() {
            return !dump.isEmpty();
        }

        /** Everything of it that is in the store: the archive, and the list of its files. */
        public List<StoredPart> allObjects() {
            return Stream.concat(objects.stream(), index.stream()).toList();
        }

        /** Bytes in the store. */
        public long storedBytes() {
            return allObjects().stream().mapToLong(StoredPart::size).sum();
        }

        /** Bytes of the archive alone. */
        public long archiveBytes() {
            return objects.stream().mapToLong(StoredPart::size).sum();
        }
    }

    /**
     * One object of a source.
     *
     * @param name within the snapshot's folder
     * @param size in bytes
     * @param sha256 of the bytes as stored, in lower case hexadecimal
     */
    public record StoredPart(String name, long size, String sha256) {}

    /**
     * How a source is encrypted.
     *
     * @param method {@code gpg}, {@code aes256}, {@code age} or {@code none}
     * @param fingerprints of the keys that open it, of age the recipients themselves; empty where there are no keys
     */
    public record EncryptionEntry(String method, List<String> fingerprints) {
        public EncryptionEntry {
            fingerprints = List.copyOf(fingerprints);
        }
    }
}
