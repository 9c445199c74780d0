package io.doksnap.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.Closeable;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Keeps the end of what a command prints, however much that is, and the process number that it says first. */
final class OutputTail implements ResultCallback<Frame> {
    /** What the wrapped command says first, on its standard error; see {@link RemoteExecs}. */
    static final String MARKER = "doksnap-pid ";

    static final int CAPACITY = 8 << 10;
    private static final Pattern FIRST_LINE = Pattern.compile(MARKER + "(\\d{1,10})\r?\n");
    private static final int LONGEST_FIRST_LINE = 32;

    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable Throwable failure;
    private final byte[] ring = new byte[CAPACITY];
    private long written;
    private StringBuilder firstLine = new StringBuilder();
    private boolean firstLineIsOver;
    private Optional<String> pid = Optional.empty();

    /** Waits for the end of the stream, which says nothing of how the command ended; throws where it broke. */
    void await() throws InterruptedException {
        over.await();
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void onStart(Closeable stream) {}

    @Override
    public void onError(Throwable broken) {
        failure = broken;
        over.countDown();
    }

    @Override
    public void onComplete() {
        over.countDown();
    }

    @Override
    public void close() {
        over.countDown();
    }

    @Override
    public void onNext(Frame frame) {
        byte[] bytes = frame.getPayload();
        take(bytes, bytes.length, frame.getStreamType() == StreamType.STDERR);
    }

    /** Takes the first bytes of an array, which may be changed afterwards. */
    synchronized void take(byte[] bytes, int length, boolean ofStandardError) {
        int from = ofStandardError && !firstLineIsOver ? beforeFirstLineEnds(bytes, length) : 0;
        keep(bytes, from, length);
    }

    /** Takes bytes while they may belong to the marker; returns where the command's own begin. */
    private int beforeFirstLineEnds(byte[] bytes, int length) {
        int at = 0;
        while (at < length && !firstLineIsOver) {
            firstLine.append((char) (bytes[at++] & 0xff));
            firstLineIsOver =
                    firstLine.charAt(firstLine.length() - 1) == '\n' || firstLine.length() > LONGEST_FIRST_LINE;
        }
        if (firstLineIsOver) {
            Matcher said = FIRST_LINE.matcher(firstLine);
            if (said.matches()) {
                pid = Optional.of(said.group(1));
            } else {
                byte[] own = firstLine.toString().getBytes(StandardCharsets.ISO_8859_1);
                keep(own, 0, own.length);
            }
            firstLine = new StringBuilder();
        }
        return at;
    }

    private void keep(byte[] bytes, int from, int to) {
        for (int i = Math.max(from, to - CAPACITY); i < to; i++) {
            ring[(int) (written++ % CAPACITY)] = bytes[i];
        }
    }

    /** The process inside the container; empty where no shell told it. */
    synchronized Optional<String> pid() {
        return pid;
    }

    synchronized String text() {
        int length = (int) Math.min(written, CAPACITY);
        byte[] tail = new byte[length];
        for (int i = 0; i < length; i++) {
            tail[i] = ring[(int) ((written - length + i) % CAPACITY)];
        }
        return new String(tail, StandardCharsets.UTF_8) + firstLine;
    }
}
