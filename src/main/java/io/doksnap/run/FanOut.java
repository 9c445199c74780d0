package io.doksnap.run;

import io.doksnap.archive.stage.BufferPipe;
import io.doksnap.archive.stage.PipeOutput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One archive on its way into several destinations: each has a short queue and a thread of its own, so that one upload does not wait for
 * the round trips of another. The queues are bounded, so the slowest destination sets the pace; one that fails drops out, and its queue
 * holds nobody up any more. A single destination needs neither thread nor queue.
 *
 * <p>Used by one thread. Closing without a commit leaves nothing but objects that were full before; they go with the run's folder.
 */
final class FanOut extends ArchiveSink {
    private static final int SLOTS = 4;
    private static final int BUFFER = 256 << 10;

    /** What one queue takes of the memory outside of the heap, and its thread of the heap. */
    static final int QUEUE_BYTES = SLOTS * BUFFER;

    private final String object;
    private final List<Branch> branches;
    private final Workers workers = new Workers();

    /**
     * Begins the archive in each destination.
     *
     * @param object what its first object is called everywhere
     */
    FanOut(List<DestinationRun> destinations, String object) {
        this.object = object;
        this.branches = destinations.size() == 1
                ? List.of(new Direct(destinations.get(0), object))
                : destinations.stream()
                        .map(destination -> (Branch) new Queued(destination, object))
                        .toList();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /**
     * Stores the bytes in every destination that is left.
     *
     * @throws NoDestinationLeftException when none is
     */
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        boolean taken = false;
        for (Branch branch : branches) {
            taken |= branch.write(bytes, offset, length);
        }
        if (!taken) {
            throw new NoDestinationLeftException();
        }
    }

    /** Commits the archive's last object in every destination that is left, and waits for it. */
    @Override
    void commit() throws IOException {
        for (Branch branch : branches) {
            branch.finish();
        }
        workers.join();
        if (branches.stream().noneMatch(branch -> branch.destination().isWell())) {
            throw new NoDestinationLeftException();
        }
    }

    /** From another thread: whatever fails from here on is no failure of a destination. */
    void giveUp() {
        branches.forEach(Branch::abandon);
    }

    @Override
    public void close() {
        branches.forEach(Branch::abandon);
        branches.forEach(Branch::close);
        workers.close();
    }

    /** The way to one destination. */
    private interface Branch {
        DestinationRun destination();

        /** Takes bytes on; false where the destination has failed. */
        boolean write(byte[] bytes, int offset, int length) throws IOException;

        /** There are no more bytes: they may be committed. */
        void finish() throws IOException;

        /** Nothing is to be committed that was not, and what fails is nobody's failure; changes nothing after the end. For any thread. */
        void abandon();

        /** Discards what was not committed, where that is left to the writing thread. */
        default void close() {}
    }

    /** Something that stores. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /** Stores in the thread that writes. */
    private final class Direct implements Branch {
        private final DestinationRun destination;
        private final ArchiveUpload upload;
        private volatile boolean abandoned;

        Direct(DestinationRun destination, String object) {
            this.destination = destination;
            this.upload = destination.upload(object);
        }

        @Override
        public DestinationRun destination() {
            return destination;
        }

        @Override
        public boolean write(byte[] bytes, int offset, int length) {
            if (destination.isWell()) {
                destination.attempt(self -> unlessAbandoned(() -> upload.write(bytes, offset, length)));
            }
            return destination.isWell();
        }

        @Override
        public void finish() {
            destination.attempt(self -> unlessAbandoned(() -> self.keep(object, upload.commit())));
        }

        private void unlessAbandoned(Step step) throws IOException {
            try {
                step.run();
            } catch (IOException e) {
                if (!abandoned) {
                    throw e;
                }
            }
        }

        @Override
        public void abandon() {
            abandoned = true;
        }

        @Override
        public void close() {
            upload.close();
        }
    }

    /** Stores in a thread of its own, behind a queue. */
    private final class Queued implements Branch {
        private final DestinationRun destination;
        private final BufferPipe queue = new BufferPipe(SLOTS, BUFFER);
        private final PipeOutput output = new PipeOutput(queue);
        private volatile boolean abandoned;

        Queued(DestinationRun destination, String object) {
            this.destination = destination;
            workers.start("doksnap-to-" + destination.name(), () -> store(object));
        }

        @Override
        public DestinationRun destination() {
            return destination;
        }

        @Override
        public boolean write(byte[] bytes, int offset, int length) throws IOException {
            if (!destination.isWell()) {
                queue.fail(new NoDestinationLeftException());
                return false;
            }
            try {
                output.write(bytes, offset, length);
                return true;
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                // The storing thread left the queue: its destination has failed, and knows why.
                return false;
            }
        }

        @Override
        public void finish() {
            if (destination.isWell()) {
                output.close();
                queue.finish();
            } else {
                queue.fail(new NoDestinationLeftException());
            }
        }

        @Override
        public void abandon() {
            abandoned = true;
            queue.fail(new NoDestinationLeftException());
        }

        private void store(String object) {
            try (ArchiveUpload upload = destination.upload(object)) {
                destination.attempt(self -> {
                    try {
                        drain(upload);
                        self.keep(object, upload.commit());
                    } catch (IOException e) {
                        if (!abandoned) {
                            throw e;
                        }
                    }
                });
                // Before the upload is discarded, which takes its time: nobody is to wait for a queue that nobody
                // empties.
                queue.close();
            }
        }

        private void drain(ArchiveUpload upload) throws IOException {
            byte[] bytes = new byte[BUFFER];
            for (ByteBuffer next = queue.take(); next != null; next = queue.take()) {
                int n = next.remaining();
                next.get(bytes, 0, n);
                queue.release(next);
                upload.write(bytes, 0, n);
            }
        }
    }
}
