package io.doksnap.archive.tar;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Gives restored files their extended attributes and ACLs.
 *
 * <p>By path, never following a link in its last name; that no other name of it is a link is what {@link OpenDirectories} sees to. What
 * the kernel or the file system refuses is counted, for one warning at the end.
 */
final class AttributeWriter {
    private static final int EIO = 5;

    private final Path root;
    private final boolean setOwners;
    private final LostAttributes lost = new LostAttributes();

    AttributeWriter(Path root, boolean setOwners) {
        this.root = root;
        this.setOwners = setOwners;
    }

    boolean setsOwners() {
        return setOwners;
    }

    /** Sets what the owner may set, and what a new owner does not lose: while the file is still ours, and may be written. */
    void setEarly(Path file, List<ExtendedAttribute> attributes) throws IOException {
        for (ExtendedAttribute attribute : attributes) {
            if (!isLate(attribute)) {
                set(file, attribute);
            }
        }
    }

    /**
     * Sets what has to wait until the file has its owner and mode: capabilities, which a change of owner removes, and ACLs, whose mask a
     * change of mode replaces.
     */
    void setLate(Path file, List<ExtendedAttribute> attributes) throws IOException {
        for (ExtendedAttribute attribute : attributes) {
            if (isLate(attribute)) {
                set(file, attribute);
            }
        }
    }

    /** Takes the ACLs from a directory that its parent's default ACL gave it, and with it from all that will be made in it. */
    static void removeAcls(Path directory) throws IOException {
        Posix.removeAttribute(directory, ExtendedAttribute.DEFAULT_ACL);
        Posix.removeAttribute(directory, ExtendedAttribute.ACCESS_ACL);
    }

    /** Says once what could not be set. */
    void warn(TreeStats.Collector stats) {
        lost.warn(
                stats,
                "could not be restored",
                "trusted.* and security.* need root, and the file system has to know them");
    }

    private static boolean isLate(ExtendedAttribute attribute) {
        return attribute.isAcl() || attribute.name().equals(ExtendedAttribute.CAPABILITY);
    }

    private void set(Path file, ExtendedAttribute attribute) throws IOException {
        if (ExtendedAttribute.isOfThisHost(attribute.name())) {
            return;
        }
        try {
            Posix.setAttribute(file, attribute);
        } catch (LastErrorException e) {
            if (e.getErrorCode() == EIO) {
                throw Posix.failed("cannot set the attribute " + attribute.name(), file, e);
            }
            lost.add(attribute.name().toString(), RawPaths.shownBelow(root, file), Posix.reason(e));
        }
    }
}
