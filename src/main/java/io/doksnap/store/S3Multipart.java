package io.doksnap.store;

import io.doksnap.store.StoreException.Kind;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * A multipart upload: parts go out on a few threads of its own while the writer fills the next buffer. There is one
 * buffer more than there are threads; when all are under way the writer waits, so memory is constant.
 */
final class S3Multipart {
    private static final Logger LOG = LoggerFactory.getLogger(S3Multipart.class);

    /** How long to wait for parts under way before their upload is discarded around them. */
    private static final Duration WIND_DOWN = Duration.ofSeconds(5);

    private final S3Connection connection;
    private final String key;
    private final String uploadId;
    private final boolean md5;
    private final BlockingQueue<byte[]> free = new LinkedBlockingQueue<>();
    private final Queue<SentPart> sent = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable StoreException> failure = new AtomicReference<>();
    private final ThreadPoolExecutor senders;
    private int buffers = 1;
    private int parts;

    /** Begins an upload; the caller already holds its first buffer. */
    static S3Multipart begin(S3Connection connection, String key) throws StoreException {
        String uploadId = connection.store(
                key,
                (s3, traits) -> s3.createMultipartUpload(
                                b -> traits.on(b).bucket(connection.bucket()).key(key))
                        .uploadId());
        boolean md5 = connection.bodyCheck().needsMd5(connection, key, uploadId);
        return new S3Multipart(connection, key, uploadId, md5);
    }

    private S3Multipart(S3Connection connection, String key, String uploadId, boolean md5) {
        this.connection = connection;
        this.key = key;
        this.uploadId = uploadId;
        this.md5 = md5;
        int threads = connection.limits().inFlight();
        this.senders =
                new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "s3-part");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Hands over a full buffer and returns an empty one, as soon as there is one. */
    byte[] exchange(byte[] buffer, int length) throws StoreException {
        send(buffer, length);
        byte[] next = buffers <= connection.limits().inFlight() ? free.poll() : take();
        mustBeWell();
        if (next == null) {
            buffers++;
            next = new byte[connection.limits().partBytes()];
        }
        return next;
    }

    /** Hands over the last part, waits for all, and makes the object visible. */
    void complete(byte[] last, int length, long size) throws StoreException {
        send(last, length);
        senders.shutdown();
        awaitParts();
        mustBeWell();
        List<SentPart> inOrder = new ArrayList<>(sent);
        inOrder.sort(Comparator.comparing(SentPart::number));
        new S3Completion(connection, key, uploadId, inOrder).run(size);
    }

    /** Discards the upload, as far as that can be done in a short time. */
    void abort() {
        failure.compareAndSet(null, new StoreException(Kind.REFUSED, "The upload of " + key + " was given up.", null));
        senders.shutdownNow();
        // What interrupted the upload must not keep it from being taken back.
        boolean interrupted = Thread.interrupted();
        try {
            if (!senders.awaitTermination(WIND_DOWN.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.debug("Parts of {} are still under way.", key);
            }
            discard(connection, key, uploadId);
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (StoreException e) {
            // The failure that led here is the one to report; whoever removes what a run left tries this again.
            LOG.debug("{}", e.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Discards an upload, one that nobody may be sending to; does nothing when it is gone. */
    static void discard(S3Connection connection, String key, String uploadId) throws StoreException {
        try {
            connection.callOnce(
                    S3Operation.ABORT,
                    key,
                    s3 -> s3.abortMultipartUpload(
                            b -> b.bucket(connection.bucket()).key(key).uploadId(uploadId)));
        } catch (S3StoreException e) {
            if (!e.code().equals("NoSuchUpload")) {
                throw e;
            }
        }
    }

    private void send(byte[] buffer, int length) {
        int number = ++parts;
        senders.execute(() -> {
            try {
                if (failure.get() == null) {
                    sent.add(put(number, md5 ? S3Body.withMd5(buffer, length) : S3Body.signed(buffer, length)));
                }
            } catch (StoreException e) {
                failure.compareAndSet(null, e);
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, new StoreException(Kind.REFUSED, "Could not store " + key + ": " + e, e));
                throw e;
            } finally {
                free.add(buffer);
            }
        });
    }

    private SentPart put(int number, S3Body body) throws StoreException {
        return connection.call(S3Operation.STORE, key, s3 -> {
            UploadPartResponse answer = s3.uploadPart(
                    b -> b.bucket(connection.bucket())
                            .key(key)
                            .uploadId(uploadId)
                            .partNumber(number)
                            .contentMD5(body.contentMd5()),
                    body.content());
            if (answer.eTag() == null) {
                throw connection.failures().noS3(S3Operation.STORE, key);
            }
            body.mustMatch(answer.eTag(), answer.serverSideEncryption(), connection.failures(), key);
            return new SentPart(number, answer.eTag());
        });
    }

    private byte[] take() throws StoreException {
        try {
            return free.take();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void awaitParts() throws StoreException {
        try {
            while (!senders.awaitTermination(1, TimeUnit.MINUTES)) {
                LOG.debug("Waiting for the last parts of {}.", key);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private StoreException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new StoreException(Kind.REFUSED, "The upload of " + key + " was interrupted.", e);
    }

    private void mustBeWell() throws StoreException {
        StoreException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    /** A part that the store has, as it names it. */
    record SentPart(int number, String etag) {
        CompletedPart completed() {
            return CompletedPart.builder().partNumber(number).eTag(etag).build();
        }
    }

    /** The ETag that S3 gives to an object made of these parts; empty where the parts' own are no MD5s. */
    static Optional<String> tagOf(List<SentPart> parts) {
        MessageDigest all = Digests.md5();
        for (SentPart part : parts) {
            String tag = S3Connection.tag(part.etag()).orElse("");
            if (!S3Body.PLAIN_MD5.matcher(tag).matches()) {
                return Optional.empty();
            }
            all.update(HexFormat.of().parseHex(tag));
        }
        return Optional.of(Digests.hex(all.digest()) + "-" + parts.size());
    }
}
