package io.doksnap.store;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The file names of key segments. A segment of plain ASCII is its own name. All else is percent-encoded, because Java
 * cannot name a file {@code é} where the locale is POSIX, as it is under cron; and so is a leading dot, so that hidden
 * files are never objects.
 */
final class FileNames {
    private FileNames() {}

    static String encode(String segment) {
        StringBuilder name = new StringBuilder(segment.length());
        for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
            boolean leadingDot = b == '.' && name.isEmpty();
            if (b > ' ' - 1 && b < 0x7f && b != '%' && !leadingDot) {
                name.append((char) b);
            } else {
                name.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return name.toString();
    }

    /** The segment that a file's name stands for, or empty when the file was not named by {@link #encode}. */
    static Optional<String> decode(String name) {
        byte[] bytes = new byte[name.length()];
        int length = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 0x7f || (c == '%' && !isEscape(name, i))) {
                return Optional.empty();
            }
            bytes[length++] = c == '%' ? (byte) HexFormat.fromHexDigits(name, i + 1, i + 3) : (byte) c;
            i += c == '%' ? 2 : 0;
        }
        String segment = new String(bytes, 0, length, StandardCharsets.UTF_8);
        return encode(segment).equals(name) ? Optional.of(segment) : Optional.empty();
    }

    private static boolean isEscape(String name, int at) {
        return at + 2 < name.length()
                && HexFormat.isHexDigit(name.charAt(at + 1))
                && HexFormat.isHexDigit(name.charAt(at + 2));
    }
}
