package io.doksnap.store;

import io.doksnap.store.StoreException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/** The grammar and the order of keys, the same in every store. */
final class Keys {
    /** S3 allows no longer key. */
    static final int MAX_BYTES = 1024;

    /** The order of the keys' UTF-8 bytes, which is that of their code points and not that of {@link String#compareTo}. */
    static final Comparator<String> BYTE_ORDER = Keys::compare;

    private Keys() {}

    /** Refuses what is not a relative path of non-empty segments without {@code .} and {@code ..}. */
    static String check(String key) throws StoreException {
        if (key.isEmpty()) {
            throw refused(key, "it is empty");
        }
        checkCharacters(key);
        for (String segment : key.split("/", -1)) {
            if (segment.isEmpty()) {
                throw refused(key, "it has an empty segment");
            }
            if (segment.equals(".") || segment.equals("..")) {
                throw refused(key, "it has a segment '" + segment + "'");
            }
        }
        if (key.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw refused(key, "it is longer than " + MAX_BYTES + " bytes");
        }
        return key;
    }

    private static void checkCharacters(String key) throws StoreException {
        for (int i = 0; i < key.length(); i += Character.charCount(key.codePointAt(i))) {
            int point = key.codePointAt(i);
            if (Character.isISOControl(point)) {
                throw refused(key.replaceAll("\\p{Cntrl}", "?"), "it has a control character");
            }
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                throw refused(key.replace(key.charAt(i), '?'), "it has half a surrogate pair");
            }
        }
    }

    private static StoreException refused(String key, String why) {
        return new StoreException(Kind.REFUSED, "The key '" + key + "' cannot be stored: " + why + ".", null);
    }

    private static int compare(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                // Only a surrogate stands for more than its value: it belongs behind every other character.
                boolean surrogateA = Character.isSurrogate(a);
                return surrogateA == Character.isSurrogate(b) ? Character.compare(a, b) : surrogateA ? 1 : -1;
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
