package io.doksnap.archive.tar;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A directory on the way down a tree that is being archived: open, with its listing and its name in the archive.
 *
 * <p>Below the root it is opened by its name in its parent and never through a link, so that nobody who swaps a directory for a link
 * meanwhile can make us read what lies outside of the tree.
 */
final class TreeLevel implements Closeable {
    private final byte[] name;
    private final OpenFile open;
    private final DirectoryStream<Path> listing;
    private final Iterator<Path> rest;
    private final boolean isRoot;

    private TreeLevel(byte[] name, OpenFile open, DirectoryStream<Path> listing, boolean isRoot) {
        this.name = name;
        this.open = open;
        this.listing = listing;
        this.rest = listing.iterator();
        this.isRoot = isRoot;
    }

    /** Opens the tree's root, whose name in the archive is {@code ./}. */
    @SuppressWarnings("StreamResourceLeak") // closed with the level
    static TreeLevel root(Path root) throws IOException {
        byte[] name = {'.', '/'};
        OpenFile opened = OpenFile.directory(root);
        try {
            return new TreeLevel(name, opened, Files.newDirectoryStream(root), true);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    /** Opens a directory in this one, by its last name. */
    TreeLevel enter(byte[] last, Path path) throws IOException {
        byte[] joined = nameOf(last);
        byte[] child = Arrays.copyOf(joined, joined.length + 1);
        child[joined.length] = '/';
        OpenFile opened = open.directory(last, path);
        try {
            return new TreeLevel(child, opened, list(path), false);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    /** Without openat(2), which Linux has, there is only the path. */
    @SuppressWarnings("StreamResourceLeak") // closed with the level
    private DirectoryStream<Path> list(Path child) throws IOException {
        return listing instanceof SecureDirectoryStream<Path> secure
                ? secure.newDirectoryStream(child.getFileName(), LinkOption.NOFOLLOW_LINKS)
                : Files.newDirectoryStream(child);
    }

    boolean isRoot() {
        return isRoot;
    }

    OpenFile open() {
        return open;
    }

    /** This directory's name in the archive. */
    RawName name() {
        return RawName.of(name);
    }

    /** The name in the archive of what lies here under this one. */
    byte[] nameOf(byte[] last) {
        byte[] joined = Arrays.copyOf(name, name.length + last.length);
        System.arraycopy(last, 0, joined, name.length, last.length);
        return joined;
    }

    /** The next that lies in it, or {@code null}. */
    @Nullable
    Path next() throws TreeReadException {
        try {
            return rest.hasNext() ? rest.next() : null;
        } catch (DirectoryIteratorException e) {
            throw TreeReadException.unreadable(RawPaths.shown(open.path()), Objects.requireNonNull(e.getCause()));
        }
    }

    @Override
    public void close() throws IOException {
        try {
            listing.close();
        } catch (FileSystemException e) {
            throw TreeReadException.unreadable(RawPaths.shown(open.path()), e);
        } finally {
            open.close();
        }
    }
}
