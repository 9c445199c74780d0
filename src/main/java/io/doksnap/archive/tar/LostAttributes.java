package io.doksnap.archive.tar;

import org.jspecify.annotations.Nullable;

/** Counts the attributes that could not be kept: a tree may have thousands of them, for one and the same reason. */
final class LostAttributes {
    private long count;
    private @Nullable String first;

    void add(String attribute, String file, String reason) {
        count++;
        if (first == null) {
            first = attribute + " of " + file + " (" + reason + ")";
        }
    }

    /** Warns of all of them at once, if there are any. */
    void warn(TreeStats.Collector stats, String what, String remedy) {
        if (first != null) {
            String attributes = count == 1 ? "an extended attribute or ACL" : count + " extended attributes and ACLs";
            stats.warn(attributes + " " + what + ", " + (count == 1 ? "" : "the first ") + first + "; " + remedy);
        }
    }
}
