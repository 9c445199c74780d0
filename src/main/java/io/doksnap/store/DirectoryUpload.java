package io.doksnap.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An object on its way into a directory: written to a staged file, made durable, then renamed. */
final class DirectoryUpload extends StagedUpload {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryUpload.class);

    /** The JDK copies each write through native memory of the write's size and keeps that for the thread. */
    private static final int LONGEST_WRITE = 256 * 1024;

    /** How often a parent directory may vanish, emptied by deletions at the same time, before the rename gives up. */
    private static final int RENAME_ATTEMPTS = 10;

    private final Path target;
    private final DirectoryStore store;
    private final DirectoryStaging.Staged staged;
    private final Writeback writeback;

    DirectoryUpload(String key, Path target, DirectoryStore store, DirectoryStaging.Staged staged) {
        super(key, store);
        this.target = target;
        this.store = store;
        this.staged = staged;
        this.writeback = new Writeback(staged.data());
    }

    @Override
    void stage(byte[] bytes, int offset, int length) throws StoreException {
        try {
            for (int at = 0; at < length; at += LONGEST_WRITE) {
                ByteBuffer piece = ByteBuffer.wrap(bytes, offset + at, Math.min(LONGEST_WRITE, length - at));
                while (piece.hasRemaining()) {
                    staged.channel().write(piece);
                }
            }
            writeback.grownTo(size() + length);
        } catch (IOException e) {
            throw store.failures().of("write", key(), e);
        }
    }

    @Override
    void publish() throws StoreException {
        boolean renamed = false;
        try {
            staged.channel().force(true);
            writeback.close();
            staged.channel().close();
            rename();
            renamed = true;
            DirectoryStore.sync(DirectoryStore.parent(target));
        } catch (IOException e) {
            StoreException failure = store.failures().of("store", key(), e);
            if (renamed) {
                withdraw(failure);
            }
            throw failure;
        }
        remove(staged.owner());
    }

    @Override
    void discard() {
        writeback.close();
        try {
            staged.channel().close();
        } catch (IOException e) {
            LOG.debug("Could not close {}", staged.data(), e);
        }
        remove(staged.data());
        remove(staged.owner());
    }

    private void rename() throws IOException {
        for (int attempt = 1; ; attempt++) {
            store.createParents(target);
            try {
                Files.move(staged.data(), target, StandardCopyOption.ATOMIC_MOVE);
                return;
            } catch (NoSuchFileException e) {
                if (attempt == RENAME_ATTEMPTS || !Files.exists(staged.data())) {
                    throw e;
                }
            }
        }
    }

    private void withdraw(StoreException failure) {
        try {
            Files.deleteIfExists(target);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("Could not remove the staged file {}: {}; remove it by hand.", file, e.toString());
        }
    }
}
