package io.doksnap.archive.tar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/** What {@code lstat} says of a file, read in one call; the names of owner and group are not asked for, as they cost most. */
record FileStatus(
        int mode, long device, long inode, int links, long uid, long gid, long size, long rdev, Instant modified) {
    private static final String ATTRIBUTES = "unix:mode,dev,ino,nlink,uid,gid,size,rdev,lastModifiedTime";
    private static final int TYPE_MASK = 0170000;

    static FileStatus of(Path path) throws IOException {
        Map<String, Object> values = Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        return new FileStatus(
                number(values, "mode").intValue(),
                number(values, "dev").longValue(),
                number(values, "ino").longValue(),
                number(values, "nlink").intValue(),
                number(values, "uid").longValue() & 0xFFFFFFFFL,
                number(values, "gid").longValue() & 0xFFFFFFFFL,
                number(values, "size").longValue(),
                number(values, "rdev").longValue(),
                ((FileTime) value(values, "lastModifiedTime")).toInstant());
    }

    boolean isSameFileAs(FileStatus other) {
        return device == other.device && inode == other.inode;
    }

    FileStatus withSize(long otherSize) {
        return new FileStatus(mode, device, inode, links, uid, gid, otherSize, rdev, modified);
    }

    boolean isDirectory() {
        return type() == 0040000;
    }

    boolean isRegularFile() {
        return type() == 0100000;
    }

    boolean isSymbolicLink() {
        return type() == 0120000;
    }

    boolean isSocket() {
        return type() == 0140000;
    }

    TarEntry.Type entryType() {
        return switch (type()) {
            case 0040000 -> TarEntry.Type.DIRECTORY;
            case 0120000 -> TarEntry.Type.SYMBOLIC_LINK;
            case 0010000 -> TarEntry.Type.FIFO;
            case 0020000 -> TarEntry.Type.CHARACTER_DEVICE;
            case 0060000 -> TarEntry.Type.BLOCK_DEVICE;
            default -> TarEntry.Type.FILE;
        };
    }

    /** The device's major number, as Linux packs it into {@code dev_t}. */
    int deviceMajor() {
        return (int) (((rdev >>> 8) & 0xFFF) | ((rdev >>> 32) & ~0xFFFL));
    }

    /** The device's minor number, as Linux packs it into {@code dev_t}. */
    int deviceMinor() {
        return (int) ((rdev & 0xFF) | ((rdev >>> 12) & ~0xFFL));
    }

    private int type() {
        return mode & TYPE_MASK;
    }

    private static Number number(Map<String, Object> values, String key) {
        return (Number) value(values, key);
    }

    private static Object value(Map<String, Object> values, String key) {
        return Objects.requireNonNull(values.get(key), key);
    }
}
