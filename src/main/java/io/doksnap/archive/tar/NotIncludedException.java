package io.doksnap.archive.tar;

import java.io.IOException;

/** A hard link is included, and the file whose other name it is, and in whose place the content stands in the archive, is not. */
public final class NotIncludedException extends IOException {
    private static final long serialVersionUID = 1L;

    NotIncludedException(RawName link, RawName file) {
        super(link + " is another name of " + file + ", which is not included; include both");
    }
}
