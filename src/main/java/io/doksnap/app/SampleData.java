package io.doksnap.app;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A small tree of files that are hard to keep right, the same every time. */
final class SampleData {
    private static final long SEED = 42;
    private static final int NOTES = 120;
    private static final int UPLOADS = 8;
    private static final int UPLOAD_BYTES = 1 << 20;
    private static final long DISK_BYTES = 16 << 20;
    private static final Logger LOG = LoggerFactory.getLogger(SampleData.class);

    private final Path root;
    private final boolean privileged;

    /** @param privileged whether files can be given to other owners */
    SampleData(Path root, boolean privileged) {
        this.root = root;
        this.privileged = privileged;
    }

    /** Fills the empty root. */
    void create() throws IOException {
        Random random = new Random(SEED);
        ordinaryFiles(random);
        namesThatBreakTools();
        links();
        holesAndAttributes();
        modesAndOwners();
        times();
    }

    /** Does to the tree what a bad day does: changes, deletes, adds, and spoils a mode. */
    void damage() throws IOException {
        Files.writeString(root.resolve("notes/note-007.txt"), "overwritten by accident\n");
        Files.delete(root.resolve("uploads/photo-3.bin"));
        Files.delete(root.resolve("config/secret.env"));
        Files.delete(root.resolve("config"));
        Files.writeString(root.resolve("ransom-note.txt"), "all your files are gone\n");
        Files.setAttribute(root.resolve("bin/run.sh"), "unix:mode", 0644);
        Files.delete(root.resolve("links/hard-b"));
    }

    private void ordinaryFiles(Random random) throws IOException {
        Files.createDirectories(root.resolve("notes"));
        for (int i = 1; i <= NOTES; i++) {
            String text = "note " + i + "\n" + "the same line again and again\n".repeat(random.nextInt(60));
            Files.writeString(root.resolve(String.format("notes/note-%03d.txt", i)), text);
        }
        Files.createDirectories(root.resolve("uploads"));
        for (int i = 1; i <= UPLOADS; i++) {
            byte[] noise = new byte[random.nextInt(UPLOAD_BYTES)];
            random.nextBytes(noise);
            Files.write(root.resolve("uploads/photo-" + i + ".bin"), noise);
        }
        Files.createFile(root.resolve("empty-file"));
        Files.createDirectory(root.resolve("empty-directory"));
    }

    private void namesThatBreakTools() throws IOException {
        Path names = Files.createDirectory(root.resolve("names"));
        Files.writeString(names.resolve("with spaces  and 'quotes\""), "1\n");
        Files.writeString(names.resolve("-starts-with-a-dash"), "2\n");
        Files.writeString(names.resolve("line\nbreak"), "3\n");
        Files.writeString(names.resolve("x".repeat(255)), "4\n");
        // Bytes, since the locale may know neither: Grüße, and a name that is no UTF-8 at all.
        Files.writeString(raw(names, "Gr%C3%BC%C3%9Fe"), "5\n");
        Files.writeString(raw(names, "not-utf-8-%FF%FE"), "6\n");
        Path deep = names;
        for (int i = 1; i <= 25; i++) {
            deep = deep.resolve("a-rather-long-directory-name-" + i);
        }
        Files.createDirectories(deep);
        Files.writeString(deep.resolve("deep-down"), "7\n");
    }

    private void links() throws IOException {
        Path links = Files.createDirectory(root.resolve("links"));
        Files.writeString(links.resolve("hard-a"), "one file with two names\n");
        Files.createLink(links.resolve("hard-b"), links.resolve("hard-a"));
        Files.createSymbolicLink(links.resolve("relative"), Path.of("../notes/note-001.txt"));
        Files.createSymbolicLink(links.resolve("absolute"), Path.of("/etc/hostname"));
        Files.createSymbolicLink(links.resolve("dangling"), Path.of("nowhere/at-all"));
        Files.createSymbolicLink(links.resolve("to-a-directory"), Path.of("../uploads"));
    }

    private void holesAndAttributes() throws IOException {
        Path image = root.resolve("disk-image.raw");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(DISK_BYTES);
            file.seek(DISK_BYTES / 2);
            file.write("a little data in a large hole\n".getBytes(StandardCharsets.UTF_8));
        }
        try {
            Files.setAttribute(
                    image, "user:doksnap.note", "a note beside the content".getBytes(StandardCharsets.UTF_8));
        } catch (UnsupportedOperationException | FileSystemException e) {
            LOG.debug("no attributes on this file system: {}", e.getMessage());
        }
    }

    private void modesAndOwners() throws IOException {
        Files.createDirectory(root.resolve("bin"));
        file("bin/run.sh", "#!/bin/sh\necho hello\n", 0755);
        file("bin/set-user-id", "#!/bin/sh\n", 04755);
        Files.createDirectory(root.resolve("config"));
        file("config/secret.env", "PASSWORD=correct horse\n", 0600);
        file("read-only", "look, do not touch\n", 0444);
        Path shared = Files.createDirectory(root.resolve("shared"));
        Files.setAttribute(shared, "unix:mode", 01777);
        Path locked = Files.createDirectory(root.resolve("locked"));
        Files.writeString(locked.resolve("inside"), "a directory that nobody may write to\n");
        Files.setAttribute(locked, "unix:mode", 0555);
        if (privileged) {
            Path database = Files.createDirectory(root.resolve("database"));
            Files.writeString(database.resolve("PG_VERSION"), "16\n");
            for (Path owned : new Path[] {database.resolve("PG_VERSION"), database}) {
                Files.setAttribute(owned, "unix:uid", 999);
                Files.setAttribute(owned, "unix:gid", 999);
            }
            Files.setAttribute(database, "unix:mode", 0700);
        }
    }

    private void times() throws IOException {
        Files.setLastModifiedTime(
                root.resolve("notes/note-002.txt"), FileTime.from(Instant.parse("1999-12-31T23:59:59Z")));
        Files.setLastModifiedTime(
                root.resolve("notes/note-003.txt"), FileTime.from(Instant.parse("2020-02-29T12:00:00.123456789Z")));
        Files.setLastModifiedTime(
                root.resolve("empty-directory"), FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
    }

    private void file(String name, String text, int mode) throws IOException {
        Path file = root.resolve(name);
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        Files.setAttribute(file, "unix:mode", mode, LinkOption.NOFOLLOW_LINKS);
    }

    /** A path whose last name is given as percent-encoded bytes, which no locale gets in the way of. */
    private static Path raw(Path directory, String encoded) {
        String base = directory.toUri().getRawPath();
        return Path.of(URI.create("file://" + (base.endsWith("/") ? base : base + "/") + encoded));
    }
}
