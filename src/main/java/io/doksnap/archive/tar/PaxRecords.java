package io.doksnap.archive.tar;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The extended header records of POSIX.1-2001 ({@code LENGTH KEY=VALUE\n}); values stay bytes. Only the keys that are asked for later are
 * kept, so that no archive can fill the memory with others.
 */
final class PaxRecords {
    private static final Set<String> KEPT = Set.of("path", "linkpath", "size", "uid", "gid", "mtime");

    private final Map<String, byte[]> values = new HashMap<>();
    private final AttributeRecords attributes = new AttributeRecords();
    private final SparseRecords sparse = new SparseRecords();

    void clear() {
        values.clear();
        attributes.clear();
        sparse.clear();
    }

    AttributeRecords attributes() {
        return attributes;
    }

    SparseRecords sparse() {
        return sparse;
    }

    /** Adds all records of a header's body; a later value of a key replaces an earlier one, an empty value removes it. */
    void parse(byte[] body) throws TarException {
        int at = 0;
        while (at < body.length && body[at] != 0) {
            int length = 0;
            int i = at;
            while (i < body.length && body[i] >= '0' && body[i] <= '9' && length < body.length) {
                length = length * 10 + (body[i++] - '0');
            }
            int end = at + length;
            if (i == at
                    || i >= body.length
                    || body[i] != ' '
                    || end > body.length
                    || end <= i
                    || body[end - 1] != '\n') {
                throw new TarException("the archive is damaged: an extended header record has a wrong length");
            }
            int equals = i + 1;
            while (equals < end && body[equals] != '=') {
                equals++;
            }
            if (equals == end) {
                throw new TarException("the archive is damaged: an extended header record has no '='");
            }
            // One character a byte, since the names of attributes may hold any.
            String key = new String(body, i + 1, equals - i - 1, StandardCharsets.ISO_8859_1);
            if (KEPT.contains(key)) {
                keep(key, Arrays.copyOfRange(body, equals + 1, end - 1));
            } else if (SparseRecords.isOne(key)) {
                sparse.add(key, Arrays.copyOfRange(body, equals + 1, end - 1));
            } else if (AttributeRecords.isOne(key)) {
                attributes.add(key, Arrays.copyOfRange(body, equals + 1, end - 1));
            }
            at = end;
        }
        requireZeros(body, at);
    }

    private void keep(String key, byte[] value) {
        if (value.length == 0) {
            values.remove(key);
        } else {
            values.put(key, value);
        }
    }

    private static void requireZeros(byte[] body, int from) throws TarException {
        for (int i = from; i < body.length; i++) {
            if (body[i] != 0) {
                throw new TarException("the archive is damaged: an extended header has bytes after its last record");
            }
        }
    }

    byte @Nullable [] bytes(String key) {
        return values.get(key);
    }

    long number(String key, long otherwise) throws TarException {
        byte[] value = values.get(key);
        return value == null ? otherwise : number(key, value);
    }

    /** The value of a record that has to be a number. */
    static long number(String key, byte[] value) throws TarException {
        try {
            return digits(text(value));
        } catch (NumberFormatException e) {
            throw wrong(key, value);
        }
    }

    private static TarException wrong(String key, byte[] value) {
        return new TarException("the archive is damaged: an extended header says " + key + "=" + RawName.of(value));
    }

    /** A decimal number of seconds since the epoch, possibly negative, to the nanosecond; further digits are cut off. */
    Instant time(String key, Instant otherwise) throws TarException {
        byte[] value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        String text = text(value);
        boolean negative = text.startsWith("-");
        String digits = negative ? text.substring(1) : text;
        int dot = digits.indexOf('.');
        try {
            long seconds = digits(dot < 0 ? digits : digits.substring(0, dot));
            String fraction = dot < 0 ? "" : digits.substring(dot + 1);
            long nanos = digits((fraction + "000000000").substring(0, 9));
            return negative ? Instant.ofEpochSecond(-seconds, -nanos) : Instant.ofEpochSecond(seconds, nanos);
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            throw wrong(key, value);
        }
    }

    /** A number of nothing but digits: no sign, no space. */
    private static long digits(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new NumberFormatException(text);
        }
        return Long.parseLong(text);
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.US_ASCII);
    }
}
