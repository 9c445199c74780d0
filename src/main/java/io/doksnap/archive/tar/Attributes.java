package io.doksnap.archive.tar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** Whose a file is, what may be done with it, and when it was changed. */
record Attributes(int mode, long uid, long gid, Instant modified) {

    static Attributes of(TarEntry entry) {
        return new Attributes(entry.mode(), entry.uid(), entry.gid(), entry.modified());
    }

    static Attributes of(FileStatus status) {
        return new Attributes(status.mode() & 07777, status.uid(), status.gid(), status.modified());
    }

    /** Gives them to a file that was just made, and is no symbolic link. */
    void applyTo(Path file, boolean setOwner) throws IOException {
        if (setOwner) {
            Posix.setOwner(file, uid, gid);
        }
        // After the owner, since changing that clears set-user-id. Following links, as otherwise the JDK opens the
        // file, which fails
        // where its owner may not read it, and waits on a pipe for ever.
        Files.setAttribute(file, "unix:mode", mode);
        Posix.setModified(file, modified);
    }

    /** Gives a symbolic link what it can have. */
    void applyToLink(Path link, boolean setOwner) throws IOException {
        if (setOwner) {
            Posix.setOwner(link, uid, gid);
        }
        Posix.setModified(link, modified);
    }
}
