package io.doksnap.archive.tar;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Names as bytes, from and into {@link Path}.
 *
 * <p>On Unix a path keeps the file system's own bytes, but shows them only decoded through the locale. Its URI is the one public form
 * that carries every byte (percent-encoded) in any locale, and is taken wherever a name is not plain ASCII.
 */
final class RawPaths {
    private RawPaths() {}

    /** The bytes of a path's last name. */
    static RawName name(Path path) {
        String text = String.valueOf(path.getFileName());
        if (isAscii(text)) {
            return RawName.of(text);
        }
        String encoded = path.toUri().getRawPath();
        int end = encoded.endsWith("/") ? encoded.length() - 1 : encoded.length();
        return RawName.of(decode(encoded.substring(encoded.lastIndexOf('/', end - 1) + 1, end)));
    }

    /** The bytes of a path with a NUL at the end, as system calls take them. */
    static byte[] nulTerminated(Path path) {
        byte[] bytes = bytes(path);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /** The bytes of a directory's path with a slash at the end. */
    static byte[] withSlash(Path directory) {
        byte[] bytes = nulTerminated(directory);
        bytes[bytes.length - 1] = '/';
        return bytes;
    }

    /** The path for people, on one line, whatever bytes it has. */
    static String shown(Path path) {
        return RawName.of(bytes(path)).toString();
    }

    /** The path for people, as it is named below a directory that it lies in; the directory itself is {@code .}. */
    static String shownBelow(Path directory, Path path) {
        byte[] bytes = bytes(path);
        int start = Math.min(bytes.length, bytes(directory).length + 1);
        return start == bytes.length
                ? "."
                : RawName.of(Arrays.copyOfRange(bytes, start, bytes.length)).toString();
    }

    /** The path of a name below a directory; the name holds no NUL. */
    static Path resolve(Path directory, byte[] name) {
        String ascii = asciiOrEmpty(name);
        if (!ascii.isEmpty()) {
            return directory.resolve(ascii);
        }
        String base = directory.toUri().getRawPath();
        return Path.of(URI.create("file://" + (base.endsWith("/") ? base : base + "/") + encode(name)));
    }

    private static byte[] bytes(Path path) {
        String text = path.toString();
        return isAscii(text)
                ? text.getBytes(StandardCharsets.US_ASCII)
                : decode(trimSlash(path.toUri().getRawPath()));
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static String asciiOrEmpty(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return "";
            }
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static String trimSlash(String encoded) {
        return encoded.length() > 1 && encoded.endsWith("/") ? encoded.substring(0, encoded.length() - 1) : encoded;
    }

    private static byte[] decode(String encoded) {
        byte[] bytes = new byte[encoded.length()];
        int n = 0;
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                bytes[n++] = (byte) Integer.parseInt(encoded, i + 1, i + 3, 16);
                i += 2;
            } else {
                bytes[n++] = (byte) c;
            }
        }
        return Arrays.copyOf(bytes, n);
    }

    private static String encode(byte[] bytes) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : bytes) {
            if ((b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '/') {
                encoded.append((char) b);
            } else {
                encoded.append(String.format("%%%02X", b));
            }
        }
        return encoded.toString();
    }
}
