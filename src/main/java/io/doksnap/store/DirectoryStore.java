package io.doksnap.store;

import io.doksnap.store.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Objects as files below a directory, the key being the path. Uploads are staged in a hidden folder beside them and
 * renamed into place, so that a reader sees whole objects only. Symbolic links below the directory are never followed.
 */
final class DirectoryStore implements ObjectStore {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path root;
    private final DirectoryFailures failures;
    private final DirectoryStaging staging;

    DirectoryStore(Path directory) {
        root = directory.toAbsolutePath().normalize();
        failures = new DirectoryFailures(root);
        staging = new DirectoryStaging(root, failures);
    }

    @Override
    public String location() {
        return root.toString();
    }

    @Override
    public Optional<Path> directory() {
        return Optional.of(root);
    }

    @Override
    public Upload upload(String key) throws StoreException {
        Path file = file(key);
        createRoot();
        return new DirectoryUpload(key, file, this, staging.begin(key));
    }

    @Override
    public void put(String key, byte[] content) throws StoreException {
        try (Upload upload = upload(key)) {
            upload.write(content, 0, content.length);
            upload.commit();
        }
    }

    @Override
    public Optional<StoredObject> find(String key) throws StoreException {
        Path file = file(key);
        checkRoot();
        try {
            BasicFileAttributes attributes = attributes(file);
            return attributes != null && attributes.isRegularFile()
                    ? Optional.of(DirectoryListing.describe(key, attributes))
                    : Optional.empty();
        } catch (IOException e) {
            throw failures.of("look for", key, e);
        }
    }

    @Override
    public InputStream read(String key) throws StoreException {
        Path file = file(key);
        checkRoot();
        try {
            BasicFileAttributes attributes = attributes(file);
            if (attributes == null || !attributes.isRegularFile()) {
                throw new NoSuchFileException(file.toString());
            }
            return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw failures.of("read", key, e);
        }
    }

    @Override
    public void list(String prefix, Visitor visitor) throws StoreException {
        checkRoot();
        new DirectoryListing(root, failures, prefix, visitor).run();
    }

    @Override
    public void delete(String key) throws StoreException {
        Path file = file(key);
        checkRoot();
        try {
            BasicFileAttributes attributes = attributes(file);
            if (attributes != null && attributes.isRegularFile()) {
                Files.deleteIfExists(file);
                removeEmptied(parent(file));
            }
        } catch (IOException e) {
            throw failures.of("delete", key, e);
        }
    }

    @Override
    public int discardUploads(String prefix) throws StoreException {
        checkRoot();
        return staging.discard(prefix);
    }

    @Override
    public long maxObjectBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public void close() {}

    /** Makes the directories above a file, each of them durable. */
    void createParents(Path file) throws IOException {
        Path directory = root;
        for (Path name : root.relativize(parent(file))) {
            directory = directory.resolve(name);
            if (!name.toString().isEmpty() && !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                try {
                    Files.createDirectory(directory, OWNER_ONLY);
                } catch (FileAlreadyExistsException e) {
                    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                        throw e;
                    }
                }
                sync(parent(directory));
            }
        }
    }

    DirectoryFailures failures() {
        return failures;
    }

    /** Makes the names in a directory durable. */
    static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(file + " has no parent directory");
        }
        return parent;
    }

    /** The file of a key; refused where a symbolic link lies on the way to it. */
    private Path file(String key) throws StoreException {
        Path file = root;
        for (String segment : Keys.check(key).split("/", -1)) {
            if (!file.equals(root) && Files.isSymbolicLink(file)) {
                throw new StoreException(
                        Kind.REFUSED, file + " is a symbolic link; " + key + " is not looked for behind it.", null);
            }
            file = file.resolve(FileNames.encode(segment));
        }
        return file;
    }

    private static @Nullable BasicFileAttributes attributes(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            // A file where the key has a folder: POSIX says ENOTDIR, for which Java has no exception of its own.
            if (Files.isRegularFile(parent(file), LinkOption.NOFOLLOW_LINKS)) {
                return null;
            }
            throw e;
        }
    }

    private void createRoot() throws StoreException {
        if (!Files.isDirectory(root)) {
            checkRoot();
            try {
                Files.createDirectories(root, OWNER_ONLY);
                sync(parent(root));
            } catch (IOException e) {
                throw failures.of("create", root.toString(), e);
            }
        }
    }

    /** The directory itself may still be missing, but a missing parent is a disk that is not mounted or a typing error. */
    private void checkRoot() throws StoreException {
        // In this order, as somebody else may be creating it at this moment.
        boolean there = Files.exists(root, LinkOption.NOFOLLOW_LINKS);
        if (Files.isDirectory(root)) {
            return;
        }
        if (there) {
            throw new StoreException(
                    Kind.BUCKET_NOT_FOUND, root + " is not a directory; name a directory to store backups in.", null);
        }
        if (!Files.isDirectory(parent(root))) {
            throw new StoreException(
                    Kind.BUCKET_NOT_FOUND,
                    parent(root) + " does not exist, so " + root.getFileName()
                            + " cannot be created in it; create it, or mount the disk that should hold it.",
                    null);
        }
    }

    private void removeEmptied(Path directory) throws IOException {
        sync(directory);
        for (Path d = directory; !d.equals(root); d = parent(d)) {
            try {
                Files.delete(d);
            } catch (DirectoryNotEmptyException | NoSuchFileException e) {
                return;
            }
        }
    }
}
