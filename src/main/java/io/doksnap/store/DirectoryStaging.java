package io.doksnap.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/**
 * The hidden folder in which uploads wait to be committed: {@code <id>.data} holds the bytes, {@code <id>.key} the key
 * that they are for. The key is written first, so that no data is ever without an owner.
 */
final class DirectoryStaging {
    private static final String FOLDER = ".uploads";
    private static final String DATA = ".data";
    private static final String KEY = ".key";

    private final Path folder;
    private final DirectoryFailures failures;

    DirectoryStaging(Path root, DirectoryFailures failures) {
        this.folder = root.resolve(FOLDER);
        this.failures = failures;
    }

    /** Begins to stage an object; the caller writes and closes the channel. */
    Staged begin(String key) throws StoreException {
        String id = UUID.randomUUID().toString();
        Path data = folder.resolve(id + DATA);
        Path owner = folder.resolve(id + KEY);
        try {
            createFolder();
            Files.createFile(owner, only("rw-------"));
            Files.writeString(owner, key);
            Set<StandardOpenOption> create = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            return new Staged(data, owner, FileChannel.open(data, create, only("rw-------")));
        } catch (IOException e) {
            StoreException failure = failures.of("begin to store", key, e);
            remove(owner, failure);
            throw failure;
        }
    }

    /** Removes what was staged for keys under the prefix. */
    int discard(String prefix) throws StoreException {
        int discarded = 0;
        try (DirectoryStream<Path> owners = Files.newDirectoryStream(folder, "*" + KEY)) {
            for (Path owner : owners) {
                String name = String.valueOf(owner.getFileName());
                Path data = folder.resolve(name.substring(0, name.length() - KEY.length()) + DATA);
                String key = Files.readString(owner);
                // Whoever was killed between the two steps has left an empty one; whoever is between them makes it
                // anew.
                boolean neverBegun = key.isEmpty() && !Files.exists(data);
                if (neverBegun || key.startsWith(prefix)) {
                    discarded += Files.deleteIfExists(data) ? 1 : 0;
                    Files.deleteIfExists(owner);
                }
            }
            return discarded;
        } catch (NoSuchFileException e) {
            return discarded;
        } catch (DirectoryIteratorException e) {
            throw failures.of("discard uploads under", prefix, e);
        } catch (IOException e) {
            throw failures.of("discard uploads under", prefix, e);
        }
    }

    private void createFolder() throws IOException {
        try {
            Files.createDirectory(folder, only("rwx------"));
        } catch (FileAlreadyExistsException e) {
            if (Files.isSymbolicLink(folder) || !Files.isDirectory(folder)) {
                throw e;
            }
        }
    }

    private static void remove(Path file, Exception cause) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> only(String mode) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }

    /** One staged object: its bytes, the note that tells its key, and the channel that fills it. */
    record Staged(Path data, Path owner, FileChannel channel) {}
}
