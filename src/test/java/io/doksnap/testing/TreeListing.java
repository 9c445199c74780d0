package io.doksnap.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that a backup has to keep of a tree, one line for each name: type, mode, owner, time to the nanosecond, content, whether it has
 * holes, link target, the other names of the same file, extended attributes and ACLs. The eyes are those of GNU find and getfattr (without the
 * latter nobody looks at attributes), not those of the code under test.
 */
public final class TreeListing {
    private static final String FORMAT = "%p\\0%y\\0%m\\0%U:%G\\0%T@\\0%s\\0%i\\0%l\\0%b\\0";
    private static final int FIELDS = 9;

    /** In which a file's room on the disk is counted. */
    private static final int BLOCK = 512;

    private TreeListing() {}

    /** Owners included, as root sees and restores them. */
    public static SortedMap<String, String> of(Path root) throws IOException {
        return of(root, true);
    }

    /** The listing; without owners where they cannot be restored. */
    public static SortedMap<String, String> of(Path root, boolean owners) throws IOException {
        Needs.command("find");
        byte[] raw = Command.of("find", ".", "-printf", FORMAT).in(root).output();
        List<byte[]> fields = split(raw);
        Map<String, SortedSet<String>> namesOfInode = new HashMap<>();
        for (int i = 0; i < fields.size(); i += FIELDS) {
            namesOfInode
                    .computeIfAbsent(shown(fields.get(i + 6)), inode -> new TreeSet<>())
                    .add(shown(fields.get(i)));
        }
        Map<String, SortedSet<String>> attributes = attributes(root);
        SortedMap<String, String> listing = new TreeMap<>();
        for (int i = 0; i < fields.size(); i += FIELDS) {
            String name = shown(fields.get(i));
            String type = shown(fields.get(i + 1));
            SortedSet<String> names = namesOfInode.getOrDefault(shown(fields.get(i + 6)), new TreeSet<>());
            listing.put(
                    name,
                    String.join(
                            " ",
                            type,
                            shown(fields.get(i + 2)),
                            owners ? shown(fields.get(i + 3)) : "-",
                            shown(fields.get(i + 4)),
                            content(type, path(root, fields.get(i)), shown(fields.get(i + 5))),
                            holes(type, shown(fields.get(i + 5)), shown(fields.get(i + 8))),
                            type.equals("l") ? "-> " + shown(fields.get(i + 7)) : "",
                            names.size() > 1 ? "= " + names : "",
                            attributes.getOrDefault(name, new TreeSet<>()).toString()));
        }
        return listing;
    }

    /** Attributes by name of the file, as getfattr prints them: names in octal where they are no text, values in hexadecimal digits. */
    private static Map<String, SortedSet<String>> attributes(Path root) {
        Map<String, SortedSet<String>> attributes = new HashMap<>();
        if (!Needs.hasCommand("getfattr")) {
            return attributes;
        }
        byte[] raw = Command.sh("find . -print0 | xargs -0 getfattr --absolute-names -h -d -m - -e hex --")
                .in(root)
                .output();
        SortedSet<String> current = new TreeSet<>();
        for (String line : new String(raw, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            if (line.startsWith("# file: ")) {
                current = new TreeSet<>();
                attributes.put(shown(unquoted(line.substring("# file: ".length()))), current);
            } else if (!line.isEmpty() && !line.startsWith("security.selinux=")) {
                current.add(shown(line.getBytes(StandardCharsets.ISO_8859_1)));
            }
        }
        return attributes;
    }

    private static byte[] unquoted(String quoted) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < quoted.length(); i++) {
            boolean octal = quoted.charAt(i) == '\\';
            bytes.write(octal ? Integer.parseInt(quoted, i + 1, i + 4, 8) : quoted.charAt(i));
            i += octal ? 3 : 0;
        }
        return bytes.toByteArray();
    }

    /** File systems differ in how much a file takes; a hole of at least half of it is one in all of them. */
    private static String holes(String type, String size, String blocks) {
        return type.equals("f") && Long.parseLong(blocks) * BLOCK < Long.parseLong(size) / 2 ? "holes" : "";
    }

    private static String content(String type, Path path, String size) throws IOException {
        return switch (type) {
            case "f" -> size + " " + (Files.isReadable(path) ? digest(path) : "unreadable");
            case "b", "c" -> "device " + Files.getAttribute(path, "unix:rdev", LinkOption.NOFOLLOW_LINKS);
            default -> "";
        };
    }

    private static String digest(Path file) throws IOException {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of()
                    .formatHex(((DigestInputStream) in).getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A path of any bytes, in any locale: a file's URI carries all of them. */
    public static Path path(Path root, byte[] relative) {
        StringBuilder uri =
                new StringBuilder("file://" + root.toAbsolutePath().toUri().getRawPath());
        if (uri.charAt(uri.length() - 1) != '/') {
            uri.append('/');
        }
        for (byte b : relative) {
            uri.append(String.format("%%%02X", b));
        }
        return Path.of(URI.create(uri.toString().replace("%2F", "/")));
    }

    private static List<byte[]> split(byte[] raw) {
        List<byte[]> fields = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] == 0) {
                fields.add(Arrays.copyOfRange(raw, start, i));
                start = i + 1;
            }
        }
        return fields;
    }

    private static String shown(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (char c : new String(bytes, StandardCharsets.ISO_8859_1).toCharArray()) {
            text.append(c > ' ' && c < 0x7F ? String.valueOf(c) : String.format("<%02X>", (int) c));
        }
        return text.toString();
    }
}
