package io.doksnap.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that can be seen of every file below a directory, one line each, to be compared with what it was before. */
final class TreeListing {
    private final Map<String, String> lines = new TreeMap<>();
    private final Map<Object, String> firstNames = new HashMap<>();

    private TreeListing() {}

    /** Looks at a whole tree: content, type, mode, owner, time, link target, which names share one file, and attributes ({@code user.*}). */
    static TreeListing of(Path root) throws IOException {
        TreeListing listing = new TreeListing();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes basic) throws IOException {
                listing.add(root, directory, basic);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes basic) throws IOException {
                listing.add(root, file, basic);
                return FileVisitResult.CONTINUE;
            }
        });
        return listing;
    }

    int size() {
        return lines.size();
    }

    /** What differs, a line each, in words: missing, new, or changed from one to the other. */
    List<String> differences(TreeListing now) {
        List<String> differences = new ArrayList<>();
        lines.forEach((name, before) -> {
            String after = now.lines.get(name);
            if (after == null) {
                differences.add("missing: " + name);
            } else if (!after.equals(before)) {
                differences.add("changed: " + name);
            }
        });
        now.lines.keySet().stream()
                .filter(name -> !lines.containsKey(name))
                .forEach(name -> differences.add("new:     " + name));
        return differences;
    }

    private void add(Path root, Path path, BasicFileAttributes basic) throws IOException {
        Map<String, Object> unix =
                Files.readAttributes(path, "unix:mode,uid,gid,ino,nlink,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        // The URI, as it keeps every byte of a name apart in any locale.
        String name = path.equals(root)
                ? "."
                : path.toUri().getRawPath().substring(root.toUri().getRawPath().length());
        String sharedWith = basic.isDirectory() ? "" : firstNames.computeIfAbsent(unix.get("ino"), inode -> name);
        String content = "";
        if (basic.isRegularFile()) {
            content = sha256(path);
        } else if (basic.isSymbolicLink()) {
            content = "-> " + Files.readSymbolicLink(path);
        }
        lines.put(
                name,
                String.join(
                        " ",
                        Integer.toOctalString((Integer) value(unix, "mode")),
                        value(unix, "uid") + ":" + value(unix, "gid"),
                        value(unix, "lastModifiedTime").toString(),
                        content,
                        basic.isRegularFile() ? sharedWith : "",
                        basic.isRegularFile() || basic.isDirectory() ? attributes(path) : ""));
    }

    private static String attributes(Path path) throws IOException {
        UserDefinedFileAttributeView view =
                Files.getFileAttributeView(path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        StringBuilder text = new StringBuilder();
        for (String name : names(view)) {
            ByteBuffer value = ByteBuffer.allocate(view.size(name));
            view.read(name, value);
            text.append(name)
                    .append('=')
                    .append(HexFormat.of().formatHex(value.array()))
                    .append(' ');
        }
        return text.toString();
    }

    /** In order; none where the file system knows no attributes. */
    private static List<String> names(UserDefinedFileAttributeView view) {
        try {
            return view.list().stream().sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Object value(Map<String, Object> attributes, String key) {
        Object value = attributes.get(key);
        if (value == null) {
            throw new IllegalStateException("no attribute " + key);
        }
        return value;
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[64 << 10];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
