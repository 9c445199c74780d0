package io.doksnap.app;

import io.doksnap.archive.index.IndexedFile;
import io.doksnap.archive.tar.RawName;
import io.doksnap.archive.tar.TarEntry;
import java.util.Arrays;

/** Which entries of a file list are in one place of its tree. Names are compared as bytes, and also as they are shown to people. */
final class PathChoice {
    private final String shown;
    private final byte[] bytes;
    private final boolean recursive;
    private boolean there;

    /**
     * Creates a choice.
     *
     * @param path from the source's root, however many slashes are around it; empty, or a dot, for the root itself
     */
    PathChoice(String path, boolean recursive) {
        String bare = path.replaceAll("/+", "/").replaceFirst("^(\\./|/)+", "").replaceFirst("/$", "");
        this.shown = bare.equals(".") ? "" : bare;
        this.bytes = RawName.of(shown).toBytes();
        this.recursive = recursive;
    }

    /** Whether anything of that path has been seen. */
    boolean isThere() {
        return there;
    }

    /** Whether it is the file of that path, or lies in the directory of that path. */
    boolean shows(IndexedFile file) {
        String text = file.path().toString();
        if (bytes.length == 0) {
            there = true;
            return !text.equals(".") && (recursive || text.indexOf('/') < 0);
        }
        byte[] name = file.path().toBytes();
        boolean below = isBelow(name);
        if (!below && !text.startsWith(shown)) {
            return false;
        }
        String rest = below
                ? RawName.of(Arrays.copyOfRange(name, bytes.length, name.length))
                        .toString()
                : text.substring(shown.length());
        if (rest.isEmpty()) {
            there = true;
            return file.type() != TarEntry.Type.DIRECTORY;
        }
        if (!rest.startsWith("/")) {
            return false;
        }
        there = true;
        return recursive || rest.indexOf('/', 1) < 0;
    }

    private boolean isBelow(byte[] name) {
        return name.length >= bytes.length && Arrays.equals(name, 0, bytes.length, bytes, 0, bytes.length);
    }
}
