package io.doksnap.run;

import io.doksnap.archive.ArchiveReader;
import io.doksnap.archive.Codec;
import io.doksnap.archive.Decryption;
import io.doksnap.archive.failure.ArchiveException;
import io.doksnap.archive.tar.Includes;
import io.doksnap.archive.tar.TarEntry;
import io.doksnap.archive.tar.TreeStats;
import io.doksnap.policy.Source;
import io.doksnap.snapshot.LooseArchive;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import io.doksnap.store.ObjectStore;
import io.doksnap.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An archive without a manifest, so that all there is to check are the checks of its own format.
 *
 * <p>The original put the last name of a source's path around everything, as in {@code myapp_data/}, and below it, for a volume that it
 * named by its place in {@code /var/lib/docker/volumes}, {@code _data/}. Neither is part of what a volume holds.
 *
 * @param source the source that it is restored as
 * @param directory whether the source is known to be a directory, in which {@code _data} is a name like any other
 */
record LooseObjects(LooseArchive archive, String source, boolean directory, ObjectStore store)
        implements RestorableArchive {
    private static final String VOLUME_DATA = "_data";

    /** Where the engine keeps the options of a volume, beside its data. */
    private static final String VOLUME_OPTIONS = "opts.json";

    /** The archive as one of a source of this name, about which the declared sources may tell more. */
    static LooseObjects of(LooseArchive archive, String source, List<Source> declared, ObjectStore store) {
        boolean directory = declared.stream()
                .anyMatch(candidate -> candidate.name().equals(source) && candidate instanceof Source.Directory);
        return new LooseObjects(archive, source, directory, store);
    }

    @Override
    public String name() {
        return archive.key();
    }

    @Override
    public long storedBytes() {
        return archive.storedBytes();
    }

    @Override
    public long plainBytes(TreeStats unpacked) {
        return unpacked.contentBytes();
    }

    @Override
    public ArchiveReader reader(Optional<Decryption> given) throws RunException {
        return ArchiveReaders.of(archive, given);
    }

    @Override
    public void checkThere() {
        // Its objects were found a moment ago, and nothing tells how large they should be.
    }

    @Override
    public void read(Extraction extraction, AtomicLong bytesRead) throws IOException, RunException {
        try (InputStream stored = open(bytesRead)) {
            extraction.extract(stored);
        } catch (ArchiveException e) {
            throw new ArchiveException(e.kind(), archive.key() + " in " + store.location() + ": " + e.getMessage(), e);
        }
    }

    /** All its bytes, in a row; they are counted as they are read. */
    InputStream open(AtomicLong bytesRead) {
        return new Joined(archive.objects().iterator(), bytesRead);
    }

    @Override
    public TreeStats count(Includes includes, Optional<Decryption> given) throws IOException, RunException {
        long[] found = new long[3];
        ArchiveReader reader = reader(given);
        read(
                stored -> reader.list(stored, entry -> {
                    found[entry.type() == TarEntry.Type.DIRECTORY ? 1 : 0]++;
                    found[2] += entry.dataSize();
                }),
                new AtomicLong());
        return new TreeStats(found[0], found[1], found[2], List.of());
    }

    @Override
    public void checkUnpacked(TreeStats unpacked) {
        // Nothing tells how much there should be.
    }

    @Override
    public Optional<Path> root(Path unpacked) throws IOException {
        if (!archive.ofTheOriginal()) {
            return Optional.empty();
        }
        List<Path> top = Promotion.children(unpacked);
        if (top.size() != 1 || !isDirectory(top.get(0))) {
            return Optional.empty();
        }
        Path data = top.get(0).resolve(VOLUME_DATA);
        boolean volume = isDirectory(data)
                && Promotion.children(top.get(0)).stream()
                        .allMatch(child -> child.equals(data) || child.endsWith(VOLUME_OPTIONS));
        return Optional.of(volume && !directory ? data : top.get(0));
    }

    private static boolean isDirectory(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public EncryptionEntry encryption() {
        return archive.encryption();
    }

    @Override
    public Optional<String> caveat() {
        String checks = archive.codec() == Codec.NONE
                ? "the end of the tar archive"
                : "the checksum of " + archive.codec().text() + " and the end of the tar archive";
        String known = "there is no manifest to compare with: what was checked is ";
        return Optional.of(
                switch (archive.encryption().method()) {
                    case Decryption.ORIGINAL ->
                        known + checks
                                + ". An .enc archive has no protection of its integrity, so this finds damage, and not"
                                + " what was changed on purpose";
                    case "none" -> known + checks;
                    default -> known + "the integrity protection of the encryption, " + checks;
                });
    }

    /** One object after the other. */
    private final class Joined extends InputStream {
        private final Iterator<StoredObject> objects;
        private final AtomicLong counter;
        private @Nullable InputStream current;

        Joined(Iterator<StoredObject> objects, AtomicLong counter) {
            this.objects = objects;
            this.counter = counter;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            while (length > 0) {
                InputStream in = current;
                if (in == null) {
                    if (!objects.hasNext()) {
                        return -1;
                    }
                    in = store.read(objects.next().key());
                    current = in;
                }
                int n = in.read(bytes, offset, length);
                if (n >= 0) {
                    counter.addAndGet(n);
                    return n;
                }
                close();
            }
            return 0;
        }

        @Override
        public void close() throws IOException {
            if (current != null) {
                current.close();
                current = null;
            }
        }
    }
}
