package io.doksnap.archive.tar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The name of an entry, taken apart and found harmless: relative, no {@code ..}, no NUL. The root is the empty path. */
final class EntryPath {
    private final List<byte[]> segments;

    private EntryPath(List<byte[]> segments) {
        this.segments = segments;
    }

    static EntryPath of(RawName name) throws TarException {
        byte[] bytes = name.unsafeBytes();
        if (bytes.length > 0 && bytes[0] == '/') {
            throw TarException.unsafe("refused the absolute name " + name + ": it would land outside of the target");
        }
        List<byte[]> segments = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i < bytes.length && bytes[i] == 0) {
                throw TarException.unsafe("refused a name with a NUL in it: " + name);
            }
            if (i == bytes.length || bytes[i] == '/') {
                int length = i - start;
                boolean up = length == 2 && bytes[start] == '.' && bytes[start + 1] == '.';
                if (up) {
                    throw TarException.unsafe("refused the name " + name + ": it would land outside of the target");
                }
                boolean here = length == 0 || (length == 1 && bytes[start] == '.');
                if (!here) {
                    segments.add(Arrays.copyOfRange(bytes, start, i));
                }
                start = i + 1;
            }
        }
        return new EntryPath(segments);
    }

    /** The same path without its first names. */
    EntryPath from(int first) {
        return new EntryPath(segments.subList(first, segments.size()));
    }

    /** As the name of an entry: below another directory, with a slash at the end where it is one itself. */
    RawName name(String below, boolean directory) {
        ByteArrayOutputStream name = new ByteArrayOutputStream();
        name.writeBytes(below.getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < segments.size(); i++) {
            name.write('/');
            name.writeBytes(segments.get(i));
        }
        if (directory) {
            name.write('/');
        }
        return RawName.of(name.toByteArray());
    }

    /** Whether it lies in that directory, at any depth. */
    boolean isBelow(EntryPath directory) {
        if (segments.size() <= directory.segments.size()) {
            return false;
        }
        for (int i = 0; i < directory.segments.size(); i++) {
            if (!Arrays.equals(segments.get(i), directory.segments.get(i))) {
                return false;
            }
        }
        return true;
    }

    boolean isRoot() {
        return segments.isEmpty();
    }

    int length() {
        return segments.size();
    }

    byte[] segment(int index) {
        return segments.get(index);
    }

    byte[] last() {
        return segments.get(segments.size() - 1);
    }

    EntryPath parent() {
        return new EntryPath(segments.subList(0, segments.size() - 1));
    }
}
