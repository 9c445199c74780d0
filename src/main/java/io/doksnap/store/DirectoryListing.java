package io.doksnap.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** One walk over the files below a directory, in the order of their keys; it holds the names of one branch at a time. */
final class DirectoryListing {
    private final Path root;
    private final DirectoryFailures failures;
    private final String prefix;
    private final ObjectStore.Visitor visitor;

    DirectoryListing(Path root, DirectoryFailures failures, String prefix, ObjectStore.Visitor visitor) {
        this.root = root;
        this.failures = failures;
        this.prefix = prefix;
        this.visitor = visitor;
    }

    void run() throws StoreException {
        walk(root, "");
    }

    static StoredObject describe(String key, BasicFileAttributes attributes) {
        return new StoredObject(
                key, attributes.size(), attributes.lastModifiedTime().toInstant());
    }

    private void walk(Path directory, String folder) throws StoreException {
        for (Child child : children(directory, folder)) {
            if (child.attributes().isDirectory()) {
                walk(child.path(), child.key());
            } else {
                visitor.visit(describe(child.key(), child.attributes()));
            }
        }
    }

    private List<Child> children(Path directory, String folder) throws StoreException {
        List<Child> children = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
            for (Path path : paths) {
                Optional<String> name = FileNames.decode(String.valueOf(path.getFileName()));
                if (name.isPresent()) {
                    child(path, folder + name.get()).ifPresent(children::add);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            // Removed since it was seen, as by a prune that runs at the same time.
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw failures.of("list", folder, e);
        } catch (IOException e) {
            throw failures.of("list", folder, e);
        }
        children.sort(Comparator.comparing(Child::key, Keys.BYTE_ORDER));
        return children;
    }

    private Optional<Child> child(Path path, String key) throws IOException {
        String folder = key + "/";
        if (!key.startsWith(prefix) && !prefix.startsWith(folder) && !folder.startsWith(prefix)) {
            return Optional.empty();
        }
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (attributes.isDirectory()) {
            return Optional.of(new Child(path, folder, attributes));
        }
        return attributes.isRegularFile() && key.startsWith(prefix)
                ? Optional.of(new Child(path, key, attributes))
                : Optional.empty();
    }

    /** A file, or a directory whose key ends in {@code /} so that it sorts among the files as the keys below it do. */
    private record Child(Path path, String key, BasicFileAttributes attributes) {}
}
