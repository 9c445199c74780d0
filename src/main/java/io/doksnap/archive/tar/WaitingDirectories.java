package io.doksnap.archive.tar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The directories on the way to the current entry that are not included themselves: they are made once something in them is. An archive has a
 * directory before what lies in it, so there are never more of them than names in one path.
 */
final class WaitingDirectories {
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    /** A directory with its entry. */
    record Waiting(EntryPath path, TarEntry entry) {}

    void add(EntryPath path, TarEntry entry) {
        forgetOthers(path);
        waiting.addLast(new Waiting(path, entry));
    }

    /** Those that lead to an included entry, the outermost first; they wait no longer. */
    List<Waiting> leadingTo(EntryPath path) {
        forgetOthers(path);
        List<Waiting> leading = new ArrayList<>(waiting);
        waiting.clear();
        return leading;
    }

    private void forgetOthers(EntryPath path) {
        while (!waiting.isEmpty() && !path.isBelow(waiting.getLast().path())) {
            waiting.removeLast();
        }
    }
}
