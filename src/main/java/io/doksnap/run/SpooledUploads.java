package io.doksnap.run;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Uploads that follow the reading as fast as they can, each on a thread of its own: so many at the same time, in the order in which they were begun; the
 * others wait in their spools for their turn.
 */
final class SpooledUploads implements Uploads {
    private final Destinations destinations;
    private final SpoolSpace space;
    private final Consumer<String> held;
    private final Semaphore turns;
    private final List<Spooled> all = new CopyOnWriteArrayList<>();
    private final AtomicBoolean said = new AtomicBoolean();

    /**
     * Begins nothing yet.
     *
     * @param held is told, once, why the reading had to wait for an upload
     */
    SpooledUploads(Destinations destinations, SpoolSpace space, int atOnce, Consumer<String> held) {
        this.destinations = destinations;
        this.space = space;
        this.turns = new Semaphore(atOnce, true);
        this.held = held;
    }

    @Override
    public ArchiveSink begin(String object) {
        Spooled fresh = new Spooled(object);
        all.add(fresh);
        return fresh;
    }

    @Override
    public void finish() throws IOException {
        for (Spooled upload : all) {
            upload.await();
        }
    }

    @Override
    public void close() {
        all.forEach(Spooled::giveUp);
    }

    /** One archive: written by the thread that reads, stored by another. */
    private final class Spooled extends ArchiveSink {
        private final String object;
        private final Spool spool = new Spool(space);
        private final Workers storing = new Workers();
        private volatile @Nullable FanOut out;
        private volatile @Nullable IOException failure;
        private boolean whole;

        Spooled(String object) {
            this.object = object;
            storing.start("doksnap-unspool", this::storeInTurn);
        }

        @Override
        public void write(int b) throws IOException {
            spool.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            spool.write(bytes, offset, length);
        }

        @Override
        void commit() throws IOException {
            spool.finish();
            whole = true;
            if (spool.waited().isPresent() && said.compareAndSet(false, true)) {
                held.accept(spool.waited().get());
            }
        }

        /** What is not whole is of no use: it is read once more, or the run ends. */
        @Override
        public void close() {
            if (!whole) {
                all.remove(this);
                giveUp();
            }
            spool.leave();
        }

        void giveUp() {
            spool.giveUp(new IOException("the upload was given up"));
            FanOut current = out;
            if (current != null) {
                current.giveUp();
            }
            storing.close();
        }

        void await() throws IOException {
            storing.join();
            IOException failed = failure;
            if (failed != null) {
                throw failed;
            }
        }

        private void storeInTurn() {
            try {
                turns.acquire();
                try {
                    store();
                } finally {
                    turns.release();
                }
            } catch (InterruptedException e) {
                failed(new InterruptedIOException("interrupted while an upload waited for its turn"));
            } catch (IOException e) {
                failed(e);
            } catch (RuntimeException | Error e) {
                failed(new IOException("unexpected failure: " + e, e));
            } finally {
                spool.leave();
            }
        }

        private void failed(IOException why) {
            failure = why;
            spool.giveUp(why);
        }

        private void store() throws IOException {
            try (FanOut stored = destinations.store(object)) {
                out = stored;
                try {
                    spool.begin();
                    byte[] bytes = new byte[Spool.CHUNK];
                    for (int n = spool.take(bytes); n >= 0; n = spool.take(bytes)) {
                        stored.write(bytes, 0, n);
                    }
                    stored.commit();
                } finally {
                    // This thread ends here: nobody else's interrupt is lost, and discarding an upload takes calls of
                    // its own.
                    boolean ignored = Thread.interrupted();
                }
            }
        }
    }
}
