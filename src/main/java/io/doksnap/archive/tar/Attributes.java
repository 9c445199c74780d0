package io.doksnap.archive.tar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Whose a file is, what may be done with it, when it was changed, and what else it carries. */
record Attributes(int mode, long uid, long gid, Instant modified, List<ExtendedAttribute> extended) {

    static Attributes of(TarEntry entry) {
        return new Attributes(entry.mode(), entry.uid(), entry.gid(), entry.modified(), entry.attributes());
    }

    /** Of a file that was made earlier, and has its extended attributes. */
    static Attributes of(FileStatus status) {
        return new Attributes(status.mode() & 07777, status.uid(), status.gid(), status.modified(), List.of());
    }

    Attributes with(ExtendedAttribute another) {
        return new Attributes(mode, uid, gid, modified, List.of(another));
    }

    /** Gives them to a file that was just made, and is no symbolic link. */
    void applyTo(Path file, AttributeWriter writer) throws IOException {
        writer.setEarly(file, extended);
        if (writer.setsOwners()) {
            Posix.setOwner(file, uid, gid);
        }
        // After the owner, since changing that clears set-user-id. Following links, as otherwise the JDK opens the
        // file, which fails
        // where its owner may not read it, and waits on a pipe for ever.
        Files.setAttribute(file, "unix:mode", mode);
        writer.setLate(file, extended);
        Posix.setModified(file, modified);
    }

    /** Gives a symbolic link what it can have. */
    void applyToLink(Path link, AttributeWriter writer) throws IOException {
        writer.setEarly(link, extended);
        if (writer.setsOwners()) {
            Posix.setOwner(link, uid, gid);
        }
        writer.setLate(link, extended);
        Posix.setModified(link, modified);
    }
}
