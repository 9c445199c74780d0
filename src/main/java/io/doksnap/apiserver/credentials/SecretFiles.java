package io.doksnap.apiserver.credentials;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** Small files for their owner only, whole or not there. */
record SecretFiles(Path directory) {
    private static final String UNFINISHED = ".new";

    Optional<String> read(String name) throws CredentialsException {
        Path file = directory.resolve(name);
        try {
            return Optional.of(Files.readString(file, StandardCharsets.US_ASCII));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new CredentialsException(
                    "cannot read " + file + " (" + e.getMessage()
                            + "); see that this user owns it, or remove it to have a new one made",
                    e);
        }
    }

    void write(String name, String content) throws CredentialsException {
        Path file = directory.resolve(name);
        Path fresh = directory.resolve(name + UNFINISHED);
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Files.deleteIfExists(fresh);
            try (FileChannel out = FileChannel.open(
                    fresh,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer bytes = StandardCharsets.US_ASCII.encode(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new CredentialsException(
                    "cannot write " + file + " (" + e.getMessage()
                            + "); free some space, or see that this user may write there",
                    e);
        }
    }
}
